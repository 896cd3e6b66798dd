/** What a peer says, for a person: on one line, without what would act on a log or a terminal. */
export function onOneLine(text: string): string {
  return text.replace(/[\p{C}\s]+/gu, ' ').trim();
}
