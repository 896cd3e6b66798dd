/**
 * A message in English whose values are kept apart from its words, so that the editor can show it in the language of the person.
 * Plain data, which passes to and from a worker.
 */
export interface Text {
  /** The words, with a numbered place for each value, such as `Cannot read {0}: {1}`. Also the key of its translations. */
  readonly template: string;
  readonly values: readonly TextValue[];
}

/** A value in a message: a name or a number, which stays as it is, a number of things, or another message. */
export type TextValue = string | number | bigint | Count | Text;

/** A number of things, whose digits are grouped as in the language of the message. */
export interface Count {
  readonly count: number;
}

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
    if (typeof value !== 'object') return String(value);
    return 'count' in value ? groupDigits(value.count, ',') : inEnglish(value);
  });
}

/** A whole number in groups of three digits. The first use of Intl takes longer than opening most files. */
export function groupDigits(number: number, separator: string): string {
  return String(number).replace(/\B(?=(?:\d{3})+$)/g, separator);
}

/** A list of names and messages, with commas between them. */
export function commaList(parts: readonly Words[]): Words {
  return parts.reduce((before, part) => say`${before}, ${part}`);
}
