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
  /** Sentences for the person about how it was read. */
  readonly notices: readonly Words[];
}

/** How a worker thread reads a file: by its path, or through the main thread. */
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
  /** Why the data after the values could not be read. */
  readonly problem?: string;
  /** Whether the file was damaged, and the values come from the repaired bytes. `problem` describes the damage. */
  readonly isRepaired?: true;
  /** Whether a limit, such as that of memory, is the reason of the problem. */
  readonly isBeyondLimit?: boolean;
}

/** One step of a task: its result, or an intermediate report. */
export type TaskStep =
  | { readonly isDone: true; readonly result: unknown }
  | { readonly isDone: false; readonly progress: unknown };
