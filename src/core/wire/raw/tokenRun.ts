/** Finds where the text of a Fernet token ends while it arrives: at its padding, or at the first byte that is not base64. */
export class TokenRun {
  /** Whether nothing more belongs to it. */
  hasEnded = false;
  private characters = 0;
  private padding = 0;

  /** @returns how many of the bytes belong to it */
  update(bytes: Uint8Array): number {
    let at = 0;
    while (!this.hasEnded && at < bytes.length) {
      const end = this.padding > 0 ? at : endOfBase64(bytes, at);
      this.characters += end - at;
      at = end;
      if (at < bytes.length && this.takePadding(bytes[at] as number)) at++;
    }
    return at;
  }

  /** Whether a complete token can have the current length. */
  get isPlausible(): boolean {
    const all = this.characters + this.padding;
    const ciphertext = (all / 4) * 3 - this.padding - OVERHEAD;
    return all % 4 === 0 && ciphertext > 0 && ciphertext % BLOCK === 0;
  }

  private takePadding(byte: number): boolean {
    const isPadding = byte === EQUALS && (this.characters + this.padding) % 4 !== 0;
    if (isPadding) this.padding++;
    this.hasEnded = !isPadding || this.padding === 2 || (this.characters + this.padding) % 4 === 0;
    return isPadding;
  }
}

/** Bytes of a binary token around its ciphertext, which is whole blocks. */
const OVERHEAD = 57;
const BLOCK = 16;
const EQUALS = 0x3d;

function endOfBase64(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && IS_BASE64[bytes[at] as number] === 1) at++;
  return at;
}

/** By byte. Either alphabet, like the token reader. */
const IS_BASE64 = new Uint8Array(256);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/') {
  IS_BASE64[character.charCodeAt(0)] = 1;
}
