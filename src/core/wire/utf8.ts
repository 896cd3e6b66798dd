import { isUtf8 } from 'node:buffer';

/** Checks whether a stream of bytes is UTF-8, however it is split into pieces. */
export class Utf8Check {
  private isValid = true;
  /** The beginning of a character whose end has not arrived yet. */
  private begun: Buffer = Buffer.alloc(0);

  update(bytes: Uint8Array): void {
    if (!this.isValid) return;
    const text = this.begun.length === 0 ? bytes : Buffer.concat([this.begun, bytes]);
    const end = text.length - unfinishedLength(text);
    this.isValid = isUtf8(text.subarray(0, end));
    this.begun = Buffer.from(text.subarray(end));
  }

  /** Whether everything so far is UTF-8; a last character may be unfinished. */
  get isValidSoFar(): boolean {
    return this.isValid;
  }

  /** Whether everything is UTF-8, if it ends here. */
  get isWhole(): boolean {
    return this.isValid && this.begun.length === 0;
  }
}

/** Bytes at the end (0 to 3) that begin a character of UTF-8 without ending it. */
export function unfinishedLength(text: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= text.length; back++) {
    const byte = text[text.length - back] as number;
    if (byte >= 0xc0) return byte >= 0xf0 || back < (byte >= 0xe0 ? 3 : 2) ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}
