/** What bytes are, as far as it decides how they are opened. */
export type ContentType =
  | { readonly kind: 'text' }
  /** What VS Code's image preview shows. */
  | { readonly kind: 'image'; readonly extension: string }
  | { readonly kind: 'bytes' };

/** So many bytes from the start are enough to tell. */
export const CONTENT_START = 64 * 1024;

interface Image {
  readonly extension: string;
  readonly others?: readonly string[];
  /** What stands where, in Latin-1. */
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

/** Tab, line feed, form feed, carriage return and escape. No text has other controls. */
const TEXT_CONTROLS: readonly number[] = [0x09, 0x0a, 0x0c, 0x0d, 0x1b];

/**
 * Looks at the start of content. Text is UTF-8 without the controls that only other data has, or UTF-16 with a byte order mark.
 * @param isAll whether the start is everything; without it, a character may be cut off at its end
 */
export function contentTypeOf(start: Uint8Array, isAll: boolean): ContentType {
  const signature = Buffer.from(start.subarray(0, 16)).toString('latin1');
  const image = IMAGES.find(({ marks }) => marks.every(([at, text]) => signature.startsWith(text, at)));
  if (image) return { kind: 'image', extension: image.extension };
  return { kind: isText(start, isAll) ? 'text' : 'bytes' };
}

/** A name by which an editor for images is found: the name itself, where it says what the image is, or with the extension added. */
export function imageName(name: string, extension: string): string {
  const image = IMAGES.find((one) => one.extension === extension);
  const fitting = [extension, ...(image?.others ?? [])];
  return fitting.some((one) => name.toLowerCase().endsWith(`.${one}`)) ? name : `${name}.${extension}`;
}

/** The text that all of some content is, as {@link contentTypeOf} has it; undefined where it is none. */
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
