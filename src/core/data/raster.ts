import { PicklepostError } from '../errors';
import type { NdArray } from '../arrays/ndArray';
import { dataViewOf, numberReader } from './numbers';
import type { Picture } from '../arrays/picture';
import { say } from '../text';

/** How the numbers of an array become colours: as one colour's intensity, as channels, or by a scale of colours. */
export type Coloring = 'gray' | 'rgb' | 'bgr' | 'heat';

/** Which dimensions of an array are seen as a picture. */
export interface RasterAxes {
  /** Dimensions that run down, along, and through the channels, if there are any. */
  readonly rowAxis: number;
  readonly columnAxis: number;
  readonly channelAxis?: number;
  /** An index for each dimension; those of the axes do not count. */
  readonly indices: readonly number[];
}

export interface RasterChoice extends RasterAxes {
  readonly coloring: Coloring;
  /** The number that is black, or at the lower end of the scale; and the one at the upper end. */
  readonly low: number;
  readonly high: number;
}

/** A part of a picture, in its own pixels. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const MAX_CHANNELS = 4;

/**
 * The axes along which an array looks like a picture: (H, W), (H, W, 3 or 4), or channels first; for more dimensions the last of
 * them. Undefined if there are fewer than two, or elements that are not numbers.
 * @param isPicture whether it is the pixels of a picture, whose channels come last however small it is
 */
export function guessRaster(
  array: NdArray,
  isPicture = false,
): Omit<RasterChoice, 'low' | 'high'> | undefined {
  const { shape, type } = array;
  const count = shape.length;
  if (count < 2 || !numberReader(type) || shape.includes(0)) return undefined;
  const indices = shape.map(() => 0);
  if (isPicture) return { coloring: 'rgb', rowAxis: 0, columnAxis: 1, channelAxis: 2, indices };
  const isChannels = (axis: number): boolean => shape[axis] === 3 || shape[axis] === MAX_CHANNELS;
  if (count >= 3 && isChannels(count - 1) && isLarger(shape, count - 3, count - 2, count - 1))
    return { coloring: 'rgb', rowAxis: count - 3, columnAxis: count - 2, channelAxis: count - 1, indices };
  if (count >= 3 && isChannels(count - 3) && isLarger(shape, count - 2, count - 1, count - 3))
    return { coloring: 'rgb', rowAxis: count - 2, columnAxis: count - 1, channelAxis: count - 3, indices };
  const coloring = type.kind === 'uint' && type.size === 1 ? 'gray' : type.kind === 'bool' ? 'gray' : 'heat';
  return { coloring, rowAxis: count - 2, columnAxis: count - 1, indices };
}

function isLarger(shape: readonly number[], rows: number, columns: number, channels: number): boolean {
  const depth = shape[channels] ?? 0;
  return (shape[rows] ?? 0) > depth && (shape[columns] ?? 0) > depth;
}

/** The height and width of the picture. */
export function rasterSize({ shape }: NdArray, choice: RasterAxes): { width: number; height: number } {
  return { width: shape[choice.columnAxis] ?? 0, height: shape[choice.rowAxis] ?? 0 };
}

/** Elements that are looked at to find the range. */
const SAMPLES = 250_000;

/**
 * The range of numbers that a picture shows unless another one is chosen: for bytes, all of them; for colours as floats, 0 to 1
 * if they are in it; otherwise the range of the finite numbers, estimated by samples if the array is large.
 */
