import { isSpace } from '../characterCodes';
import type { Recognition, Recognizer } from '../format';

/**
 * Decides while a stream arrives whether it is a single XML document. Tags must match, attributes must be quoted, and only white
 * space, comments and instructions may be outside of the root. A document with a DOCTYPE is not recognized. It keeps only the
 * names of the open elements.
 */
export class XmlRecognizer implements Recognizer {
  readonly isContainer = true;
  private step: Step = 'text';
  private readonly open = new OpenNames();
  /** The word after `<!` that is being read. */
  private word = '';
  private quote = 0;
  /** How many times in a row the byte has come that ends a comment, an instruction or a section. */
  private repeated = 0;
  private hasRoot = false;

  /** @param depth the nesting that the readers of this program accept; deeper content does not count as XML */
  constructor(private readonly depth: number) {}

  get state(): Recognition {
    if (this.step === 'nothing') return 'not';
    return this.step === 'text' && this.hasRoot && this.open.count === 0 ? 'whole' : 'open';
  }

  update(bytes: Uint8Array): number {
    for (let at = 0; at < bytes.length && this.step !== 'nothing'; at++) {
      const isContent = this.step === 'text' && this.open.count > 0;
      while (isContent && at < bytes.length && bytes[at] !== LESS) at++;
      if (at < bytes.length) this.step = this.next(bytes[at] as number);
    }
    return bytes.length;
  }

  private next(byte: number): Step {
    switch (this.step) {
      case 'text':
        if (byte === LESS) return 'markup';
        return this.open.count > 0 || isSpace(byte) ? 'text' : 'nothing';
      case 'quoted':
        if (byte === this.quote) return 'attributes';
        return byte === LESS ? 'nothing' : 'quoted';
      case 'markup':
        return this.beginMarkup(byte);
      case 'declaration':
        return this.nextInDeclaration(byte);
      case 'comment':
        return this.nextUntil('comment', byte, MINUS, 2);
      case 'section':
        return this.nextUntil('section', byte, CLOSE_BRACKET, 2);
      case 'instruction':
        return this.nextUntil('instruction', byte, QUESTION, 1);
      case 'closingName':
        if (isNameByte(byte)) return this.open.match(byte) ? 'closingName' : 'nothing';
        return this.nextAfterName(byte);
      case 'closingEnd':
        return this.nextAfterName(byte);
      default:
        return this.nextInTag(this.step, byte);
    }
  }

  private beginMarkup(byte: number): Step {
    this.word = '';
    this.repeated = 0;
    if (byte === SLASH) {
      this.open.beginClosing();
      return this.open.count > 0 ? 'closingName' : 'nothing';
    }
    if (byte === QUESTION) return 'instruction';
    if (byte === EXCLAMATION) return 'declaration';
    if (!isNameStart(byte) || (this.hasRoot && this.open.count === 0)) return 'nothing';
    this.hasRoot = true;
    this.open.open();
    return this.open.add(byte) ? 'openingName' : 'nothing';
  }

  private nextInDeclaration(byte: number): Step {
    this.word += String.fromCharCode(byte);
    if (this.word === '--') return 'comment';
    if (this.word === '[CDATA[') return this.open.count > 0 ? 'section' : 'nothing';
    return '--'.startsWith(this.word) || '[CDATA['.startsWith(this.word) ? 'declaration' : 'nothing';
  }

  private nextUntil(step: Step, byte: number, repeatable: number, times: number): Step {
    if (byte === GREATER && this.repeated >= times) return 'text';
    this.repeated = byte === repeatable ? this.repeated + 1 : 0;
    return step;
  }

  private nextInTag(step: Step, byte: number): Step {
    switch (step) {
      case 'openingName':
        if (isNameByte(byte)) return this.open.add(byte) ? step : 'nothing';
        return this.nextBetweenAttributes(byte);
      case 'attributes':
        return isNameStart(byte) ? 'attributeName' : this.nextBetweenAttributes(byte);
      case 'attributeName':
        return isNameByte(byte) ? step : this.nextBeforeValue('equals', byte);
      case 'equals':
        return this.nextBeforeValue('equals', byte);
      case 'value':
        if (isSpace(byte)) return step;
        this.quote = byte;
        return byte === QUOTE || byte === APOSTROPHE ? 'quoted' : 'nothing';
      default:
        if (byte !== GREATER) return 'nothing';
        this.open.drop();
        return 'text';
    }
  }

