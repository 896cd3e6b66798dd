import {
  ByteArray,
  Dict,
  InertCall,
  InertName,
  InertReference,
  Tuple,
  ValueSet,
  type Value,
} from '../../values/value';
import {
  integerFromBytes,
  integerOf,
  MAX_DECIMAL_DIGITS,
  MAX_INTEGER_BYTES,
  parseFloatText,
  parseIntegerLine,
  parsePythonInteger,
} from './integers';
import type { PickleMachine } from './machine';
import { isInStandardLibrary } from './level';
import { isUnknown, mayBeText } from './operands';
import { HIGHEST_PROTOCOL, Opcode } from './opcodes';
import { MEMBER_COST } from './costs';
import { reduce } from './reductions';
import { decodeRawUnicodeEscape, decodeStringLiteral } from './text';
import { say } from '../../text';

/** Runs an opcode on the machine; its arguments are next in the input. */
type Step = (machine: PickleMachine) => void;

/** By opcode; undefined for bytes that are not opcodes. STOP is not included. */
export const steps: readonly (Step | undefined)[] = tabulate({
  PROTO: checkProtocol,
  FRAME: (m) => m.input.frame(),
  MARK: (m) => m.mark(),
  POP: (m) => m.popValueOrMark(),
  POP_MARK: (m) => void m.popMarked(),
  DUP: (m) => m.push(m.top()),

  MEMOIZE: (m) => m.memoize(),
  PUT: (m) => m.memoize(memoIndex(m)),
  BINPUT: (m) => m.memoize(m.input.uint8()),
  LONG_BINPUT: (m) => m.memoize(m.input.uint32()),
  GET: (m) => m.recall(memoIndex(m)),
  BINGET: (m) => m.recall(m.input.uint8()),
  LONG_BINGET: (m) => m.recall(m.input.uint32()),

  NONE: (m) => m.push(null),
  NEWTRUE: (m) => m.push(true),
  NEWFALSE: (m) => m.push(false),
  BININT: (m) => m.push(integerOf(m.input.int32())),
  BININT1: (m) => m.push(integerOf(m.input.uint8())),
  BININT2: (m) => m.push(integerOf(m.input.uint16())),
  LONG1: (m) => m.push(integerFromBytes(m.input.peek(m.input.uint8()))),
  LONG4: pushLong,
  INT: pushIntegerOrBoolean,
  LONG: (m) => m.push(integerOfLine(m, m.input.line().replace(/L$/, ''), longInteger)),
  BINFLOAT: (m) => m.push(m.input.float64()),
  FLOAT: pushFloatText,

  SHORT_BINUNICODE: (m) => m.push(m.input.utf8(m.input.uint8())),
  BINUNICODE: (m) => m.push(m.input.utf8(m.input.uint32())),
  BINUNICODE8: (m) => m.push(m.input.utf8(m.input.count64())),
  UNICODE: (m) => m.push(wellFormed(m, decodeRawUnicodeEscape(m.input.line()))),
  SHORT_BINSTRING: (m) => m.push(stringOrBytes(m.input.peek(m.input.uint8()))),
  BINSTRING: (m) => m.push(stringOrBytes(m.input.peek(m.input.signedCount()))),
  STRING: (m) =>
    m.push(stringOrBytes(Buffer.from(wellFormed(m, decodeStringLiteral(m.input.line())), 'latin1'))),
  SHORT_BINBYTES: (m) => m.push(m.input.copy(m.input.uint8())),
  BINBYTES: (m) => m.push(m.input.content(m.input.uint32())),
  BINBYTES8: (m) => m.push(m.input.content(m.input.count64())),
  BYTEARRAY8: (m) => m.push(new ByteArray(m.input.content(m.input.count64()))),

  EMPTY_LIST: (m) => m.push([]),
  LIST: (m) => m.push(m.popMarked()),
  APPEND: (m) => m.append(),
  APPENDS: (m) => m.appendMarked(),
  EMPTY_TUPLE: (m) => m.push(new Tuple([])),
  TUPLE: (m) => m.push(new Tuple(m.popMarked())),
  TUPLE1: (m) => m.push(m.popTuple(1)),
  TUPLE2: (m) => m.push(m.popTuple(2)),
  TUPLE3: (m) => m.push(m.popTuple(3)),
  EMPTY_DICT: (m) => m.push(new Dict()),
  DICT: (m) => m.push(m.popDict()),
  SETITEM: (m) => m.setItem(),
  SETITEMS: (m) => m.setMarked(),
  EMPTY_SET: (m) => m.push(new ValueSet(false)),
  ADDITEMS: (m) => m.addMarked(),
  FROZENSET: pushFrozenSet,

  GLOBAL: (m) => m.pushName(nameFromLines(m)),
  STACK_GLOBAL: pushNameFromStack,
  REDUCE: pushReduction,
  NEWOBJ: pushNewObject,
  NEWOBJ_EX: pushNewObjectWithKeywords,
  OBJ: pushObject,
  INST: pushInstance,
  BUILD: (m) => m.build(),
  PERSID: (m) => m.pushPersistent(m.input.line()),
  BINPERSID: (m) => m.pushPersistent(m.pop()),
  EXT1: (m) => pushExtension(m, m.input.uint8()),
  EXT2: (m) => pushExtension(m, m.input.uint16()),
  EXT4: (m) => pushExtension(m, m.input.int32()),
  NEXT_BUFFER: (m) => m.push(new InertReference('buffer', integerOf(m.nextBuffer()))),
  // A read-only buffer has the same content.
  READONLY_BUFFER: (m) => void m.top(),
});

