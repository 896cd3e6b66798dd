import { PickleScanner } from '../../codecs/pickle/scanner';
import type { Content } from '../../item/item';
import { JsonRecognizer, type Recognition } from './jsonRecognizer';
import { skipBlank, sniff, type Start } from './sniff';
import { Utf8Check } from '../utf8';
import { XmlRecognizer } from './xmlRecognizer';

/**
 * - `open`: more must come.
 * - `whole`: complete, but what may still come belongs to it.
 * - `ended`: complete, and nothing more belongs to it.
 * - `endless`: text or bytes, which only the end of the stream ends.
 */
export type ContentState = 'open' | 'whole' | 'ended' | 'endless';

export type ContentKind = Pick<Content, 'kind' | 'format'>;

/** Finds out, while it arrives, what content without any framing is, and where a pickle ends. Keeps nothing of it but a short start. */
export class ContentScanner {
  /** What has come while it was too little to tell anything. */
  private undecided = Buffer.alloc(0);
  private scan: PickleScan | TextScan | undefined;

  /** @param depth lists, dictionaries and elements inside one another that a dictionary may have */
  constructor(private readonly depth: number) {}

  get state(): ContentState {
    return this.scan?.state ?? 'endless';
  }

  /** @returns how many of the bytes belong to it: all of them, but for what follows a pickle */
  update(bytes: Uint8Array): number {
    if (this.scan) return this.scan.update(bytes);
    const before = this.undecided.length;
    this.undecided = Buffer.concat([this.undecided, bytes]);
    const start = sniff(this.undecided, false);
    return start === undefined ? bytes.length : this.begin(start) - before;
  }

  /** What it is if it ends here; undefined for a pickle that has not come to its end. */
  finish(): ContentKind | undefined {
    if (!this.scan) this.begin(sniff(this.undecided, true));
    return this.scan?.finish();
  }

  private begin(start: Start): number {
    this.scan = start === 'pickle' ? new PickleScan() : new TextScan(start, this.depth);
    return this.scan.update(this.undecided);
  }
}

class PickleScan {
  private readonly scanner = new PickleScanner();
  private hasEnded = false;

  get state(): ContentState {
    if (this.hasEnded) return 'ended';
    return this.scanner.isPickle ? 'open' : 'endless';
  }

  update(bytes: Uint8Array): number {
    const end = this.scanner.scan(bytes);
    this.hasEnded ||= end !== undefined;
    return end ?? bytes.length;
  }

  finish(): ContentKind | undefined {
    if (this.hasEnded) return { kind: 'dictionary', format: 'binary' };
    // Its first byte is in no text.
    return this.scanner.isPickle ? undefined : { kind: 'file' };
  }
}

class TextScan {
  private readonly utf8 = new Utf8Check();
  private readonly recognizer: JsonRecognizer | XmlRecognizer | undefined;
  private isBlank = true;

  constructor(
    private readonly start: Start,
    depth: number,
  ) {
    if (start === 'json' || start === 'string') this.recognizer = new JsonRecognizer(depth);
    if (start === 'xml') this.recognizer = new XmlRecognizer(depth);
  }

  get state(): ContentState {
    const recognition = this.recognition;
    return recognition === 'not' ? 'endless' : recognition;
  }

  update(bytes: Uint8Array): number {
    this.utf8.update(bytes);
    this.recognizer?.update(this.isBlank ? bytes.subarray(skipBlank(bytes)) : bytes);
    this.isBlank = false;
    return bytes.length;
  }

  finish(): ContentKind {
    if (!this.utf8.isWhole) return { kind: 'file' };
    const { start } = this;
    const isDictionary = (start === 'json' || start === 'xml') && this.recognition === 'whole';
    return isDictionary ? { kind: 'dictionary', format: start } : { kind: 'text' };
  }

  private get recognition(): Recognition {
    return this.utf8.isValidSoFar && this.recognizer ? this.recognizer.state : 'not';
  }
}
