/** The opcodes of pickle protocols 0 to 5, by the names that Python's `pickletools` gives them. */
export const Opcode = {
  // Protocols 0 and 1
  MARK: 0x28,
  STOP: 0x2e,
  POP: 0x30,
  POP_MARK: 0x31,
  DUP: 0x32,
  FLOAT: 0x46,
  INT: 0x49,
  BININT: 0x4a,
  BININT1: 0x4b,
  LONG: 0x4c,
  BININT2: 0x4d,
  NONE: 0x4e,
  PERSID: 0x50,
  BINPERSID: 0x51,
  REDUCE: 0x52,
  STRING: 0x53,
  BINSTRING: 0x54,
  SHORT_BINSTRING: 0x55,
  UNICODE: 0x56,
  BINUNICODE: 0x58,
  APPEND: 0x61,
  BUILD: 0x62,
  GLOBAL: 0x63,
  DICT: 0x64,
  EMPTY_DICT: 0x7d,
  APPENDS: 0x65,
  GET: 0x67,
  BINGET: 0x68,
  INST: 0x69,
  LONG_BINGET: 0x6a,
  LIST: 0x6c,
  EMPTY_LIST: 0x5d,
  OBJ: 0x6f,
  PUT: 0x70,
  BINPUT: 0x71,
  LONG_BINPUT: 0x72,
  SETITEM: 0x73,
  TUPLE: 0x74,
  EMPTY_TUPLE: 0x29,
  SETITEMS: 0x75,
  BINFLOAT: 0x47,
  // Protocol 2
  PROTO: 0x80,
  NEWOBJ: 0x81,
  EXT1: 0x82,
  EXT2: 0x83,
  EXT4: 0x84,
  TUPLE1: 0x85,
  TUPLE2: 0x86,
  TUPLE3: 0x87,
  NEWTRUE: 0x88,
  NEWFALSE: 0x89,
  LONG1: 0x8a,
  LONG4: 0x8b,
  // Protocol 3
  BINBYTES: 0x42,
  SHORT_BINBYTES: 0x43,
  // Protocol 4
  SHORT_BINUNICODE: 0x8c,
  BINUNICODE8: 0x8d,
  BINBYTES8: 0x8e,
  EMPTY_SET: 0x8f,
  ADDITEMS: 0x90,
  FROZENSET: 0x91,
  NEWOBJ_EX: 0x92,
  STACK_GLOBAL: 0x93,
  MEMOIZE: 0x94,
  FRAME: 0x95,
  // Protocol 5
  BYTEARRAY8: 0x96,
  NEXT_BUFFER: 0x97,
  READONLY_BUFFER: 0x98,
} as const;

export type OpcodeName = keyof typeof Opcode;

/** The newest protocol that is read. */
export const HIGHEST_PROTOCOL = 5;

/**
 * The argument of an opcode in the stream: `size` bytes; `size` lines, each ended by a newline; or a little-endian length of
 * `size` bytes, followed by that many bytes. A negative signed length is malformed.
 */
export interface Argument {
  readonly kind: 'bytes' | 'lines' | 'count' | 'signedCount';
  readonly size: number;
}

const line: Argument = { kind: 'lines', size: 1 };
const twoLines: Argument = { kind: 'lines', size: 2 };
const bytes = (size: number): Argument => ({ kind: 'bytes', size });
const count = (size: 1 | 4 | 8): Argument => ({ kind: 'count', size });
const signedCount: Argument = { kind: 'signedCount', size: 4 };

/** The opcodes with arguments. */
const ARGUMENTS: Partial<Record<OpcodeName, Argument>> = {
  FLOAT: line,
  INT: line,
  LONG: line,
  PERSID: line,
  STRING: line,
  UNICODE: line,
  GET: line,
  PUT: line,
  GLOBAL: twoLines,
  INST: twoLines,
  BININT: bytes(4),
  BININT1: bytes(1),
  BININT2: bytes(2),
  BINFLOAT: bytes(8),
  BINGET: bytes(1),
  BINPUT: bytes(1),
  LONG_BINGET: bytes(4),
  LONG_BINPUT: bytes(4),
  PROTO: bytes(1),
  EXT1: bytes(1),
  EXT2: bytes(2),
  EXT4: bytes(4),
  FRAME: bytes(8),
  BINSTRING: signedCount,
  LONG4: signedCount,
  SHORT_BINSTRING: count(1),
  LONG1: count(1),
  SHORT_BINBYTES: count(1),
  SHORT_BINUNICODE: count(1),
  BINUNICODE: count(4),
  BINBYTES: count(4),
  BINUNICODE8: count(8),
  BINBYTES8: count(8),
  BYTEARRAY8: count(8),
};

/** Arguments by opcode; undefined for bytes that are not opcodes. */
export const argumentsByOpcode: readonly (Argument | undefined)[] = tabulate();

function tabulate(): (Argument | undefined)[] {
  const nothing = bytes(0);
  const table = new Array<Argument | undefined>(256).fill(undefined);
  for (const [name, opcode] of Object.entries(Opcode))
    table[opcode] = ARGUMENTS[name as OpcodeName] ?? nothing;
  return table;
}
