import { keepHiddenClasses } from '../../hiddenClasses';
import type { Limits } from '../../limits';
import { nestedTooDeeply } from '../../values/nesting';
import { allBytes, ByteArray, Dict, isBytes, Tuple, ValueSet, type Value } from '../../values/value';
import { StoredBytes } from '../../values/byteSource';
import { inertError, type Parent } from './inertError';
import { bytesOfInteger } from './integers';
import { Opcode } from './opcodes';
import { PickleOutput, type CountedOpcodes } from './output';
import { WriterMemo } from './writerMemo';

/**
 * Writes a pickle of protocol 4, byte for byte as CPython's C code writes a value in which equal strings are the same object
 * (as names and literals are). Shared and cyclic references are kept.
 * @throws EncodeError for inert objects, LimitError if it is nested too deeply
 */
export function encodePickle(value: Value, limits: Pick<Limits, 'nestingDepth'>): Uint8Array {
  return new PickleWriter(limits.nestingDepth).write(value);
}

/** Items between a mark and the opcode that takes them. */
const BATCH_SIZE = 1000;

const BYTES_OPCODES: CountedOpcodes = [Opcode.SHORT_BINBYTES, Opcode.BINBYTES, Opcode.BINBYTES8];
const TUPLE_OPCODES = [Opcode.EMPTY_TUPLE, Opcode.TUPLE1, Opcode.TUPLE2, Opcode.TUPLE3] as const;

/** Keys of a dictionary that are remembered for the next one, as records usually have the same keys. */
const KNOWN_KEYS = 32;

interface KnownKeys {
  readonly texts: string[];
  readonly numbers: number[];
}

class PickleWriter {
  private readonly output = new PickleOutput();
  private readonly memo = new WriterMemo();
  /** The containers that are being written, from the outermost on. */
  private readonly parents: Parent[] = [];
  /** For each level of nesting, the keys of the last dictionary there. */
  private readonly keysAtDepth: KnownKeys[] = [];

  constructor(private readonly nestingDepth: number) {}

  write(value: Value): Uint8Array {
    this.save(value);
    return this.output.finish();
  }

  private save(value: Value): void {
    const { output } = this;
    output.beginValue();
    switch (typeof value) {
      case 'string':
        this.saveText(value);
        return;
      case 'bigint':
        this.saveInteger(value);
        return;
      case 'number':
        output.opcodeAndFloat64(Opcode.BINFLOAT, value);
        return;
      case 'boolean':
        output.opcode(value ? Opcode.NEWTRUE : Opcode.NEWFALSE);
        return;
      default:
        if (value === null) output.opcode(Opcode.NONE);
        else this.saveObject(value);
    }
  }

  /** @returns the number of the text in the memo */
  private saveText(text: string): number {
    const { memo, output } = this;
    const next = memo.size;
    const index = memo.addText(text);
    if (index === undefined) output.text(text);
    else this.refer(index);
    return index ?? next;
  }

  private saveInteger(value: bigint): void {
    const { output } = this;
    const number = Number(value);
    if (number >= 0 && number <= 0xff) output.opcodeAndByte(Opcode.BININT1, number);
    else if (number >= 0 && number <= 0xffff) output.opcodeAndUint16(Opcode.BININT2, number);
    else if (number >= -(2 ** 31) && number < 2 ** 31) output.opcodeAndInt32(Opcode.BININT, number);
    else this.saveLong(value);
  }

  private saveLong(value: bigint): void {
    if (BigInt.asIntN(64, value) === value) {
      this.output.opcodeAndInt64(Opcode.LONG1, value);
      return;
    }
    const bytes = bytesOfInteger(value);
    if (bytes.length <= 0xff) this.output.opcodeAndByte(Opcode.LONG1, bytes.length);
    else this.output.opcodeAndInt32(Opcode.LONG4, bytes.length);
    this.output.bytes(bytes);
  }

  private saveObject(value: Exclude<Value, null | boolean | bigint | number | string>): void {
    if (Array.isArray(value)) this.saveList(value);
    else if (value instanceof Dict) this.saveDict(value);
    else if (value instanceof Tuple) this.saveTuple(value);
    else if (value instanceof ValueSet) this.saveSet(value);
    else if (isBytes(value)) this.saveBytes(value);
    else if (value instanceof ByteArray) this.saveByteArray(value);
    else throw inertError(value, this.parents);
  }

  private saveBytes(value: Uint8Array | StoredBytes): void {
    // Python has a single object for empty bytes, and for each value of one byte.
    const identity = value instanceof StoredBytes || value.length > 1 ? value : (value[0] ?? -1);
    if (this.recall(identity)) return;
    this.output.counted(BYTES_OPCODES, allBytes(value));
    this.memoize(identity);
  }

  private saveList(list: Value[]): void {
    if (this.beginObject(this.memo.addList(list), Opcode.EMPTY_LIST)) return;
    this.enter(list);
    if (list.length === 1) {
      this.save(list[0] as Value);
      this.output.opcode(Opcode.APPEND);
    } else this.saveBatches(list, Opcode.APPENDS);
    this.leave();
  }

  private saveDict(dict: Dict): void {
    const { size } = dict;
    if (this.beginObject(this.memo.add(dict), Opcode.EMPTY_DICT)) return;
    this.enter(dict);
    if (size === 1) {
      this.saveEntries(dict, 0, 1);
      this.output.opcode(Opcode.SETITEM);
    } else {
      for (let start = 0; start < size; start += BATCH_SIZE) {
        this.output.opcode(Opcode.MARK);
        this.saveEntries(dict, start, Math.min(start + BATCH_SIZE, size));
        this.output.opcode(Opcode.SETITEMS);
      }
      this.writeEmptyBatch(size, Opcode.SETITEMS);
    }
    this.leave();
  }

