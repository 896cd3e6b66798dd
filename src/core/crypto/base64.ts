import { InvalidTokenError } from '../errors';

/**
 * Decodes base64 with padding, in either alphabet, as Python's `cryptography` reads tokens; nothing else is skipped or
 * guessed.
 * @throws InvalidTokenError `malformed`
 */
export function decodeBase64(text: string): Buffer {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = decodeWhole(text, padding);
  if (bytes === undefined) throw new InvalidTokenError('malformed');
  return bytes;
}

/** {@link decodeBase64} for text in pieces of any size. White space is allowed at its end. */
export class Base64Decoder {
  /** Characters of an incomplete group, up to three. */
  private rest = '';
  /** Everything after the last data character so far: padding, and white space as one space. */
  private tail = '';

  /** @throws InvalidTokenError `malformed` */
  update(text: Uint8Array): Buffer {
    const all = this.rest + Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString('latin1');
    const whole = all.length - (all.length % 4);
    const bytes = this.tail === '' ? decodeWhole(all.slice(0, whole), 0) : undefined;
    if (bytes === undefined) return this.updateNearEnd(all);
    this.rest = all.slice(whole);
    return bytes;
  }

  /** @throws InvalidTokenError `malformed` */
  finish(): Buffer {
    return decodeBase64((this.rest + this.tail).trimEnd());
  }

  private updateNearEnd(all: string): Buffer {
    const data = this.tail === '' ? (/^[A-Za-z0-9_\-+/]*/.exec(all)?.[0].length ?? 0) : this.rest.length;
    this.tail += all.slice(data);
    if (!/^={0,2}\s*$/.test(this.tail)) throw new InvalidTokenError('malformed');
    this.tail = this.tail.replace(/\s+$/, ' ');
    const whole = data - (data % 4);
    this.rest = all.slice(whole, data);
    return decodeBase64(all.slice(0, whole));
  }
}

/**
 * Node's decoder skips other characters and stops at padding. Both show in the length, which is never right if the text is
 * not a whole number of groups. A regular expression takes five times as long.
 */
function decodeWhole(text: string, padding: number): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.length === (text.length / 4) * 3 - padding ? bytes : undefined;
}
