import type { DataInfo } from '../../core/data/questions';
import type { SliceChoice } from '../../core/data/slice';
import type { DataTexts } from '../dataMessages';
import { element } from '../elements';
import { choice, labelled } from './controls';
import { fill } from './host';

/** Which two dimensions of an array are seen, and at which index the others are cut. */
export class AxisPicker {
  readonly root = element('div', 'tools axes');

  constructor(
    private readonly array: NonNullable<DataInfo['array']>,
    texts: DataTexts,
    private readonly onChoose: (slice: SliceChoice) => void,
  ) {
    const { shape, type, slice } = array;
    this.root.role = 'group';
    this.root.append(element('span', 'type', `${type} (${shape.join(', ')})`));
    const axes = shape.map((length, axis): [string, string] => [
      String(axis),
      `${String(axis)} (${String(length)})`,
    ]);
    const pick = (
      label: string,
      name: 'rowAxis' | 'columnAxis',
      other: 'rowAxis' | 'columnAxis',
    ): HTMLElement =>
      choice(label, axes, String(slice[name] ?? 0), (text) => {
        const axis = Number(text);
        // Axes that would be the same change places.
        const swapped = slice[other] === axis && slice[name] !== undefined ? { [other]: slice[name] } : {};
        this.onChoose({ ...slice, ...swapped, [name]: axis });
      });
    this.root.append(
      pick(texts.vertical, 'rowAxis', 'columnAxis'),
      pick(texts.horizontal, 'columnAxis', 'rowAxis'),
    );
    for (const [axis, length] of shape.entries())
      if (axis !== slice.rowAxis && axis !== slice.columnAxis)
        this.root.append(this.createIndex(axis, length, fill(texts.axis, axis)));
  }

  private createIndex(axis: number, length: number, label: string): HTMLElement {
    const { slice } = this.array;
    const input = element('input', 'field') as HTMLInputElement;
    input.type = 'number';
    input.min = '0';
    input.max = String(length - 1);
    input.value = String(slice.indices[axis] ?? 0);
    input.addEventListener('change', () => {
      const index = Math.min(length - 1, Math.max(0, Math.trunc(Number(input.value) || 0)));
      this.onChoose({ ...slice, indices: slice.indices.map((old, at) => (at === axis ? index : old)) });
    });
    return labelled(`${label} (${String(length)})`, input);
  }
}
