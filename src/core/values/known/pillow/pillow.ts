import type { Picture } from '../../../arrays/picture';
import { PICTURE_PIXELS } from '../../../limits';
import { Dict, Tuple, type Value } from '../../value';
import { bytesOf, dictOf, expression, hasNoItems, itemsOf, numberOf, numbersOf, textOf } from '../matching';
import type { Form } from '../registry';
import { gray, MODES, type Mode } from './modes';

interface Stored {
  readonly mode: string;
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  readonly palette: Uint8Array;
  /** For pixels of one byte, how opaque each of its values is. */
  readonly alpha: ((value: number) => number) | undefined;
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
  // Since Pillow 11, the name of the file that a picture was read from follows the data, and in a JPEG two parts of its layers.
  if (!Array.isArray(state) || state.length < 5 || state.length > 8) return undefined;
  const [info, mode, size, palette, data] = state;
  const name = textOf(mode);
  const format = name === undefined ? undefined : MODES.get(name);
  const [width, height, more] = numbersOf(itemsOf(size)) ?? [];
  const bytes = bytesOf(data);
  if (!name || !format || !bytes || width === undefined || height === undefined || more !== undefined)
    return undefined;
  const rowBytes = Math.ceil((width * format.bits) / 8);
  if (
    width < 0 ||
    height < 0 ||
    Math.max(width, height, width * height) > PICTURE_PIXELS ||
    rowBytes * height !== bytes.length
  )
    return undefined;
  return { mode: name, width, height, data: bytes, palette: paletteOf(palette), alpha: alphaOf(name, info) };
}

/** The palette, three bytes for each color, which is stored as bytes or as a list of numbers. */
function paletteOf(palette: Value | undefined): Uint8Array {
  if (Array.isArray(palette)) return Uint8Array.from(palette, (part) => numberOf(part) ?? 0);
  return bytesOf(palette) ?? new Uint8Array(0);
}

/** What the file says about transparent colors: one of them, or how opaque each is. */
function alphaOf(mode: string, info: Value | undefined): Stored['alpha'] {
  const given = dictOf(info)?.get('transparency');
  const [bytes, color] = [bytesOf(given), numberOf(given)];
  if (mode !== 'P' && mode !== 'L') return undefined;
  if (bytes !== undefined) return (value) => bytes[value] ?? 255;
  return color === undefined ? undefined : (value) => (value === color ? 0 : 255);
}

function draw({ mode, width, height, data, palette, alpha }: Stored): Picture {
  const { bits, number, draw: drawPixel } = MODES.get(mode) as Mode;
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
      if (alpha) rgba[to + 3] = alpha(data[at] as number);
    }
  }
  return { width, height, rgba };
}

/** Scales the numbers of a picture, of four bytes each, to 0 to 255. */
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

/** A picture that was read from a file has the class of its format. */
const FILES =
  'Bmp:Bmp Dib:Bmp Gif:Gif Ico:Ico Jpeg:Jpeg Jpeg2K:Jpeg2K Png:Png Ppm:Ppm Tga:Tga Tiff:Tiff WebP:WebP Avif:Avif Dds:Dds Icns:Icns Pcx:Pcx Mpo:Mpo'
    .split(' ')
    .map((pair) => pair.split(':'))
    .map(([type, module]) => `PIL.${module ?? ''}ImagePlugin.${type ?? ''}ImageFile`);

/** Pictures of Pillow (`PIL/Image.py`, `__getstate__`). */
export const pillow = {
  forms: Object.fromEntries(['PIL.Image.Image', ...FILES].map((name) => [name, imageForm])),
};
