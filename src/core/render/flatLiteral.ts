import type { Value } from '../values/value';
import { LiteralWriter } from './literalWriter';

/** One line of Python source. What is longer than `maxLength` characters is cut, with an ellipsis; the cost is bounded likewise. */
export function flatLiteral(value: Value, maxLength: number, { isStored = false } = {}): string {
  const writer = new LiteralWriter(maxLength);
  if (isStored) writer.writeAsStored(value);
  else writer.write(value);
  return cutText(writer.text, maxLength);
}

/** One line of Python source that says all of the value, or undefined where that does not fit or needs a comment. */
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

/** At most `maxLength` characters, the last of them an ellipsis where something was cut. */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const end = maxLength - 1;
  return `${text.slice(0, isHighSurrogate(text.charCodeAt(end - 1)) ? end - 1 : end)}…`;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}
