import type { Value } from './value';

/** One step from a container to one of its parts. */
export type PathStep =
  /** An item of a list or tuple, or an item that a call appends. */
  | { readonly kind: 'index'; readonly index: number }
  /** The value under a key of a dictionary, or an entry that a call sets. */
  | { readonly kind: 'key'; readonly key: Value }
  /** A member of a set, or a key of a dictionary itself, by its position. */
  | { readonly kind: 'member'; readonly index: number }
  /** A part of an inert object, or an attribute of its recognized value. */
  | { readonly kind: 'part'; readonly name: string };
