/**
 * A message in English whose values are kept apart from its words, so that the editor can show it in the language of the person.
 * Plain data, which passes to and from a worker.
 */
export interface Text {
  /** The words, with a numbered place for each value, such as `Cannot read {0}: {1}`. Also the key of its translations. */
  readonly template: string;
  readonly values: readonly TextValue[];
}

/** A value in a message: a name or a number, which stays as it is, or another message. */
export type TextValue = string | number | bigint | Text;

/** A message, or words that are not to be translated: those of a peer or of the system, or words that are translated already. */
export type Words = Text | string;

/** The tag of every message of the core that a person may see: say`Cannot read ${name}: ${reason}`. */
export function say(words: TemplateStringsArray, ...values: TextValue[]): Text {
  const template = words.reduce((before, after, index) => `${before}{${String(index - 1)}}${after}`);
  return { template, values };
}

export function inEnglish(message: Words): string {
  if (typeof message === 'string') return message;
  return message.template.replace(/\{(\d+)\}/g, (_, index: string) => {
    const value = message.values[Number(index)];
    return typeof value === 'object' ? inEnglish(value) : String(value);
  });
}
