import { EncodeError } from '../../errors';
import type { Limits } from '../../limits';
import { nestedTooDeeply } from '../../values/nesting';
import type { PathStep } from '../../values/pathStep';
import {
  allBytes,
  ByteArray,
  Dict,
  isBytes,
  Tuple,
  ValueSet,
  type Inert,
  type Value,
} from '../../values/value';
import { StoredBytes } from '../../values/byteSource';
import { formatPath } from '../../render/path';
import { flatLiteral } from '../../render/flatLiteral';
import { bytesOfInteger } from './integers';
import { Opcode } from './opcodes';
import { PickleOutput, type CountedOpcodes } from './output';

/**
 * Writes a pickle of protocol 4, byte for byte as C Python writes a value in which equal strings are one object (as all are that
 * are names or literals). Shared and cyclic references are kept.
 * @throws EncodeError for inert objects, LimitError where it is nested more deeply than the limit
 */
export function encodePickle(value: Value, limits: Pick<Limits, 'nestingDepth'>): Uint8Array {
  return new PickleWriter(limits.nestingDepth).write(value);
}

/** Items between a mark and the opcode that takes them. */
const BATCH_SIZE = 1000;

/** How much of an inert object an error shows, in characters. */
const NAME_LENGTH = 100;

const BYTES_OPCODES: CountedOpcodes = [Opcode.SHORT_BINBYTES, Opcode.BINBYTES, Opcode.BINBYTES8];
const TUPLE_OPCODES = [Opcode.EMPTY_TUPLE, Opcode.TUPLE1, Opcode.TUPLE2, Opcode.TUPLE3] as const;

type Parent = Value[] | Tuple | ValueSet | Dict;

class PickleWriter {
  private readonly output = new PickleOutput();
  /** What can be referred to, by number: objects by identity, strings by value. */
  private readonly memo = new Map<unknown, number>();
  /** The containers that are being written, and in each the position of what is written now. */
  private readonly parents: Parent[] = [];
  private readonly positions: number[] = [];

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
        if (this.recall(value)) return;
        output.text(value);
        this.memoize(value);
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

  private saveInteger(value: bigint): void {
    const { output } = this;
    const number = Number(value);
    if (number >= 0 && number <= 0xff) output.opcodeAndByte(Opcode.BININT1, number);
    else if (number >= 0 && number <= 0xffff) output.opcodeAndUint16(Opcode.BININT2, number);
    else if (number >= -(2 ** 31) && number < 2 ** 31) output.opcodeAndInt32(Opcode.BININT, number);
    else this.saveLong(value);
  }

  private saveLong(value: bigint): void {
    const bytes = bytesOfInteger(value);
    if (bytes.length <= 0xff) this.output.opcodeAndByte(Opcode.LONG1, bytes.length);
    else this.output.opcodeAndInt32(Opcode.LONG4, bytes.length);
    this.output.bytes(bytes);
  }

  private saveObject(value: Exclude<Value, null | boolean | bigint | number | string>): void {
    if (isBytes(value)) this.saveBytes(value);
    else if (this.recall(value)) return;
    else if (Array.isArray(value)) this.saveList(value);
    else if (value instanceof Dict) this.saveDict(value);
    else if (value instanceof Tuple) this.saveTuple(value);
    else if (value instanceof ValueSet) this.saveSet(value);
    else if (value instanceof ByteArray) this.saveByteArray(value);
    else throw this.inertError(value);
  }

  private saveBytes(value: Uint8Array | StoredBytes): void {
    // Python has one object each for no byte and for every single one.
    const identity = value instanceof StoredBytes || value.length > 1 ? value : (value[0] ?? -1);
    if (this.recall(identity)) return;
    this.output.counted(BYTES_OPCODES, allBytes(value));
    this.memoize(identity);
  }

  private saveList(list: Value[]): void {
    this.output.opcode(Opcode.EMPTY_LIST);
    this.memoize(list);
    this.enter(list);
    if (list.length === 1) {
      this.savePart(list[0] as Value, 0);
      this.output.opcode(Opcode.APPEND);
    } else this.saveBatches(list.length, (i) => this.savePart(list[i] as Value, i), Opcode.APPENDS);
    this.leave();
  }

