import type { PickleActions } from '../core/codecs/pickle/format';
import type { Checkpoint } from '../core/files/checkpoint';
import type { FileKind } from '../core/files/fileKind';
import type { NodeInfo } from '../core/inspection/inspection';
import type { Words } from '../core/text';
import type { RemoteHandle } from './remoteContent';

export interface Decoded {
  readonly root: NodeInfo;
  /** Present for a pickle. */
  readonly actions?: PickleActions;
  /** What a person should know of how it was read, each in a sentence. */
  readonly notices: readonly Words[];
}

/** What a file is read from. */
export type FileHandle = { readonly path: string } | RemoteHandle;

export interface DecodedPickleFile {
  readonly kind: FileKind;
  /** Present for a file of tensors. */
  readonly checkpoint?: Checkpoint;
  /** The value, where there is one; else the list of all of them. */
  readonly root: NodeInfo;
  /** How many pickles could be read. */
  readonly count: number;
  readonly actions: PickleActions;
  /** Why what follows them could not be read. */
  readonly problem?: string;
  /** Whether it was damaged on its way, and is read as it was before; `problem` then says how. */
  readonly isRepaired?: true;
  /** Whether that is because it would take too much of something, such as memory. */
  readonly isBeyondLimit?: boolean;
}

/** One step of a task: its result, or what it tells on the way. */
export type TaskStep =
  | { readonly isDone: true; readonly result: unknown }
  | { readonly isDone: false; readonly progress: unknown };
