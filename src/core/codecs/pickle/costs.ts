import { Opcode, type OpcodeName } from './opcodes';

/**
 * An upper bound of the memory that an opcode may take, in bytes, without the content that follows it in the pickle: one
 * byte there can require hundreds here.
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

/** The least cost of every opcode: a place on the stack, one in the memo or a container, and room for those to grow. */
const ORDINARY = 24;

/** By opcode. */
export const opcodeCosts: readonly number[] = tabulate();

/** For each byte of content: characters that are not ASCII take more here than there. */
export const CONTENT_COST = 2;

/** For the index of each entry that is set in a dictionary with many others, beyond its key and value. */
export const ENTRY_COST = 56;

/** As {@link ENTRY_COST}, for each member of a set. */
export const MEMBER_COST = 96;

function tabulate(): number[] {
  const table = new Array<number>(256).fill(ORDINARY);
  for (const [name, cost] of Object.entries(COSTS)) table[Opcode[name as OpcodeName]] = ORDINARY + cost;
  return table;
}

function costing(cost: number, names: readonly OpcodeName[]): Partial<Record<OpcodeName, number>> {
  return Object.fromEntries(names.map((name) => [name, cost]));
}
