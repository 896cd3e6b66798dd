import { Opcode, type OpcodeName } from './opcodes';

/**
 * An upper bound of the memory that an opcode takes, in bytes, without the content that follows it. One byte of a pickle can
 * require hundreds of bytes of memory.
 */
const COSTS: Partial<Record<OpcodeName, number>> = {
  ...costing(24, ['BININT', 'BININT2', 'LONG1', 'LONG4', 'INT', 'LONG', 'BINFLOAT', 'FLOAT']),
  ...costing(32, ['SHORT_BINUNICODE', 'BINUNICODE', 'BINUNICODE8', 'UNICODE']),
  ...costing(64, ['STACK_GLOBAL', 'BINPERSID', 'EXT1', 'EXT2', 'EXT4', 'NEXT_BUFFER', 'EMPTY_TUPLE', 'LIST']),
  ...costing(80, ['PUT', 'LONG_BINPUT']),
  ...costing(100, ['TUPLE', 'TUPLE1', 'TUPLE2', 'TUPLE3', 'PERSID']),
  ...costing(200, ['EMPTY_LIST', 'GLOBAL']),
  ...costing(256, ['SHORT_BINBYTES', 'BINBYTES', 'BINBYTES8', 'SHORT_BINSTRING', 'BINSTRING', 'STRING']),
  ...costing(300, ['BYTEARRAY8', 'NEWOBJ', 'NEWOBJ_EX']),
  ...costing(350, ['EMPTY_DICT', 'DICT']),
  ...costing(400, ['EMPTY_SET', 'FROZENSET', 'OBJ', 'INST', 'REDUCE']),
};

/** The cost of any other opcode: a place on the stack, one in the memo or a container, and spare places as those grow. */
const ORDINARY = 24;

/** The cost of each opcode, by its byte. */
export const opcodeCosts: readonly number[] = tabulate();

/** Bytes of memory for each byte of content. JavaScript stores text that is not Latin-1 in two bytes for each character. */
export const CONTENT_COST = 2;

/** Bytes of memory in the index of a dictionary for each entry. Only dictionaries with many entries have an index. */
export const ENTRY_COST = 56;

/** Bytes of memory in the index of a set for each member. */
export const MEMBER_COST = 96;

function tabulate(): number[] {
  const table = new Array<number>(256).fill(ORDINARY);
  for (const [name, cost] of Object.entries(COSTS)) table[Opcode[name as OpcodeName]] = ORDINARY + cost;
  return table;
}

function costing(cost: number, names: readonly OpcodeName[]): Partial<Record<OpcodeName, number>> {
  return Object.fromEntries(names.map((name) => [name, cost]));
}