  private saveDict(dict: Dict): void {
    const { keys, values } = dict;
    const saveEntry = (i: number): void => {
      this.savePart(keys[i] as Value, 2 * i);
      this.savePart(values[i] as Value, 2 * i + 1);
    };
    this.output.opcode(Opcode.EMPTY_DICT);
    this.memoize(dict);
    this.enter(dict);
    if (dict.size === 1) {
      saveEntry(0);
      this.output.opcode(Opcode.SETITEM);
    } else {
      this.saveBatches(dict.size, saveEntry, Opcode.SETITEMS);
      this.writeNeedlessBatch(dict.size, Opcode.SETITEMS);
    }
    this.leave();
  }

  private saveSet(set: ValueSet): void {
    const { members } = set;
    const saveMember = (i: number): void => this.savePart(members[i] as Value, i);
    this.output.opcode(set.frozen ? Opcode.MARK : Opcode.EMPTY_SET);
    if (!set.frozen) this.memoize(set);
    this.enter(set);
    if (set.frozen) members.forEach((_, i) => saveMember(i));
    else {
      this.saveBatches(set.size, saveMember, Opcode.ADDITEMS);
      this.writeNeedlessBatch(set.size, Opcode.ADDITEMS);
    }
    this.leave();
    if (!set.frozen) return;
    this.output.opcode(Opcode.FROZENSET);
    this.memoize(set);
  }

  private saveBatches(size: number, saveItem: (i: number) => void, opcode: number): void {
    for (let start = 0; start < size; start += BATCH_SIZE) {
      const end = Math.min(start + BATCH_SIZE, size);
      this.output.opcode(Opcode.MARK);
      for (let i = start; i < end; i++) saveItem(i);
      this.output.opcode(opcode);
    }
  }

  /** After full batches of entries or members, C Python writes one more, without any. */
  private writeNeedlessBatch(size: number, opcode: number): void {
    if (size === 0 || size % BATCH_SIZE !== 0) return;
    this.output.opcode(Opcode.MARK);
    this.output.opcode(opcode);
  }

  private saveTuple(tuple: Tuple): void {
    const { items } = tuple;
    const opcode = TUPLE_OPCODES[items.length] ?? Opcode.TUPLE;
    if (opcode === Opcode.TUPLE) this.output.opcode(Opcode.MARK);
    this.enter(tuple);
    items.forEach((item, i) => this.savePart(item, i));
    this.leave();
    if (this.memo.has(tuple)) this.dropItems(tuple);
    else {
      this.output.opcode(opcode);
      if (items.length > 0) this.memoize(tuple);
    }
  }

  /** An item led back to the tuple, which was written meanwhile: what was written for it here is one too many. */
  private dropItems(tuple: Tuple): void {
    if (tuple.items.length < TUPLE_OPCODES.length) tuple.items.forEach(() => this.output.opcode(Opcode.POP));
    else this.output.opcode(Opcode.POP_MARK);
    this.recall(tuple);
  }

  /** Protocol 4 has no opcode for it. */
  private saveByteArray(array: ByteArray): void {
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
    this.memo.set(identity, this.memo.size);
    this.output.opcode(Opcode.MEMOIZE);
  }

  /** Refers to what was written before; false if it was not. */
  private recall(identity: unknown): boolean {
    const index = this.memo.get(identity);
    if (index === undefined) return false;
    if (index <= 0xff) this.output.opcodeAndByte(Opcode.BINGET, index);
    else this.output.opcodeAndInt32(Opcode.LONG_BINGET, index);
    return true;
  }

  private savePart(value: Value, position: number): void {
    this.positions[this.parents.length - 1] = position;
    this.save(value);
  }

  private enter(parent: Parent): void {
    if (this.parents.length >= this.nestingDepth) throw nestedTooDeeply(this.nestingDepth);
    this.parents.push(parent);
  }

  private leave(): void {
    this.parents.pop();
  }

  private inertError(value: Inert): EncodeError {
    const path = formatPath(this.parents.map((parent, i) => stepInto(parent, this.positions[i] as number)));
    return new EncodeError(
      'pickle',
      path,
      `${flatLiteral(value, NAME_LENGTH)} is a name or a call, which is shown here and never run`,
      'Save the item that it came in and send that as a file, or take it out.',
    );
  }
}

/** Positions count the keys and the values of a dictionary by turns. */
function stepInto(parent: Parent, position: number): PathStep {
  if (parent instanceof ValueSet) return { kind: 'member', index: position };
  if (!(parent instanceof Dict)) return { kind: 'index', index: position };
  const index = position >> 1;
  return position % 2 === 0 ? { kind: 'member', index } : { kind: 'key', key: parent.keys[index] as Value };
}
