import { LineCheck, type LineKind } from './earlyLines';
import { argumentsByOpcode, Opcode, type OpcodeName } from './opcodes';

/** The kind of a line by opcode; other opcodes accept any line. */
const LINES: Partial<Record<number, LineKind>> = {
  [Opcode.INT]: 'integer',
  [Opcode.LONG]: 'integer',
  [Opcode.FLOAT]: 'float',
  [Opcode.STRING]: 'quoted',
  [Opcode.GET]: 'index',
  [Opcode.PUT]: 'index',
  [Opcode.GLOBAL]: 'name',
  [Opcode.INST]: 'name',
};

/**
 * Distinguishes pickles of protocols 0 and 1 from text while they arrive. They do not begin with a particular byte, so each
 * opcode must find on the stack what Python's pickler puts there, and at the end only a list, dictionary or tuple may be
 * left. It keeps no content, only about one byte for each value on the stack and in the memo.
 */
export class EarlyPickleScanner {
  private state: 'open' | 'ended' | 'not' = 'open';
  private readonly stack = new KindList();
  private readonly memo = new KindList();
  private isMemoized = false;
  /** Bytes that have been read. */
  private length = 0;
  private opcode = 0;
  private lines = 0;
  private readonly line = new LineCheck();
  /** Missing bytes of an argument, and the number in the bytes so far. */
  private due = 0;
  private number = 0;
  private digits = 0;
  private isCount = false;

  get isPickle(): boolean {
    return this.state !== 'not';
  }

  /**
   * @returns how many bytes of this chunk belong to the pickle, including its opcode STOP; undefined while it continues, and
   * if it is not a pickle
   */
  scan(chunk: Uint8Array): number | undefined {
    let at = 0;
    while (this.state === 'open' && at < chunk.length) at = this.next(chunk, at);
    return this.state === 'ended' ? at : undefined;
  }

  private next(chunk: Uint8Array, at: number): number {
    if (this.due > 0 && !this.isNumber) {
      const skipped = Math.min(this.due, chunk.length - at);
      this.length += skipped;
      this.due -= skipped;
      if (this.due === 0) this.finish();
      return at + skipped;
    }
    const byte = chunk[at] as number;
    this.length++;
    if (this.due > 0) this.readNumber(byte);
    else if (this.lines > 0) this.readLine(byte);
    else this.begin(byte);
    return at + 1;
  }

  private begin(opcode: number): void {
    const argument = argumentsByOpcode[opcode];
    this.opcode = opcode;
    if (argument === undefined || EFFECTS[opcode] === undefined) this.state = 'not';
    else if (argument.kind === 'lines') this.beginLines(argument.size);
    else if (argument.size === 0) this.finish();
    else {
      this.due = argument.size;
      this.number = 0;
      this.digits = 0;
      this.isCount = argument.kind !== 'bytes';
    }
  }

  /** Whether the pending argument is a number that matters: a length, or an index in the memo. */
  private get isNumber(): boolean {
    return this.isCount || INDEXED.has(this.opcode);
  }

  private readNumber(byte: number): void {
    this.number += byte * 2 ** (8 * this.digits++);
    if (--this.due > 0) return;
    if (!this.isCount) this.finish();
    else {
      this.isCount = false;
      this.due = this.number;
      // A negative count is refused here, too.
      if (this.due > 0x7fff_ffff) this.state = 'not';
      else if (this.due === 0) this.finish();
    }
  }

  private beginLines(count: number): void {
    this.lines = count;
    this.line.begin(LINES[this.opcode] ?? 'any');
  }

  private readLine(byte: number): void {
    const taken = this.line.take(byte);
    if (taken === 'wrong') this.state = 'not';
    if (taken !== 'end') return;
    if (--this.lines > 0) this.line.begin(LINES[this.opcode] ?? 'any');
    else {
      this.number = this.line.index;
      this.finish();
    }
  }

  /** Runs the opcode, now that its argument is complete. */
  private finish(): void {
    if (EFFECTS[this.opcode]?.(this) !== true) this.state = 'not';
  }

  /** Like all of these methods, @returns whether the stack allowed it. */
  push(kind: Kind): boolean {
    return this.stack.set(this.stack.length, kind);
  }

  pop(...expected: readonly Kind[]): boolean {
    const kind = this.stack.pop();
    return kind !== undefined && kind !== 'mark' && (expected.length === 0 || expected.includes(kind));
  }

  isTop(...expected: readonly Kind[]): boolean {
    return expected.includes(this.stack.at(this.stack.length - 1) ?? 'mark');
  }

  /** @param isPaired whether the values must be pairs of keys and values */
  popToMark(isPaired = false): boolean {
    let count = 0;
    for (let kind = this.stack.pop(); kind !== 'mark'; kind = this.stack.pop(), count++)
      if (kind === undefined) return false;
    return !(isPaired && count % 2 !== 0);
  }

