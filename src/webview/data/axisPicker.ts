import type { DataTexts } from '../dataMessages';
import { element } from '../elements';
import { choice, labelled } from './controls';
import { fill } from './host';

/** Which dimensions are visible, and the indices of the others. */
export interface Axes {
  readonly rowAxis?: number;
  readonly columnAxis?: number;
  readonly channelAxis?: number;
  readonly indices: readonly number[];
}

type Role = 'rowAxis' | 'columnAxis' | 'channelAxis';

export interface AxisPickerParts {
  readonly shape: readonly number[];
  readonly type: string;
  readonly axes: Axes;
  /** Whether a dimension can be chosen as the channels of a picture. */
  readonly hasChannels: boolean;
  readonly texts: DataTexts;
  readonly onChoose: (axes: Axes) => void;
}

/** Possible lengths of a dimension of channels. */
const CHANNELS = [3, 4];

/** Chooses two dimensions of an array, the dimension of channels for a picture, and an index for each other dimension. */
export class AxisPicker {
  readonly root = element('div', 'tools axes');

  /** The latest choice, which may not be shown yet. */
  private axes: Axes;

  constructor(private readonly parts: AxisPickerParts) {
    const { shape, type, axes, hasChannels, texts } = parts;
    this.axes = axes;
    this.root.role = 'group';
    this.root.ariaLabel = texts.axes;
    this.root.append(element('span', 'type', `${type} (${shape.join(', ')})`));
    const all = [...shape.keys()];
    this.root.append(this.createChoice(texts.vertical, 'rowAxis', all));
    this.root.append(this.createChoice(texts.horizontal, 'columnAxis', all));
    const channels = all.filter((axis) => CHANNELS.includes(shape[axis] ?? 0));
    if (hasChannels && channels.length > 0)
      this.root.append(this.createChoice(texts.channels, 'channelAxis', channels));
    for (const axis of all) {
      if ([axes.rowAxis, axes.columnAxis, axes.channelAxis].includes(axis)) continue;
      this.root.append(this.createIndex(axis, shape[axis] ?? 0));
    }
  }

  private createChoice(label: string, role: Role, offered: readonly number[]): HTMLElement {
    const { axes } = this;
    const { shape, texts } = this.parts;
    const entries = offered.map((axis): [string, string] => [
      String(axis),
      `${String(axis)} (${String(shape[axis])})`,
    ]);
    if (role === 'channelAxis') entries.unshift(['', texts.none]);
    const chosen = axes[role];
    const made = choice(label, entries, chosen === undefined ? '' : String(chosen), (text) =>
      this.choose(role, text === '' ? undefined : Number(text)),
    );
    made.dataset.control = role;
    return made;
  }

  /** If the dimension has another role, the two are swapped. */
  private choose(role: Role, axis: number | undefined): void {
    const { axes } = this;
    const { shape } = this.parts;
    const roles: Record<Role, number | undefined> = {
      rowAxis: axes.rowAxis,
      columnAxis: axes.columnAxis,
      channelAxis: axes.channelAxis,
    };
    const old = roles[role];
    const other = (['rowAxis', 'columnAxis', 'channelAxis'] as const).find(
      (one) => one !== role && axis !== undefined && roles[one] === axis,
    );
    if (other) roles[other] = old ?? this.freeAxis(role);
    roles[role] = axis;
    const { rowAxis, columnAxis, channelAxis } = roles;
    const isChannel = channelAxis !== undefined && CHANNELS.includes(shape[channelAxis] ?? 0);
    this.change({
      indices: axes.indices,
      ...(rowAxis !== undefined && { rowAxis }),
      ...(columnAxis !== undefined && { columnAxis }),
      ...(isChannel && { channelAxis }),
    });
  }

  private change(axes: Axes): void {
    this.axes = axes;
    this.parts.onChoose(axes);
  }

  /** The last dimension that is not visible yet. */
  private freeAxis(except: Role): number | undefined {
    const { axes } = this;
    const { shape } = this.parts;
    const taken = (['rowAxis', 'columnAxis', 'channelAxis'] as const).flatMap((role) =>
      role === except ? [] : [axes[role]],
    );
    return [...shape.keys()].reverse().find((axis) => !taken.includes(axis));
  }

  private createIndex(axis: number, length: number): HTMLElement {
    const { axes } = this;
    const { texts } = this.parts;
    const input = element('input', 'field') as HTMLInputElement;
    input.type = 'number';
    input.min = '0';
    input.max = String(length - 1);
    input.value = String(axes.indices[axis] ?? 0);
    input.addEventListener('change', () => {
      const index = Math.min(length - 1, Math.max(0, Math.trunc(Number(input.value) || 0)));
      const indices = this.axes.indices.map((old, at) => (at === axis ? index : old));
      this.change({ ...this.axes, indices });
    });
    const made = labelled(fill(texts.axisOf, axis, length - 1), input);
    made.dataset.control = `axis ${String(axis)}`;
    return made;
  }
}
