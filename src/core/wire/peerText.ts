/** A peer's text for a person: on one line, without anything that acts on a log or a terminal. */
export function plainLine(text: string): string {
  return text.replace(/[\p{C}\s]+/gu, ' ').trim();
}