  private saveEntries({ keys, values }: Dict, start: number, end: number): void {
    const known = (this.keysAtDepth[this.parents.length] ??= { texts: [], numbers: [] });
    for (let i = start; i < end; i++) {
      const key = keys[i] as Value;
      if (typeof key === 'string' && i < KNOWN_KEYS) this.saveKey(key, known, i);
      else this.save(key);
      this.save(values[i] as Value);
    }
  }

  /** Writes a key. Comparing it with the key of the previous dictionary is faster than looking it up in the memo. */
  private saveKey(key: string, known: KnownKeys, place: number): void {
    this.output.beginValue();
    if (known.texts[place] === key) this.refer(known.numbers[place] as number);
    else {
      known.texts[place] = key;
      known.numbers[place] = this.saveText(key);
    }
  }

  private saveSet(set: ValueSet): void {
    if (set.frozen) {
      this.saveFrozenSet(set);
      return;
    }
    if (this.beginObject(this.memo.add(set), Opcode.EMPTY_SET)) return;
    this.enter(set);
    this.saveBatches(set.members, Opcode.ADDITEMS);
    this.writeEmptyBatch(set.size, Opcode.ADDITEMS);
    this.leave();
  }

  private saveFrozenSet(set: ValueSet): void {
    if (this.recall(set)) return;
    this.output.opcode(Opcode.MARK);
    this.enter(set);
    this.saveParts(set.members, 0, set.size);
    this.leave();
    this.output.opcode(Opcode.FROZENSET);
    this.memoize(set);
  }

  /** If an object was written before, writes its number and returns true; otherwise begins it. */
  private beginObject(index: number | undefined, opcode: number): boolean {
    if (index !== undefined) {
      this.refer(index);
      return true;
    }
    this.output.opcode(opcode);
    this.output.opcode(Opcode.MEMOIZE);
    return false;
  }

  private saveBatches(parts: readonly Value[], opcode: number): void {
    for (let start = 0; start < parts.length; start += BATCH_SIZE) {
      this.output.opcode(Opcode.MARK);
      this.saveParts(parts, start, Math.min(start + BATCH_SIZE, parts.length));
      this.output.opcode(opcode);
    }
  }

  private saveParts(parts: readonly Value[], start: number, end: number): void {
    const { output } = this;
    for (let i = start; i < end; i++) {
      const part = parts[i] as Value;
      // Passing a number to another function would allocate an object for it, which is slow for long lists of numbers.
      if (typeof part === 'number') {
        output.beginValue();
        output.opcodeAndFloat64(Opcode.BINFLOAT, part);
      } else this.save(part);
    }
  }

  /** If all batches of entries or members are full, CPython's C code writes another, empty one. */
  private writeEmptyBatch(size: number, opcode: number): void {
    if (size === 0 || size % BATCH_SIZE !== 0) return;
    this.output.opcode(Opcode.MARK);
    this.output.opcode(opcode);
  }

  private saveTuple(tuple: Tuple): void {
    if (this.recall(tuple)) return;
    const { items } = tuple;
    const opcode = TUPLE_OPCODES[items.length] ?? Opcode.TUPLE;
    if (opcode === Opcode.TUPLE) this.output.opcode(Opcode.MARK);
    this.enter(tuple);
    this.saveParts(items, 0, items.length);
    this.leave();
    if (this.memo.find(tuple) !== undefined) this.dropItems(tuple);
    else {
      this.output.opcode(opcode);
      if (items.length > 0) this.memoize(tuple);
    }
  }

  /** Drops the items that were just written, because one of them contains the tuple itself, which has therefore been written. */
  private dropItems(tuple: Tuple): void {
    if (tuple.items.length < TUPLE_OPCODES.length) tuple.items.forEach(() => this.output.opcode(Opcode.POP));
    else this.output.opcode(Opcode.POP_MARK);
    this.recall(tuple);
  }

  /** Writes a bytearray as a call, because protocol 4 has no opcode for it. */
  private saveByteArray(array: ByteArray): void {
    if (this.recall(array)) return;
    this.output.beginValue();
    if (!this.recall(ByteArray)) {
      this.save('builtins');
      this.save('bytearray');
      this.output.opcode(Opcode.STACK_GLOBAL);
      this.memoize(ByteArray);
    }
    this.save(new Tuple(array.bytes.length === 0 ? [] : [array.bytes]));
    this.output.opcode(Opcode.REDUCE);
    this.memoize(array);
  }

  private memoize(identity: unknown): void {
    this.memo.add(identity);
    this.output.opcode(Opcode.MEMOIZE);
  }

  /** Writes a reference to a value that was written before. Returns false if it was not. */
  private recall(identity: unknown): boolean {
    const index = this.memo.find(identity);
    if (index === undefined) return false;
    this.refer(index);
    return true;
  }

  private refer(index: number): void {
    if (index <= 0xff) this.output.opcodeAndByte(Opcode.BINGET, index);
    else this.output.opcodeAndInt32(Opcode.LONG_BINGET, index);
  }

  private enter(parent: Parent): void {
    if (this.parents.length >= this.nestingDepth) throw nestedTooDeeply(this.nestingDepth);
    this.parents.push(parent);
  }

  private leave(): void {
    this.parents.pop();
  }
}

keepHiddenClasses(new PickleWriter(1));
