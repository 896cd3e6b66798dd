import { InertCall, type Value } from '../../value';
import { dictOf, hasNoItems, itemsOf, nameOf, numberOf } from '../matching';
import type { Block } from './arrays';
import { blockOf, type Index, indexOf, vectorOf } from './indexes';
import type { Vector } from './vector';

/** A frame: its columns in order, with their labels and those of the rows. */
export interface Frame {
  readonly columns: Index;
  readonly index: Index;
  readonly vectors: readonly Vector[];
}

/** The largest number of columns. Larger frames are shown as their calls. */
export const MAX_COLUMNS = 200_000;

interface ManagerParts {
  readonly axes: readonly Index[];
  readonly blocks: readonly { readonly values: Value; readonly places: Value }[];
}

const MANAGERS: ReadonlySet<string> = new Set([
  'pandas.core.internals.managers.BlockManager',
  'pandas.core.internals.managers.SingleBlockManager',
  'pandas.core.internals.BlockManager',
  'pandas.core.internals.SingleBlockManager',
]);

/** The axes and blocks of a manager: its arguments since pandas 1.3, and its state before. */
export function managerParts(manager: InertCall): ManagerParts | undefined {
  if (!MANAGERS.has(nameOf(manager.callable) ?? '') || !hasNoItems(manager)) return undefined;
  const old = dictOf(dictOf(itemsOf(manager.state)?.[3])?.get('0.14.1'));
  const args = itemsOf(manager.args) ?? [];
  const axes = listOf(old?.get('axes') ?? args[1])?.map(indexOf);
  const blocks = listOf(old?.get('blocks') ?? args[0])?.map(old === undefined ? newBlock : oldBlock);
  if (axes === undefined || blocks === undefined) return undefined;
  if (!axes.every((axis) => axis !== undefined) || !blocks.every((block) => block !== undefined))
    return undefined;
  return { axes, blocks };
}

function listOf(value: Value | undefined): readonly Value[] | undefined {
  return Array.isArray(value) ? value : itemsOf(value);
}

function oldBlock(block: Value): { values: Value; places: Value } | undefined {
  const parts = dictOf(block);
  const [values, places] = [parts?.get('values'), parts?.get('mgr_locs')];
  return values === undefined || places === undefined ? undefined : { values, places };
}

/** `_unpickle_block(values, places, ndim)`; in pandas 1.3 and 1.4 `partial(new_block, ndim=2)(values, places)`. */
function newBlock(block: Value): { values: Value; places: Value } | undefined {
  if (!(block instanceof InertCall) || block.state !== undefined || !hasNoItems(block)) return undefined;
  const { callable } = block;
  const name = nameOf(callable);
  const isPartial =
    callable instanceof InertCall &&
    nameOf(callable.callable) === 'functools.partial' &&
    NEW_BLOCK.has(nameOf(itemsOf(callable.args)?.[0]) ?? '');
  if (!isPartial && !NEW_BLOCK.has(name ?? '')) return undefined;
  const [values, places] = itemsOf(block.args) ?? [];
  return values === undefined || places === undefined ? undefined : { values, places };
}

const NEW_BLOCK: ReadonlySet<string> = new Set([
  'pandas._libs.internals._unpickle_block',
  'pandas.core.internals.blocks.new_block',
  'pandas.core.internals._unpickle_block',
]);

export function managerFrame(manager: Value | undefined): Frame | undefined {
  const parts = manager instanceof InertCall ? managerParts(manager) : undefined;
  const [columns, index] = parts?.axes ?? [];
  if (columns === undefined || index === undefined || parts?.axes.length !== 2) return undefined;
  if (columns.length > MAX_COLUMNS) return undefined;
  const vectors = new Array<Vector | undefined>(columns.length).fill(undefined);
  for (const { values, places } of parts.blocks) {
    const block = blockOf(values);
    if (block === undefined || (block.width > 0 && block.length !== index.length)) return undefined;
    if (!place(block, places, vectors)) return undefined;
  }
  return vectors.every((vector) => vector !== undefined) ? { columns, index, vectors } : undefined;
}

/** Adds the columns of a block to those of the frame. @returns false if two columns have the same position, or one is outside */
function place(block: Block, places: Value, vectors: (Vector | undefined)[]): boolean {
  const positions = positionsOf(places, block.width);
  if (positions === undefined) return false;
  for (const [i, position] of positions.entries()) {
    const vector = block.vector(i);
    if (vector === undefined || position < 0 || position >= vectors.length || vectors[position] !== undefined)
      return false;
    vectors[position] = vector;
  }
  return true;
}

/** The positions of the columns of a block in the frame, from a slice or an array of integers. */
function positionsOf(places: Value, count: number): number[] | undefined {
  const slice =
    places instanceof InertCall && nameOf(places.callable) === 'builtins.slice'
      ? itemsOf(places.args)
      : undefined;
  if (count > MAX_COLUMNS) return undefined;
  if (slice !== undefined) {
    const [start, step] = [numberOf(slice[0]) ?? 0, numberOf(slice[2]) ?? 1];
    return Array.from({ length: count }, (_, i) => start + i * step);
  }
  const vector = vectorOf(places);
  if (vector?.length !== count) return undefined;
  return Array.from({ length: count }, (_, i) => vector.number?.(i) ?? -1);
}