function tabulate(named: Record<Exclude<keyof typeof Opcode, 'STOP'>, Step>): (Step | undefined)[] {
  const table = new Array<Step | undefined>(256).fill(undefined);
  for (const [name, step] of Object.entries(named)) table[Opcode[name as keyof typeof Opcode]] = step;
  return table;
}

function checkProtocol({ input }: PickleMachine): void {
  const protocol = input.uint8();
  if (protocol > HIGHEST_PROTOCOL)
    throw input.error(say`protocol ${protocol} is newer than ${HIGHEST_PROTOCOL}`);
}

function memoIndex({ input }: PickleMachine): number {
  const text = input.line();
  const index = text.length > 1000 ? undefined : parsePythonInteger(text, 10);
  if (index === undefined || index < 0n || index > Number.MAX_SAFE_INTEGER)
    throw input.error(say`the index of a memo entry is not a number`);
  return Number(index);
}

function pushLong(machine: PickleMachine): void {
  const { input } = machine;
  const size = input.signedCount();
  const bytes = input.peek(size);
  if (size > MAX_INTEGER_BYTES) throw input.error(say`an integer has more than ${MAX_INTEGER_BYTES} bytes`);
  machine.push(integerFromBytes(bytes));
}

/** In protocols 0 and 1, booleans are integers with a leading zero. */
function pushIntegerOrBoolean(machine: PickleMachine): void {
  const line = machine.input.line();
  machine.push(integerOfLine(machine, line, parseIntegerLine));
}

/** Matches a decimal number. Reading many decimal digits takes very long; hexadecimal digits are fast. */
const DECIMAL = /^[^xX]*$/;

function integerOfLine<T extends bigint | boolean>(
  { input }: PickleMachine,
  line: string,
  parse: (line: string) => T | undefined,
): T {
  if (line.length > MAX_DECIMAL_DIGITS && (DECIMAL.test(line) || line.length > MAX_INTEGER_BYTES)) {
    throw input.error(say`an integer has more than ${MAX_DECIMAL_DIGITS} digits`);
  }
  const value = parse(line);
  if (value === undefined) throw input.error(say`an integer is malformed`);
  return value;
}

function longInteger(line: string): bigint | undefined {
  return parsePythonInteger(line, 0);
}

function pushFloatText(machine: PickleMachine): void {
  const value = parseFloatText(machine.input.line());
  if (value === undefined) throw machine.input.error(say`a float is malformed`);
  machine.push(value);
}

function wellFormed({ input }: PickleMachine, text: string | undefined): string {
  if (text === undefined) throw input.error(say`a text has a malformed quote or escape`);
  return text;
}

/** Python 2's `str`: a string if it is ASCII, as Python 3 reads it; otherwise bytes, as Python 3 would refuse to read it. */
function stringOrBytes(bytes: Buffer): string | Uint8Array {
  return bytes.every((byte) => byte < 0x80) ? bytes.toString('latin1') : Uint8Array.from(bytes);
}

/**
 * Reads a name from two lines. CPython's Python reader also accepts a last line without a newline, drops its last character, and
 * imports the resulting name, which is therefore recorded as well.
 * @param use what CPython then does with that name
 */
