import {
  Dict,
  InertCall,
  type InertName,
  InertReference,
  Tuple,
  typeName,
  UNINDEXED_KEYS,
  ValueSet,
  type Value,
} from '../../values/value';
import type { PickleAccount } from './account';
import { ENTRY_COST, MEMBER_COST } from './costs';
import type { PickleInput } from './input';
import { Memo } from './memo';
import { isPlainName } from './reductions';

/** What a file format that has pickles inside of it adds to them. */
export interface PickleExtension {
  /** What a persistent id stands for; it names something beside the pickle. */
  readonly persistent?: (id: Value) => Value;
  /**
   * Asked when an object has got its state: what takes its place on the stack, where the format has its content follow in the input,
   * which is then read; else undefined.
   */
  readonly built?: (object: InertCall, input: PickleInput, account: PickleAccount) => Value | undefined;
}

/** The stack machine that a pickle is a program for, with data where Python would make and call things. */
export class PickleMachine {
  private readonly memo = new Memo();
  /** Only the first `depth` are in use. */
  private readonly stack: Value[] = [];
  private depth = 0;
  private readonly marks: number[] = [];
  /** The last mark: nothing below it may be popped. */
  private fence = 0;
  private buffers = 0;

  constructor(
    readonly input: PickleInput,
    readonly account: PickleAccount,
    private readonly extension: PickleExtension = {},
  ) {}

  push(value: Value): void {
    this.stack[this.depth++] = value;
  }

  /** Pushes what Python would import. */
  pushName(name: InertName): void {
    this.noteName(name);
    this.push(name);
  }

  noteName({ qualifiedName }: InertName): void {
    if (!isPlainName(qualifiedName)) this.account.addName(qualifiedName);
  }

  /** Pushes what stands for a call that Python would make. */
  pushCall(call: InertCall): void {
    this.account.addCall(call);
    this.push(call);
  }

  pop(): Value {
    if (this.depth <= this.fence) throw this.input.error('it takes from an empty stack');
    return this.stack[--this.depth] as Value;
  }

  top(): Value {
    if (this.depth <= this.fence) throw this.input.error('it looks at an empty stack');
    return this.stack[this.depth - 1] as Value;
  }

  /** Pops the last value, or the mark where there is none above it. */
  popValueOrMark(): void {
    if (this.marks.length > 0 && this.depth === this.fence) this.popMark();
    else this.pop();
  }

  mark(): void {
    this.marks.push(this.depth);
    this.fence = this.depth;
  }

  /** Pops the last mark and everything above it. */
  popMarked(): Value[] {
    const mark = this.popMark();
    const values = this.stack.slice(mark, this.depth);
    this.depth = mark;
    return values;
  }

  /** Pops several values. */
  popTuple(size: number): Tuple {
    const start = this.depth - size;
    if (start < this.fence) throw this.input.error('it takes from an empty stack');
    const items = this.stack.slice(start, this.depth);
    this.depth = start;
    return new Tuple(items);
  }

  memoize(index: number = this.memo.size): void {
    this.memo.set(index, this.top());
  }

  recall(index: number): void {
    const value = this.memo.get(index);
    if (value === undefined) throw this.input.error(`nothing is remembered as ${index}`);
    this.push(value);
  }

  /** Appends the last value to what is below it. */
  append(): void {
    const item = this.pop();
    this.appendTarget().push(item);
  }

  /** Appends everything above the last mark to what is below it. */
  appendMarked(): void {
    const mark = this.popMark();
    const end = this.depth;
    this.depth = mark;
    const target = this.appendTarget();
    for (let i = mark; i < end; i++) target.push(this.stack[i] as Value);
  }

  /** Adds everything above the last mark to the set below it. */
  addMarked(): void {
    const members = this.popMarked();
    this.account.spend(MEMBER_COST * members.length);
    const target = this.top();
    if (target instanceof ValueSet && !target.frozen) for (const member of members) target.add(member);
    else if (target instanceof InertCall) for (const member of members) target.appended.push(member);
    else throw this.input.error(`it adds members to a ${typeName(target)}`);
  }

  setItem(): void {
    const value = this.pop();
    const key = this.pop();
    this.setEntries(this.top(), [key, value], 0, 2);
  }

  /** Sets the keys and values above the last mark in what is below it. */
  setMarked(): void {
    const mark = this.popMark();
    const end = this.depth;
    this.depth = mark;
    this.setEntries(this.top(), this.stack, mark, end);
  }

  /** A dict of the keys and values above the last mark. */
  popDict(): Dict {
    const entries = this.popMarked();
    const dict = new Dict();
    this.setEntries(dict, entries, 0, entries.length);
    return dict;
  }

  /** Gives the last value as its state to what is below it. */
  build(): void {
    const state = this.pop();
    const target = this.top();
    if (!(target instanceof InertCall)) throw this.input.error(`it gives a state to a ${typeName(target)}`);
    if (target.state !== undefined) throw this.input.error('it gives a second state to an object');
    target.state = state;
    const content = this.extension.built?.(target, this.input, this.account);
    if (content === undefined) return;
    this.account.addReplaced(target);
    this.stack[this.depth - 1] = content;
  }

  /** Pushes what a persistent id stands for. */
  pushPersistent(id: Value): void {
    this.push(this.extension.persistent?.(id) ?? new InertReference('persistent', id));
  }

  /** The number of the next out-of-band buffer (protocol 5), from 0. */
  nextBuffer(): number {
    return this.buffers++;
  }

  private popMark(): number {
    const mark = this.marks.pop();
    if (mark === undefined) throw this.input.error('a mark is missing');
    this.fence = this.marks.at(-1) ?? 0;
    return mark;
  }

  private appendTarget(): Value[] {
    const target = this.top();
    if (Array.isArray(target)) return target;
    if (target instanceof InertCall) return target.appended;
    throw this.input.error(`it appends to a ${typeName(target)}`);
  }

  private setEntries(target: Value, flat: readonly Value[], start: number, end: number): void {
    if ((end - start) % 2 !== 0) throw this.input.error('a key is without a value');
    const count = (end - start) / 2;
    if (count > UNINDEXED_KEYS) this.account.spend(ENTRY_COST * count);
    if (target instanceof Dict) target.setAll(flat, start, end);
    else if (target instanceof InertCall) {
      for (let i = start; i < end; i += 2) target.entries.push([flat[i] as Value, flat[i + 1] as Value]);
    } else throw this.input.error(`it sets a key of a ${typeName(target)}`);
  }
}
