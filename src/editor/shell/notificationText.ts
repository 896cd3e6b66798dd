/**
 * For a notification, in which VS Code makes a link of `[text](command:…)` and runs the command when it is clicked: text that comes
 * from elsewhere, such as the answer of a server or the name of a file, in which that stays text.
 */
export function withoutLinks(text: string): string {
  return text.replaceAll('](', '] (');
}
