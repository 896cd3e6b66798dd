import { onOneLine } from '../../core/wire/peerText';

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

/**
 * What a peer says, for people: on one line, without controls, marks that turn the direction of text, or an end that is far away. In a
 * notification and in a label with icons, {@link withoutLinks} and {@link withoutIcons} are needed all the same.
 */
export function inertText(text: string, length = 80): string {
  const line = onOneLine(text.slice(0, 4 * length));
  const characters = Array.from(line);
  if (characters.length <= length && text.length <= 4 * length) return line;
  // Both ends tell what it is: how it begins, and its extension.
  const end = Math.floor(length / 3);
  const last = Array.from(onOneLine(text.slice(-4 * end)))
    .slice(-end)
    .join('');
  return `${characters.slice(0, length - end - 1).join('')}…${last}`;
}
