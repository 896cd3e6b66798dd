/** How a mode stores a pixel, and how that becomes RGBA. */
export interface Mode {
  /** Bits of one pixel. Rows of mode `1` begin at a whole byte. */
  readonly bits: number;
  /** Reads a pixel of a mode without a fixed range. The smallest number is drawn black, the largest white. */
  readonly number?: (data: DataView, at: number) => number;
  /** Draws the pixel that begins at a byte of the data (for mode `1`, at a bit) as four bytes of RGBA. */
  readonly draw: (data: DataView, at: number, rgba: Uint8Array, to: number, palette: Uint8Array) => void;
}

export const gray = (value: number, rgba: Uint8Array, to: number, alpha = 255): void => {
  const level = Math.max(0, Math.min(255, Math.round(value)));
  rgba.fill(level, to, to + 3);
  rgba[to + 3] = alpha;
};

const colors = (data: DataView, at: number, rgba: Uint8Array, to: number, alpha: number): void => {
  for (let i = 0; i < 3; i++) rgba[to + i] = data.getUint8(at + i);
  rgba[to + 3] = alpha;
};

const drawNothing = (): void => undefined;

const pick = (
  data: DataView,
  at: number,
  rgba: Uint8Array,
  to: number,
  palette: Uint8Array,
  alpha: number,
): void => {
  const index = data.getUint8(at) * 3;
  for (let i = 0; i < 3; i++) rgba[to + i] = palette[index + i] ?? data.getUint8(at);
  rgba[to + 3] = alpha;
};

/** Divides a channel of a color by the opacity that it was multiplied with. */
function unmultiplied(value: number, alpha: number): number {
  return alpha === 0 ? value : Math.min(255, Math.floor((255 * value) / alpha));
}

type Color = readonly [number, number, number];

function bytesOf(data: DataView, at: number): Color {
  return [data.getUint8(at), data.getUint8(at + 1), data.getUint8(at + 2)];
}

function put(color: Color, rgba: Uint8Array, to: number): void {
  color.forEach((part, i) => (rgba[to + i] = Math.max(0, Math.min(255, Math.round(part)))));
  rgba[to + 3] = 255;
}

/** YCbCr to RGB by ITU-R BT.601, as in JPEG. */
function fromYCbCr(y: number, cb: number, cr: number): Color {
  return [y + 1.402 * (cr - 128), y - 0.34414 * (cb - 128) - 0.71414 * (cr - 128), y + 1.772 * (cb - 128)];
}

function fromHsv(hue: number, saturation: number, value: number): Color {
  const turn = (hue * 6) / 255;
  const [sector, rest, s] = [Math.floor(turn), turn - Math.floor(turn), saturation / 255];
  const [p, q, t] = [value * (1 - s), value * (1 - s * rest), value * (1 - s * (1 - rest))];
  const colors: readonly Color[] = [
    [value, t, p],
    [q, value, p],
    [p, value, t],
    [p, q, value],
    [t, p, value],
    [value, p, q],
  ];
  return colors[sector % 6] as Color;
}

/** CIE L*a*b* under the illuminant D50 to sRGB. The second and third bytes are signed. */
function fromLab(lightness: number, a: number, b: number): Color {
  const signed = (byte: number): number => (byte > 127 ? byte - 256 : byte);
  const y = ((lightness * 100) / 255 + 16) / 116;
  const cube = (t: number): number => (t > 6 / 29 ? t ** 3 : 3 * (6 / 29) ** 2 * (t - 4 / 29));
  const [x, z] = [0.9642 * cube(y + signed(a) / 500), 0.8249 * cube(y - signed(b) / 200)];
  const luminance = cube(y);
  const linear: Color = [
    3.1338561 * x - 1.6168667 * luminance - 0.4906146 * z,
    -0.9787684 * x + 1.9161415 * luminance + 0.033454 * z,
    0.0719453 * x - 0.2289914 * luminance + 1.4052427 * z,
  ];
  const [red, green, blue] = linear.map((part) =>
    part <= 0.0031308 ? 12.92 * part : 1.055 * Math.max(0, part) ** (1 / 2.4) - 0.055,
  );
  return [255 * (red ?? 0), 255 * (green ?? 0), 255 * (blue ?? 0)];
}

/** The modes of Pillow (its documentation, "Concepts"), as `Image.tobytes()` writes them. */
export const MODES: ReadonlyMap<string, Mode> = new Map<string, Mode>(
  Object.entries({
    '1': {
      bits: 1,
      draw: (data, at, rgba, to) => gray((data.getUint8(at >> 3) >> (7 - (at & 7))) & 1 ? 255 : 0, rgba, to),
    },
    L: { bits: 8, draw: (data, at, rgba, to) => gray(data.getUint8(at), rgba, to) },
    LA: { bits: 16, draw: (data, at, rgba, to) => gray(data.getUint8(at), rgba, to, data.getUint8(at + 1)) },
    La: {
      bits: 16,
      draw: (data, at, rgba, to) => {
        const alpha = data.getUint8(at + 1);
        gray(unmultiplied(data.getUint8(at), alpha), rgba, to, alpha);
      },
    },
    P: { bits: 8, draw: (data, at, rgba, to, palette) => pick(data, at, rgba, to, palette, 255) },
    PA: {
      bits: 16,
      draw: (data, at, rgba, to, palette) => pick(data, at, rgba, to, palette, data.getUint8(at + 1)),
    },
    RGB: { bits: 24, draw: (data, at, rgba, to) => colors(data, at, rgba, to, 255) },
    RGBA: { bits: 32, draw: (data, at, rgba, to) => colors(data, at, rgba, to, data.getUint8(at + 3)) },
    RGBa: {
      bits: 32,
      draw: (data, at, rgba, to) => {
        const alpha = data.getUint8(at + 3);
        for (let i = 0; i < 3; i++) rgba[to + i] = unmultiplied(data.getUint8(at + i), alpha);
        rgba[to + 3] = alpha;
      },
    },
    YCbCr: { bits: 24, draw: (data, at, rgba, to) => put(fromYCbCr(...bytesOf(data, at)), rgba, to) },
    HSV: { bits: 24, draw: (data, at, rgba, to) => put(fromHsv(...bytesOf(data, at)), rgba, to) },
    LAB: { bits: 24, draw: (data, at, rgba, to) => put(fromLab(...bytesOf(data, at)), rgba, to) },
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
    'I;16L': { bits: 16, draw: (data, at, rgba, to) => gray(data.getUint16(at, true) / 257, rgba, to) },
    'I;16B': { bits: 16, draw: (data, at, rgba, to) => gray(data.getUint16(at, false) / 257, rgba, to) },
    I: { bits: 32, number: (data, at) => data.getInt32(at, true), draw: drawNothing },
    F: { bits: 32, number: (data, at) => data.getFloat32(at, true), draw: drawNothing },
  } satisfies Record<string, Mode>),
);
