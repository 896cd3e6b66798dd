import type { Value } from '../values/value';
import { LiteralWriter } from './literalWriter';

/** One line of Python source. It ends with an ellipsis after `maxLength` characters; the time that it takes is limited likewise. */
export function flatLiteral(value: Value, maxLength: number, { isStored = false } = {}): string {
  const writer = new LiteralWriter(maxLength);
  if (isStored) writer.writeAsStored(value);
  else writer.write(value);
  return cutText(writer.text, maxLength);
}

/** One line of Python source for the complete value; undefined if it does not fit, or would need a comment. */
export function wholeFlatLiteral(
  value: Value,
  maxLength: number,
  { isStored = false } = {},
): string | undefined {
  const writer = new LiteralWriter(maxLength);
  if (isStored) writer.writeAsStored(value);
  else writer.write(value);
  return writer.isWhole ? writer.text : undefined;
}

/** Cuts a text to at most `maxLength` characters, including an ellipsis. */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const end = maxLength - 1;
  return `${text.slice(0, isHighSurrogate(text.charCodeAt(end - 1)) ? end - 1 : end)}…`;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}