  put(): boolean {
    const top = this.stack.at(this.stack.length - 1);
    this.isMemoized = top !== undefined && top !== 'mark' && this.memo.set(this.number, top);
    return this.isMemoized;
  }

  get(): boolean {
    const kind = this.memo.at(this.number);
    return kind !== undefined && this.push(kind);
  }

  stop(): boolean {
    const isWhole = this.stack.length === 1 && this.isTop('list', 'dict', 'tuple');
    if (isWhole && (this.isMemoized || this.length >= SHORTEST)) this.state = 'ended';
    return this.state === 'ended';
  }
}

/** Shorter content that does not use the memo, such as `).`, counts as text. */
const SHORTEST = 8;

type Effect = (scanner: EarlyPickleScanner) => boolean;

const value: Effect = (s) => s.push('other');
const put: Effect = (s) => s.put();
const get: Effect = (s) => s.get();

/** Effects on the stack of the opcodes in protocols 0 and 1 that picklers write. */
const NAMED_EFFECTS: Partial<Record<OpcodeName, Effect>> = {
  MARK: (s) => s.push('mark'),
  STOP: (s) => s.stop(),
  POP: (s) => s.pop(),
  POP_MARK: (s) => s.popToMark(),
  NONE: value,
  INT: value,
  LONG: value,
  FLOAT: value,
  BININT: value,
  BININT1: value,
  BININT2: value,
  BINFLOAT: value,
  STRING: value,
  UNICODE: value,
  BINSTRING: value,
  SHORT_BINSTRING: value,
  BINUNICODE: value,
  GLOBAL: value,
  PERSID: value,
  EMPTY_LIST: (s) => s.push('list'),
  EMPTY_DICT: (s) => s.push('dict'),
  EMPTY_TUPLE: (s) => s.push('tuple'),
  LIST: (s) => s.popToMark() && s.push('list'),
  DICT: (s) => s.popToMark(true) && s.push('dict'),
  TUPLE: (s) => s.popToMark() && s.push('tuple'),
  APPEND: (s) => s.pop() && s.isTop('list', 'other'),
  APPENDS: (s) => s.popToMark() && s.isTop('list', 'other'),
  SETITEM: (s) => s.pop() && s.pop() && s.isTop('dict', 'other'),
  SETITEMS: (s) => s.popToMark(true) && s.isTop('dict', 'other'),
  PUT: put,
  BINPUT: put,
  LONG_BINPUT: put,
  GET: get,
  BINGET: get,
  LONG_BINGET: get,
  REDUCE: (s) => s.pop('tuple') && s.pop('other') && s.push('other'),
  BUILD: (s) => s.pop() && s.isTop('other'),
  INST: (s) => s.popToMark() && s.push('other'),
  OBJ: (s) => s.popToMark() && s.push('other'),
  BINPERSID: (s) => s.pop() && s.push('other'),
};

const EFFECTS: readonly (Effect | undefined)[] = tabulate();

function tabulate(): (Effect | undefined)[] {
  const table = new Array<Effect | undefined>(256).fill(undefined);
  for (const [name, effect] of Object.entries(NAMED_EFFECTS)) table[Opcode[name as OpcodeName]] = effect;
  return table;
}

const INDEXED: ReadonlySet<number> = new Set([
  Opcode.BINPUT,
  Opcode.LONG_BINPUT,
  Opcode.BINGET,
  Opcode.LONG_BINGET,
]);

/** The kinds of values on the stack that are told apart in order to distinguish a pickle from text. */
type Kind = (typeof KINDS)[number];

const KINDS = ['mark', 'list', 'dict', 'tuple', 'other'] as const;

/** The largest length of a list. Content that needs more does not count as a pickle. */
const MOST = 1024 * 1024;
/** How far an index may lie above those in use. Python's picklers count from 0 or 1. */
const MAX_GAP = 16;

/** A list of kinds that takes one byte for each. */
class KindList {
  length = 0;
  /** Numbers of kinds, from 1; 0 means that none is set. */
  private bytes = new Uint8Array(64);

  at(index: number): Kind | undefined {
    const number = index < this.length ? this.bytes[index] : undefined;
    return number === undefined ? undefined : KINDS[number - 1];
  }

  /** @returns false if the index is too large */
  set(index: number, kind: Kind): boolean {
    if (index >= MOST || index > this.length + MAX_GAP) return false;
    if (index >= this.bytes.length) {
      const longer = new Uint8Array(2 * this.bytes.length + MAX_GAP);
      longer.set(this.bytes);
      this.bytes = longer;
    }
    this.bytes[index] = KINDS.indexOf(kind) + 1;
    this.length = Math.max(this.length, index + 1);
    return true;
  }

  pop(): Kind | undefined {
    const kind = this.at(this.length - 1);
    this.length = Math.max(0, this.length - 1);
    return kind;
  }
}
