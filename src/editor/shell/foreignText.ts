/** For a label in which VS Code makes an icon of what looks like the name of one: text from elsewhere, in which that stays text. */
export function withoutIcons(text: string): string {
  return text.replace(/\\?\$\([\w~-]+\)/g, (icon) => (icon.startsWith('\\') ? icon : `\\${icon}`));
}

/**
 * For a notification, in which VS Code makes a link of `[text](command:…)` and runs the command when it is clicked: text that comes
 * from elsewhere, such as the answer of a server or the name of a file, in which that stays text.
 */
export function withoutLinks(text: string): string {
  return text.replaceAll('](', '] (');
}
