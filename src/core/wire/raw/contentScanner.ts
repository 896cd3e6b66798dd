import { isTextFormat, formats, type Format } from '../../codecs/formats';
import type { Recognizer } from '../../codecs/format';
import { skipBlank } from '../../codecs/recognize';
import type { Content } from '../../item/item';
import { sniff, type Start } from './sniff';
import { Utf8Check } from '../utf8';

/**
 * - `open`: more must come.
 * - `whole`: complete, but what may still come belongs to it.
 * - `ended`: complete, and nothing more belongs to it.
 * - `endless`: text or bytes, which only the end of the stream ends.
 */
export type ContentState = 'open' | 'whole' | 'ended' | 'endless';

export type ContentKind = Pick<Content, 'kind' | 'format'>;

/**
 * Finds out, while it arrives, the kind and the end of content without any framing. Keeps nothing of it except a short
 * start.
 */
export class ContentScanner {
  /** The start, while it is too short to recognize anything. */
  private undecided: Buffer = Buffer.alloc(0);
  private scan: BinaryScan | TextScan | undefined;

  /** @param depth how deeply lists, dictionaries and elements of a dictionary may be nested */
  constructor(private readonly depth: number) {}

  get state(): ContentState {
    return this.scan?.state ?? 'endless';
  }

  /** Whether enough has arrived to recognize its kind. */
  get hasBegun(): boolean {
    return this.scan !== undefined;
  }

  /** @returns how many of the bytes belong to it: all of them, except what follows the end of a binary format */
  update(bytes: Uint8Array): number {
    if (this.scan) return this.scan.update(bytes);
    const before = this.undecided.length;
    const all = before === 0 ? asBuffer(bytes) : Buffer.concat([this.undecided, bytes]);
    const start = sniff(all, false);
    if (start !== undefined) return this.begin(start, all) - before;
    // The bytes are somebody else's afterwards.
    this.undecided = before === 0 ? Buffer.from(all) : all;
    return bytes.length;
  }

  /** Its kind if it ends here; undefined for a binary format that has not reached its end. */
  finish(): ContentKind | undefined {
    if (!this.scan) this.begin(sniff(this.undecided, true), this.undecided);
    return this.scan?.finish();
  }

  private begin(start: Start, bytes: Buffer): number {
    if (start === 'token' || start === 'other') this.scan = new TextScan();
    else {
      const recognizer = formats[start].recognizer(this.depth);
      this.scan = isTextFormat(start) ? new TextScan(start, recognizer) : new BinaryScan(start, recognizer);
    }
    this.undecided = Buffer.alloc(0);
    return this.scan.update(bytes);
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

class BinaryScan {
  constructor(
    private readonly format: Format,
    private readonly recognizer: Recognizer,
  ) {}

  get state(): ContentState {
    const { state } = this.recognizer;
    return state === 'not' ? 'endless' : state;
  }

  update(bytes: Uint8Array): number {
    return this.recognizer.update(bytes);
  }

  finish(): ContentKind | undefined {
    switch (this.recognizer.state) {
      case 'open':
        return undefined;
      case 'not':
        return { kind: 'file' };
      default:
        return { kind: 'dictionary', format: this.format };
    }
  }
}

class TextScan {
  private readonly utf8 = new Utf8Check();
  private isBlank = true;

  constructor(
    private readonly format?: Format,
    private readonly recognizer?: Recognizer,
  ) {}

  get state(): ContentState {
    const state = (this.utf8.isValidSoFar ? this.recognizer?.state : undefined) ?? 'not';
    return state === 'not' ? 'endless' : state;
  }

  update(bytes: Uint8Array): number {
    this.utf8.update(bytes);
    this.recognizer?.update(this.isBlank ? bytes.subarray(skipBlank(bytes)) : bytes);
    this.isBlank = false;
    return bytes.length;
  }

  finish(): ContentKind {
    if (!this.utf8.isWhole) return { kind: 'file' };
    const isDictionary = this.recognizer?.isContainer === true && this.state === 'whole';
    return isDictionary && this.format !== undefined
      ? { kind: 'dictionary', format: this.format }
      : { kind: 'text' };
  }
}
