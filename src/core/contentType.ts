/** The type of content, as far as it decides how it is opened. */
export type ContentType =
  | { readonly kind: 'text' }
  /** Formats of VS Code's image preview. */
  | { readonly kind: 'image'; readonly extension: string }
  | { readonly kind: 'bytes' };

/** Bytes from the start that are enough to recognize it. */
export const CONTENT_START = 64 * 1024;

interface Image {
  readonly extension: string;
  readonly others?: readonly string[];
  /** The bytes at certain positions, in Latin-1. */
  readonly marks: readonly (readonly [at: number, text: string])[];
}

const IMAGES: readonly Image[] = [
  { extension: 'png', marks: [[0, '\x89PNG\r\n\x1a\n']] },
  { extension: 'jpg', others: ['jpeg', 'jpe'], marks: [[0, '\xff\xd8\xff']] },
  { extension: 'gif', marks: [[0, 'GIF8']] },
  {
    extension: 'webp',
    marks: [
      [0, 'RIFF'],
      [8, 'WEBP'],
    ],
  },
  { extension: 'avif', marks: [[4, 'ftypavif']] },
  {
    extension: 'bmp',
    marks: [
      [0, 'BM'],
      [6, '\0\0\0\0'],
    ],
  },
];

/** Tab, line feed, form feed, carriage return and escape. Text has no other control characters. */
const TEXT_CONTROLS: readonly number[] = [0x09, 0x0a, 0x0c, 0x0d, 0x1b];

/**
 * Recognizes content by its start. Text is UTF-8 without the control characters that only other data have, or UTF-16 with a
 * byte order mark.
 * @param isAll whether the start is everything; otherwise, a character at its end may be incomplete
 */
export function contentTypeOf(start: Uint8Array, isAll: boolean): ContentType {
  const signature = Buffer.from(start.subarray(0, 16)).toString('latin1');
  const image = IMAGES.find(({ marks }) => marks.every(([at, text]) => signature.startsWith(text, at)));
  if (image) return { kind: 'image', extension: image.extension };
  return { kind: isText(start, isAll) ? 'text' : 'bytes' };
}

/**
 * A name by which VS Code finds an editor for images: the name itself if its extension fits the image, otherwise with the
 * extension added.
 */
export function imageName(name: string, extension: string): string {
  const image = IMAGES.find((one) => one.extension === extension);
  const fitting = [extension, ...(image?.others ?? [])];
  return fitting.some((one) => name.toLowerCase().endsWith(`.${one}`)) ? name : `${name}.${extension}`;
}

/** The whole content as text, as recognized by {@link contentTypeOf}; undefined if it is not text. */
export function decodeText(bytes: Uint8Array): string | undefined {
  if (contentTypeOf(bytes, true).kind !== 'text') return undefined;
  const encoding = bytes[0] === 0xff ? 'utf-16le' : bytes[0] === 0xfe ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

function isText(start: Uint8Array, isAll: boolean): boolean {
  if ((start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff)) return true;
  if (start.some((byte) => byte < 0x20 && !TEXT_CONTROLS.includes(byte))) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(start, { stream: !isAll });
    return true;
  } catch {
    return false;
  }
}
