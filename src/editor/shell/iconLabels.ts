/** For a label in which VS Code makes an icon of what looks like the name of one: text from elsewhere, in which that stays text. */
export function withoutIcons(text: string): string {
  return text.replace(/\\?\$\([\w~-]+\)/g, (icon) => (icon.startsWith('\\') ? icon : `\\${icon}`));
}