  private nextBetweenAttributes(byte: number): Step {
    if (isSpace(byte)) return 'attributes';
    if (byte === SLASH) return 'emptyEnd';
    if (byte !== GREATER) return 'nothing';
    return this.open.count > this.depth ? 'nothing' : 'text';
  }

  private nextBeforeValue(step: Step, byte: number): Step {
    if (isSpace(byte)) return step;
    return byte === EQUALS ? 'value' : 'nothing';
  }

  private nextAfterName(byte: number): Step {
    if (isSpace(byte)) return 'closingEnd';
    return byte === GREATER && this.open.close() ? 'text' : 'nothing';
  }
}

type Step =
  | 'text'
  /** After `<`. */
  | 'markup'
  /** After `<!`. */
  | 'declaration'
  | 'comment'
  | 'section'
  | 'instruction'
  | 'openingName'
  | 'attributes'
  | 'attributeName'
  | 'equals'
  | 'value'
  | 'quoted'
  /** After the slash of an element without content. */
  | 'emptyEnd'
  | 'closingName'
  | 'closingEnd'
  | 'nothing';

const EXCLAMATION = 0x21;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const MINUS = 0x2d;
const SLASH = 0x2f;
const LESS = 0x3c;
const EQUALS = 0x3d;
const GREATER = 0x3e;
const QUESTION = 0x3f;
const CLOSE_BRACKET = 0x5d;

/** Letters, `_`, `:`, and all bytes that are not ASCII. */
function isNameStart(byte: number): boolean {
  const lower = byte | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || byte === 0x5f || byte === 0x3a || byte >= 0x80;
}

function isNameByte(byte: number): boolean {
  return isNameStart(byte) || (byte >= 0x30 && byte <= 0x39) || byte === MINUS || byte === 0x2e;
}

/** The largest total length of the names of open elements, in bytes: 16 for each that may be open. Any peer can make us keep them. */
const LONGEST_NAMES = 16 * 1024;
/** The longest name, in bytes. */
const LONGEST_NAME = 1000;

/** The names of the open elements, one after another in a single buffer. As strings, they would take many times the memory. */
class OpenNames {
  private bytes = Buffer.alloc(0);
  private length = 0;
  /** Where each name begins. */
  private readonly starts: number[] = [];
  /** How many bytes of the closing tag's name have been compared. */
  private matched = 0;

  /** How many elements are open. */
  get count(): number {
    return this.starts.length;
  }

  /** Opens an element. Its name follows with {@link add}. */
  open(): void {
    this.starts.push(this.length);
  }

  /** Adds a byte to the name of the element that was opened last. @returns false if the name becomes too long */
  add(byte: number): boolean {
    if (this.length - this.start >= LONGEST_NAME || this.length >= LONGEST_NAMES) return false;
    if (this.length === this.bytes.length) this.grow();
    this.bytes[this.length++] = byte;
    return true;
  }

  /** Begins to close the element that was opened last. */
  beginClosing(): void {
    this.matched = 0;
  }

  /** Compares the next byte of the closing tag's name. @returns whether the name matches so far */
  match(byte: number): boolean {
    const at = this.start + this.matched++;
    return at < this.length && this.bytes[at] === byte;
  }

  /** Closes the element that was opened last. @returns whether its complete name has been matched */
  close(): boolean {
    const isWhole = this.start + this.matched === this.length;
    this.drop();
    return isWhole;
  }

  /** Closes the element that was opened last, without a closing tag. */
  drop(): void {
    this.length = this.starts.pop() ?? 0;
  }

  private get start(): number {
    return this.starts.at(-1) ?? 0;
  }

  private grow(): void {
    const grown = Buffer.alloc(Math.min(LONGEST_NAMES, Math.max(64, 2 * this.bytes.length)));
    this.bytes.copy(grown);
    this.bytes = grown;
  }
}
