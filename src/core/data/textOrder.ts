import type { Choices, Column } from '../arrays/table';
import { TextMap } from '../values/textMap';

/** How the texts of two cells of a column compare: negative, zero or positive. Those of ordered categories go by their order. */
export function textOrder({ choices }: Column): (a: string, b: string) => number {
  return choices?.isOrdered === true ? choiceOrder(choices) : compareText;
}

/** Values that are not categories come last. */
function choiceOrder({ values, count }: Choices): (a: string, b: string) => number {
  const places = new TextMap<number>();
  for (let choice = 0; choice < count; choice++) places.set(values.cell(choice).text, choice);
  return (a, b) => (places.get(a) ?? count) - (places.get(b) ?? count);
}

/**
 * Negative, zero or positive, by code points, as Python compares text. JavaScript compares UTF-16 units, in which characters beyond U+FFFF
 * come before those from U+E000 to U+FFFF.
 */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const order = a < b ? -1 : 1;
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  const [one, other] = [a.charCodeAt(at), b.charCodeAt(at)];
  return isSurrogate(one) !== isSurrogate(other) && one >= FIRST_SURROGATE && other >= FIRST_SURROGATE
    ? -order
    : order;
}

const FIRST_SURROGATE = 0xd800;

function isSurrogate(unit: number): boolean {
  return unit >= FIRST_SURROGATE && unit < 0xe000;
}
