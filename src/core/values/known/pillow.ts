import type { Picture } from '../../data/picture';
import { Dict, Tuple, type Value } from '../value';
import { bytesOf, expression, hasNoItems, itemsOf, numbersOf, textOf } from './matching';
import type { Form } from './registry';

/** How a mode stores a pixel, and how that becomes RGBA. */
interface Mode {
  /** Bits of one pixel; rows of `1` begin at a whole byte. */
  readonly bits: number;
  /** Of a mode whose numbers have no range of their own: drawn from the least, black, to the greatest, white. */
  readonly number?: (data: DataView, at: number) => number;
  /** Writes the pixel that begins at a byte of the data (of mode `1`: at a bit of it) into four bytes. */
  readonly draw: (data: DataView, at: number, rgba: Uint8Array, to: number, palette: Uint8Array) => void;
}

const gray = (value: number, rgba: Uint8Array, to: number, alpha = 255): void => {
  const level = Math.max(0, Math.min(255, Math.round(value)));
  rgba.fill(level, to, to + 3);
  rgba[to + 3] = alpha;
};

const colors = (data: DataView, at: number, rgba: Uint8Array, to: number, alpha: number): void => {
  for (let i = 0; i < 3; i++) rgba[to + i] = data.getUint8(at + i);
  rgba[to + 3] = alpha;
};

const drawNothing = (): void => undefined;

/** The modes of Pillow (its documentation, "Concepts"), as `Image.tobytes()` writes them. */
const MODES: Readonly<Record<string, Mode | undefined>> = {
  '1': {
    bits: 1,
    draw: (data, at, rgba, to) => gray((data.getUint8(at >> 3) >> (7 - (at & 7))) & 1 ? 255 : 0, rgba, to),
  },
  L: { bits: 8, draw: (data, at, rgba, to) => gray(data.getUint8(at), rgba, to) },
  LA: { bits: 16, draw: (data, at, rgba, to) => gray(data.getUint8(at), rgba, to, data.getUint8(at + 1)) },
  P: {
    bits: 8,
    draw: (data, at, rgba, to, palette) => {
      const index = data.getUint8(at) * 3;
      for (let i = 0; i < 3; i++) rgba[to + i] = palette[index + i] ?? data.getUint8(at);
      rgba[to + 3] = 255;
    },
  },
  RGB: { bits: 24, draw: (data, at, rgba, to) => colors(data, at, rgba, to, 255) },
  RGBA: { bits: 32, draw: (data, at, rgba, to) => colors(data, at, rgba, to, data.getUint8(at + 3)) },
  RGBX: { bits: 32, draw: (data, at, rgba, to) => colors(data, at, rgba, to, 255) },
  CMYK: {
    bits: 32,
    draw: (data, at, rgba, to) => {
      const black = 255 - data.getUint8(at + 3);
      for (let i = 0; i < 3; i++) rgba[to + i] = ((255 - data.getUint8(at + i)) * black) / 255;
      rgba[to + 3] = 255;
    },
  },
  'I;16': { bits: 16, draw: (data, at, rgba, to) => gray(data.getUint16(at, true) / 257, rgba, to) },
  I: { bits: 32, number: (data, at) => data.getInt32(at, true), draw: drawNothing },
  F: { bits: 32, number: (data, at) => data.getFloat32(at, true), draw: drawNothing },
};

/** Pixels of a picture that are drawn; a larger one is shown by its size only. */
const MAX_PIXELS = 64 * 1024 * 1024;

interface Stored {
  readonly mode: string;
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  readonly palette: Uint8Array;
}

/** `new PIL.Image.Image() ⊕ [info, mode, (width, height), palette, data]`. */
const imageForm: Form = (call, args) => {
  const stored = args.length === 0 && hasNoItems(call) && !call.kwargs ? readState(call.state) : undefined;
  if (stored === undefined) return undefined;
  const { mode, width, height } = stored;
  const plain = (): Value =>
    Dict.from([
      ['mode', mode],
      ['size', [BigInt(width), BigInt(height)]],
      ['data', stored.data],
    ]);
  return {
    library: 'PIL',
    type: 'Image',
    line: `Image ${mode} ${String(width)} × ${String(height)}`,
    python: (limit) =>
      stored.data.length > limit
        ? undefined
        : expression('Image.frombytes', [mode, new Tuple([BigInt(width), BigInt(height)]), stored.data]),
    plain,
    picture: () => draw(stored),
  };
};

function readState(state: Value | undefined): Stored | undefined {
  // A picture that was read from a file has its name behind the data since Pillow 11.
  if (!Array.isArray(state) || state.length < 5 || state.length > 6) return undefined;
  const [, mode, size, palette, data] = state;
  const name = textOf(mode);
  const format = name === undefined ? undefined : MODES[name];
  const [width, height, more] = numbersOf(itemsOf(size)) ?? [];
  const bytes = bytesOf(data);
  if (!name || !format || !bytes || width === undefined || height === undefined || more !== undefined)
    return undefined;
  const rowBytes = Math.ceil((width * format.bits) / 8);
  if (width < 0 || height < 0 || width * height > MAX_PIXELS || rowBytes * height !== bytes.length)
    return undefined;
  return { mode: name, width, height, data: bytes, palette: paletteOf(palette) };
}

/** Three bytes for each color: a list of numbers, or bytes. */
function paletteOf(palette: Value | undefined): Uint8Array {
  if (Array.isArray(palette)) return Uint8Array.from(palette, (part) => Number(part));
  return bytesOf(palette) ?? new Uint8Array(0);
}

function draw({ mode, width, height, data, palette }: Stored): Picture {
  const { bits, number, draw: drawPixel } = MODES[mode] as Mode;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const rgba = new Uint8Array(width * height * 4);
  const rowBytes = Math.ceil((width * bits) / 8);
  const scale = number && scaleOf(view, number);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = bits === 1 ? y * rowBytes * 8 + x : y * rowBytes + (x * bits) / 8;
      const to = (y * width + x) * 4;
      if (number && scale) gray(scale(number(view, at)), rgba, to);
      else drawPixel(view, at, rgba, to, palette);
    }
  }
  return { width, height, rgba };
}

/** From 0 to 255 for the least to the greatest number of four bytes. */
function scaleOf(view: DataView, number: NonNullable<Mode['number']>): (value: number) => number {
  let [low, high] = [Infinity, -Infinity];
  for (let at = 0; at + 4 <= view.byteLength; at += 4) {
    const value = number(view, at);
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const range = high - low;
  return (value) => (range > 0 && !Number.isNaN(value) ? ((value - low) / range) * 255 : 0);
}

/** Pictures of Pillow (`PIL/Image.py`, `__getstate__`). */
export const pillow = {
  forms: {
    'PIL.Image.Image': imageForm,
    'PIL.PngImagePlugin.PngImageFile': imageForm,
    'PIL.JpegImagePlugin.JpegImageFile': imageForm,
  },
};