export function guessRange(
  array: NdArray,
  choice: Omit<RasterChoice, 'low' | 'high'>,
): { low: number; high: number } {
  const { type } = array;
  if (type.kind === 'bool') return { low: 0, high: 1 };
  if (type.kind === 'uint' && type.size === 1 && choice.coloring !== 'heat') return { low: 0, high: 255 };
  const reader = new Pixels(array, { ...choice, low: 0, high: 1 });
  const { width, height } = reader;
  const channels =
    choice.coloring === 'heat' || choice.coloring === 'gray' ? 1 : Math.min(3, reader.channels);
  const step = Math.max(1, Math.ceil(Math.sqrt((width * height * channels) / SAMPLES)));
  let [low, high] = [Infinity, -Infinity];
  for (let y = 0; y < height; y += step)
    for (let x = 0; x < width; x += step)
      for (let channel = 0; channel < channels; channel++) {
        const value = reader.number(x, y, channel);
        if (!Number.isFinite(value)) continue;
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
  if (!(low <= high)) return { low: 0, high: 1 };
  if (choice.channelAxis !== undefined && low >= 0 && high <= 1) return { low: 0, high: 1 };
  return low === high ? { low: low - 0.5, high: high + 0.5 } : { low, high };
}

/**
 * A part of an array as a picture, of a certain size; if that is smaller than the part, every n-th pixel. What is nan is
 * transparent.
 * @throws PicklepostError `unsupported` for elements that are no numbers, `no-such-item` for axes that the array does not have
 */
export function drawRaster(
  array: NdArray,
  choice: RasterChoice,
  region: Region,
  size: { readonly width: number; readonly height: number },
): Picture {
  const pixels = new Pixels(array, choice);
  const { width, height } = size;
  const rgba = new Uint8Array(width * height * 4);
  const columns = Array.from(
    { length: width },
    (_, x) => region.x + Math.floor(((x + 0.5) * region.width) / width),
  );
  for (let y = 0, at = 0; y < height; y++) {
    const row = region.y + Math.floor(((y + 0.5) * region.height) / height);
    for (const column of columns) {
      pixels.color(column, row, rgba, at);
      at += 4;
    }
  }
  return { width, height, rgba };
}

/** The numbers of one pixel: one, or as many as there are channels. */
export function pixelNumbers(array: NdArray, choice: RasterChoice, x: number, y: number): number[] {
  const pixels = new Pixels(array, choice);
  return Array.from({ length: pixels.channels }, (_, channel) => pixels.number(x, y, channel));
}

/** Reads the pixels of an array. */
class Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  private readonly read: (offset: number) => number;
  private readonly start: number;
  private readonly strides: readonly [row: number, column: number, channel: number];

  constructor(
    array: NdArray,
    private readonly choice: RasterChoice,
  ) {
    const { shape, strides } = array;
    const { rowAxis, columnAxis, channelAxis, indices } = choice;
    const reader = numberReader(array.type);
    if (!reader)
      throw new PicklepostError('unsupported', say`Elements of type ${array.type.name} are not numbers.`);
    const axes = [rowAxis, columnAxis, ...(channelAxis === undefined ? [] : [channelAxis])];
    const isWrong = new Set(axes).size < axes.length || axes.some((axis) => shape[axis] === undefined);
    let start = array.offset;
    for (const [axis, length] of shape.entries()) {
      const index = indices[axis] ?? 0;
      if (axes.includes(axis)) continue;
      if (isWrong || !Number.isInteger(index) || index < 0 || index >= length) throw noSuchAxis();
      start += index * (strides[axis] ?? 0);
    }
    if (isWrong) throw noSuchAxis();
    const view = dataViewOf(array);
    this.read = (offset) => reader(view, offset);
    this.start = start;
    this.width = shape[columnAxis] ?? 0;
    this.height = shape[rowAxis] ?? 0;
    this.channels = channelAxis === undefined ? 1 : (shape[channelAxis] ?? 1);
    this.strides = [
      strides[rowAxis] ?? 0,
      strides[columnAxis] ?? 0,
      channelAxis === undefined ? 0 : (strides[channelAxis] ?? 0),
    ];
  }

  /** NaN outside of the picture. */
  number(x: number, y: number, channel: number): number {
    const isInside = x >= 0 && x < this.width && y >= 0 && y < this.height && channel < this.channels;
    if (!isInside) return NaN;
    const [row, column, depth] = this.strides;
    return this.read(this.start + y * row + x * column + channel * depth);
  }

  color(x: number, y: number, rgba: Uint8Array, at: number): void {
    const { coloring } = this.choice;
    if (coloring === 'heat' || coloring === 'gray' || this.channels < 3) {
      const value = this.level(x, y, 0);
      if (Number.isNaN(value)) return;
      const [red, green, blue] = coloring === 'heat' ? heatColor(value) : [value, value, value];
      rgba[at] = Math.round(red * 255);
      rgba[at + 1] = Math.round(green * 255);
      rgba[at + 2] = Math.round(blue * 255);
      rgba[at + 3] = 255;
      return;
    }
    for (let channel = 0; channel < 3; channel++) {
      const value = this.level(x, y, coloring === 'bgr' ? 2 - channel : channel);
      rgba[at + channel] = Number.isNaN(value) ? 0 : Math.round(value * 255);
    }
    const alpha = this.channels > 3 ? this.level(x, y, 3) : 1;
    rgba[at + 3] = Number.isNaN(alpha) ? 0 : Math.round(alpha * 255);
  }

  /** From 0 to 1 in the range that is shown. */
  private level(x: number, y: number, channel: number): number {
    const { low, high } = this.choice;
    const value = this.number(x, y, channel);
    if (Number.isNaN(value)) return NaN;
    if (high === low) return value < low ? 0 : 1;
    return Math.min(1, Math.max(0, (value - low) / (high - low)));
  }
}

function noSuchAxis(): PicklepostError {
  return new PicklepostError('no-such-item', say`The array does not have this axis or index.`);
}

/** Colours of the scale viridis at equal distances: even in lightness, and distinguishable for colour-blind people. */
const VIRIDIS: readonly (readonly [number, number, number])[] = [
  [0.267, 0.005, 0.329],
  [0.283, 0.141, 0.458],
  [0.254, 0.265, 0.53],
  [0.207, 0.372, 0.553],
  [0.164, 0.471, 0.558],
  [0.128, 0.567, 0.551],
  [0.135, 0.659, 0.518],
  [0.267, 0.749, 0.441],
  [0.478, 0.821, 0.318],
  [0.741, 0.873, 0.15],
  [0.993, 0.906, 0.144],
];

/** @param level from 0 to 1 */
export function heatColor(level: number): readonly [red: number, green: number, blue: number] {
  const at = level * (VIRIDIS.length - 1);
  const [from, to] = [VIRIDIS[Math.floor(at)], VIRIDIS[Math.ceil(at)]];
  if (!from || !to) return [0, 0, 0];
  const part = at - Math.floor(at);
  return [mix(from[0], to[0], part), mix(from[1], to[1], part), mix(from[2], to[2], part)];
}

function mix(from: number, to: number, part: number): number {
  return from + (to - from) * part;
}
