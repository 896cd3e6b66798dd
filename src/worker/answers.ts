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
  /** Facts about how it was read that a person should know, each in a sentence. */
  readonly notices: readonly Words[];
}

/** The source of a file. */
export type FileHandle = { readonly path: string } | RemoteHandle;

export interface DecodedPickleFile {
  readonly kind: FileKind;
  /** Present for a file of tensors. */
  readonly checkpoint?: Checkpoint;
  /** The value, if there is one; otherwise the list of all values. */
  readonly root: NodeInfo;
  /** How many pickles could be read. */
  readonly count: number;
  readonly actions: PickleActions;
  /** Why the data after them could not be read. */
  readonly problem?: string;
  /** Whether it was damaged on its way, and is read repaired; `problem` then says how. */
  readonly isRepaired?: true;
  /** Whether a limit, such as that of memory, is the reason. */
  readonly isBeyondLimit?: boolean;
}

/** One step of a task: its result, or an intermediate report. */
export type TaskStep =
  | { readonly isDone: true; readonly result: unknown }
  | { readonly isDone: false; readonly progress: unknown };