function nameFromLines(machine: PickleMachine, use?: (name: InertName) => void): InertName {
  const { input } = machine;
  const take = (module: string, name: string | undefined): void => {
    if (name === undefined) return;
    const cut = new InertName(module, name);
    machine.noteName(cut);
    use?.(cut);
  };
  const cutModule = input.unendedLine();
  if (cutModule !== undefined) take(cutModule, '');
  const module = input.utf8Line();
  take(module, input.unendedLine());
  return new InertName(module, input.utf8Line());
}

function pushNameFromStack(machine: PickleMachine): void {
  const name = textOfName(machine.resolve(machine.pop()));
  const module = textOfName(machine.resolve(machine.pop()));
  const intended = machine.account.isWithoutFormat ? intendedName(module, name) : undefined;
  if (intended !== undefined) machine.pushName(intended);
  else if (typeof module === 'string' && typeof name === 'string')
    machine.pushName(new InertName(module, name));
  else if ([module, name].every((part) => typeof part === 'string' || mayBeText(part)))
    machine.pushCall(new InertCall(FIND_CLASS, new Tuple([module, name])));
  else throw machine.input.error(say`a name is not a text`);
}

/** Classes that occur in arrays of objects beside another name from their module. */
const IN_OBJECTS: ReadonlyMap<unknown, InertName> = new Map(
  [
    ...['dtype', 'ndarray'].map((name) => new InertName('numpy', name)),
    new InertName('numpy._core.multiarray', 'scalar'),
    ...['date', 'time', 'datetime', 'timedelta', 'timezone'].map((name) => new InertName('datetime', name)),
  ].map((name) => [name.name, name]),
);

/**
 * What is meant by a name in a pickle inside of another one, whose memo a plain reader does not know: it looks for `dtype` in a module
 * `DataFrame`, and if there is one, that is the class of this name again. Modules of Python are not trusted, except those
 * for its own use.
 */
function intendedName(module: Value, name: Value): InertName | undefined {
  const intended = IN_OBJECTS.get(name);
  if (typeof module !== 'string') return mayBeText(module) ? intended : undefined;
  return isInStandardLibrary(module) && !module.startsWith('_') ? undefined : intended;
}

/** A part of a name as text. If `pickle.load` is given an encoding, Python 2's `str` becomes text even if it is not ASCII. */
function textOfName(value: Value): Value {
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;
}

/** The call that stands for the import of a name which is known only when Python loads the pickle. */
const FIND_CLASS = new InertName('pickle', 'Unpickler.find_class');

function pushReduction(machine: PickleMachine): void {
  const args = machine.pop();
  const callable = machine.pop();
  if (machine.account.isWithoutFormat && !isUnknown(callable))
    throw machine.input.error(say`it calls something that is not a function`);
  const result = reduce(callable, args);
  // The same arguments can be used for many calls, so each result is charged.
  if (result instanceof ValueSet) machine.account.spend(MEMBER_COST * result.size);
  if (result instanceof Uint8Array) machine.account.spend(result.length);
  if (result instanceof InertCall) machine.pushCall(result);
  else machine.push(result);
}

function pushNewObject(machine: PickleMachine): void {
  const args = machine.pop();
  machine.pushCall(new InertCall(machine.pop(), args, undefined, true));
}

function pushNewObjectWithKeywords(machine: PickleMachine): void {
  const kwargs = machine.pop();
  const args = machine.pop();
  machine.pushCall(new InertCall(machine.pop(), args, kwargs, true));
}

function pushObject(machine: PickleMachine): void {
  const [type, ...args] = machine.popMarked();
  if (type === undefined) throw machine.input.error(say`an object has no class`);
  machine.pushCall(new InertCall(type, new Tuple(args)));
}

function pushInstance(machine: PickleMachine): void {
  const instantiate = (type: InertName): void =>
    machine.pushCall(new InertCall(type, new Tuple(machine.popMarked())));
  const type = nameFromLines(machine, instantiate);
  machine.noteName(type);
  instantiate(type);
}

function pushFrozenSet(machine: PickleMachine): void {
  const members = machine.popMarked();
  machine.account.spend(MEMBER_COST * members.length);
  machine.push(ValueSet.from(members, true));
}

/** Pushes an entry of Python's extension registry: a class or function, which Python would import. */
function pushExtension(machine: PickleMachine, code: number): void {
  const reference = new InertReference('extension', extensionCode(machine, code));
  machine.account.addReference(reference);
  machine.push(reference);
}

function extensionCode({ input }: PickleMachine, code: number): bigint {
  if (code <= 0) throw input.error(say`${code} is not an extension code`);
  return integerOf(code);
}
