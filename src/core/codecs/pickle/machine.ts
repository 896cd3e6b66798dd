import {
  ByteArray,
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
import { ImportedChanges } from './importedChanges';
import type { PickleInput } from './input';
import { Memo } from './memo';
import { isEmptyState, isImported, isSequence, isUnknown } from './operands';
import { isPlainName } from './reductions';
import { say } from '../../text';

/** The additions of a file format to the pickles inside it. */
export interface PickleExtension {
  /** The value of a persistent id, which refers to something outside the pickle. */
  readonly persistent?: (id: Value) => Value;
  /**
   * Called when an object has got its state. If the format has the object's content follow in the input, reads it and
   * returns the value that replaces the object on the stack; otherwise returns undefined.
   */
  readonly built?: (object: InertCall, input: PickleInput, account: PickleAccount) => Value | undefined;
}

/** The stack machine that runs a pickle. Where Python would import or call something, it makes inert objects. */
export class PickleMachine {
  private readonly memo = new Memo();
  private readonly changes = new ImportedChanges();
  /** Only the first `depth` are in use. */
  private readonly stack: Value[] = [];
  private depth = 0;
  private readonly marks: number[] = [];
  /** The position of the last mark. Nothing below it may be popped. */
  private fence = 0;
  private buffers = 0;

  constructor(
    readonly input: PickleInput,
    public account: PickleAccount,
    private readonly extension: PickleExtension = {},
  ) {}

  /** Records later events in another account. */
  withAccount(account: PickleAccount): this {
    this.account = account;
    return this;
  }

  push(value: Value): void {
    this.stack[this.depth++] = value;
  }

  /** Pushes a name that Python would import. */
  pushName(name: InertName): void {
    this.noteName(name);
    this.changes.take(name);
    this.push(name);
  }

  /** The value that the pickle itself has given to a name; otherwise the argument. */
  resolve(value: Value): Value {
    return this.changes.resolve(value);
  }

  noteName({ qualifiedName }: InertName): void {
    if (!isPlainName(qualifiedName)) this.account.addName(qualifiedName);
  }

  /** Pushes the value that represents a call of Python. */
  pushCall(call: InertCall): void {
    this.account.addCall(call);
    this.push(call);
  }

  pop(): Value {
    if (this.depth <= this.fence) throw this.input.error(say`it pops from an empty stack`);
    return this.stack[--this.depth] as Value;
  }

  top(): Value {
    if (this.depth <= this.fence) throw this.input.error(say`it peeks at an empty stack`);
    return this.stack[this.depth - 1] as Value;
  }

  /** Pops the last value, or the mark if there is no value above it. */
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
    if (start < this.fence) throw this.input.error(say`it pops from an empty stack`);
    const items = this.stack.slice(start, this.depth);
    this.depth = start;
    return new Tuple(items);
  }

  memoize(index: number = this.memo.size): void {
    this.memo.set(index, this.top());
  }

  recall(index: number): void {
    const value = this.memo.get(index);
    if (value === undefined) throw this.input.error(say`the memo has no entry ${index}`);
    this.push(value);
  }

  /** Appends the last value to the one below it. */
  append(): void {
    const item = this.pop();
    const target = this.top();
    if (Array.isArray(target)) target.push(item);
    else this.addTo(target, [item], 'append');
  }

  /** Appends everything above the last mark to the value below it. */
  appendMarked(): void {
    const items = this.popMarked();
    this.addTo(this.top(), items, 'extend');
  }

  /** Adds everything above the last mark to the set below it. */
  addMarked(): void {
    const members = this.popMarked();
    this.account.spend(MEMBER_COST * members.length);
    const target = this.top();
    if (target instanceof ValueSet && !target.frozen) for (const member of members) target.add(member);
    else if (Array.isArray(target) && members.length > 0)
      throw this.input.error(say`it adds members to a list`);
    else this.addTo(target, members, 'add');
  }

  setItem(): void {
    const value = this.pop();
    const key = this.pop();
    this.setEntries(this.top(), [key, value], 0, 2);
  }

  /** Sets the keys and values above the last mark in the value below it. */
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

  /** Sets the last value as the state of the one below it. Plain data accept only an empty state, which does nothing. */
  build(): void {
    const state = this.pop();
    const target = this.top();
    if (target instanceof InertCall) this.setState(target, state);
    else if (isImported(target)) {
      this.account.addChange(target, '__setstate__', state);
      this.changes.setState(target, state);
    } else if (!isEmptyState(state)) throw this.input.error(say`it sets the state of a ${typeName(target)}`);
  }

  private setState(target: InertCall, state: Value): void {
    if (target.state !== undefined) target.laterStates.push(state);
    else target.state = state;
    if (this.extension.built !== undefined) this.input.endFrame();
    const content = this.extension.built?.(target, this.input, this.account);
    if (content === undefined) return;
    this.account.addReplaced(target);
    this.stack[this.depth - 1] = content;
  }

  /** Pushes the value of a persistent id. */
  pushPersistent(id: Value): void {
    const known = this.extension.persistent?.(id);
    const value = known ?? new InertReference('persistent', id);
    if (known === undefined) this.account.addReference(value as InertReference);
    this.push(value);
  }

  /** The number of the next out-of-band buffer (protocol 5), from 0. */
  nextBuffer(): number {
    return this.buffers++;
  }

  private popMark(): number {
    const mark = this.marks.pop();
    if (mark === undefined) throw this.input.error(say`a mark is missing`);
    this.fence = this.marks.at(-1) ?? 0;
    return mark;
  }

  /** Adds items to a value. Adding none does nothing, except that CPython's Python reader calls `extend` of an imported object. */
  private addTo(target: Value, items: readonly Value[], method: 'append' | 'extend' | 'add'): void {
    if (items.length === 0 && !(method === 'extend' && isImported(target))) return;
    if (Array.isArray(target) || target instanceof InertCall) {
      const list = Array.isArray(target) ? target : target.appended;
      for (const item of items) list.push(item);
    } else if (target instanceof ByteArray && method !== 'add' && !items.some(isUnknown))
      this.extendBytes(target, items);
    else if (isImported(target) || (target instanceof ByteArray && method !== 'add'))
      this.account.addChange(target, method, items.slice());
    else throw this.input.error(say`it appends to a ${typeName(target)}`);
  }

  private extendBytes(target: ByteArray, items: readonly Value[]): void {
    this.account.spend(target.bytes.length + items.length);
    const bytes = new Uint8Array(target.bytes.length + items.length);
    bytes.set(target.bytes);
    items.forEach((item, i) => (bytes[target.bytes.length + i] = this.byteOf(item)));
    target.content = bytes;
  }

  private byteOf(value: Value): number {
    const byte = typeof value === 'boolean' ? BigInt(value) : value;
    if (typeof byte === 'bigint' && byte >= 0n && byte <= 0xffn) return Number(byte);
    throw this.input.error(say`an element of a bytearray is not a byte`);
  }

  private setEntries(target: Value, flat: readonly Value[], start: number, end: number): void {
    const count = Math.floor((end - start) / 2);
    if (count > UNINDEXED_KEYS) this.account.spend(ENTRY_COST * count);
    if (target instanceof Dict) target.setAll(flat, start, end);
    else if (count > 0) this.setOtherEntries(target, flat.slice(start, start + 2 * count));
    // CPython's Python reader sets the complete pairs before it fails.
    if ((end - start) % 2 !== 0) throw this.input.error(say`a key has no value`);
  }

  private setOtherEntries(target: Value, flat: readonly Value[]): void {
    if (isImported(target)) {
      this.account.addChange(target, 'update', flat.slice());
      this.changes.setEntries(target, flat);
    }
    for (let i = 0; i < flat.length; i += 2) {
      const [key, value] = [flat[i] as Value, flat[i + 1] as Value];
      if (target instanceof InertCall) target.entries.push([key, value]);
      else if (isSequence(target) && (isUnknown(key) || (isUnknown(value) && !Array.isArray(target))))
        this.account.addChange(target, '__setitem__', new Tuple([key, value]));
      else if (Array.isArray(target)) target[this.indexOf(key, target.length)] = value;
      else if (target instanceof ByteArray)
        target.bytes[this.indexOf(key, target.bytes.length)] = this.byteOf(value);
      else if (!isImported(target)) throw this.input.error(say`it sets a key of a ${typeName(target)}`);
    }
  }

  /** The position in a list for an index, which may count from its end. */
  private indexOf(key: Value, length: number): number {
    const index = typeof key === 'boolean' || typeof key === 'bigint' ? Number(key) : NaN;
    const at = index < 0 ? index + length : index;
    if (at >= 0 && at < length) return at;
    throw this.input.error(say`it sets an item of a list that is not there`);
  }
}
