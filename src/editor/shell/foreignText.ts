import { plainLine } from '../../core/wire/peerText';

/** Makes text from elsewhere safe for a label in which VS Code turns names of icons into icons. */
export function withoutIcons(text: string): string {
  return text.replace(/\\?\$\([\w~-]+\)/g, (icon) => (icon.startsWith('\\') ? icon : `\\${icon}`));
}

/**
 * Makes text from elsewhere, such as the answer of a server or the name of a file, safe for a notification, in which VS Code
 * turns `[text](command:…)` into a link that runs the command.
 */
export function withoutLinks(text: string): string {
  return text.replaceAll('](', '] (');
}

/**
 * A peer's text for people: on one line, shortened, without control characters and direction marks. A notification needs
 * {@link withoutLinks} in addition, and a label with icons {@link withoutIcons}.
 */
export function inertText(text: string, length = 80): string {
  const line = plainLine(text.slice(0, 4 * length));
  const characters = Array.from(line);
  if (characters.length <= length && text.length <= 4 * length) return line;
  // Both ends identify it: its beginning, and its extension.
  const end = Math.floor(length / 3);
  const last = Array.from(plainLine(text.slice(-4 * end)))
    .slice(-end)
    .join('');
  return `${characters.slice(0, length - end - 1).join('')}…${last}`;
}
