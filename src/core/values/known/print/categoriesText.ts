import type { Value } from '../../value';
import { floatLines } from './pandasCells';
import { textOfValue } from '../pythonText';
import type { Choices } from '../../../arrays/table';

/** Categories that are named, and of more than these, those at each end. */
const MAX_NAMED = 8;
const EDGE = 4;
const LINE_WIDTH = 80;
/** Characters of a label. */
const LABEL_WIDTH = 49;

/** The line of pandas below a series of categories: `Categories (3, object): ['a' < 'b' < 'c']`. */
export function categoriesLine(choices: Choices): string {
  const { values, count, isOrdered } = choices;
  return wrap(`Categories (${count}, ${values.type}): [`, categoryTexts(choices), isOrdered ? ' < ' : ', ');
}

/** The categories that pandas names. */
export function categoryTexts({ values, count }: Choices): string[] {
  const places = Array.from({ length: count }, (_, i) => i);
  const isText = !/^(?:interval|period)/.test(values.type);
  const texts = (some: readonly number[]): string[] => {
    const all = some.map((place) => values.value(place));
    if (/^float/.test(values.type)) return floatLines(all.map(Number)).map((text) => text.trim());
    return some.map((place, i) => {
      const value = all[i] as Value;
      return shortened(
        isText && typeof value === 'string' ? `'${value}'` : values.cell(place).text || textOfValue(value),
      );
    });
  };
  return count > MAX_NAMED
    ? [...texts(places.slice(0, EDGE)), '...', ...texts(places.slice(-EDGE))]
    : texts(places);
}

/** At most as long as pandas allows. */
function shortened(text: string): string {
  const characters = Array.from(text);
  return characters.length > LABEL_WIDTH ? `${characters.slice(0, LABEL_WIDTH - 3).join('')}...` : text;
}

/**
 * Lines as wide as a terminal, each indented to the first label. Like pandas, counts the labels, but neither the separators
 * nor the first label.
 */
function wrap(head: string, texts: readonly string[], separator: string): string {
  let [lines, at] = ['', head.length - 1];
  for (const [i, text] of texts.entries()) {
    if (at + separator.length + text.length > LINE_WIDTH) {
      lines += `${separator.trimEnd()}\n${' '.repeat(head.length)}`;
      at = head.length;
    } else if (i > 0) {
      lines += separator;
      at += text.length;
    }
    lines += text;
  }
  return `${head}${lines.replace(' < ... < ', ' ... ')}]`;
}
