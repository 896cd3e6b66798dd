import type { Tolerance } from '../core/data/difference';
import type { DataQuestion } from '../core/data/questions';
import type { PickleActions } from '../core/codecs/pickle/codec';
import type { Checkpoint } from '../core/files/checkpoint';
import type { FileKind } from '../core/files/fileDecoder';
import type { ErrorCode } from '../core/errors';
import type { TextForm } from '../core/codecs/forms';
import type { NodeInfo } from '../core/inspection/inspection';
import type { SearchQuery } from '../core/inspection/search';
import type { Format } from '../core/item/item';
import type { RemoteHandle } from './remoteContent';

/** Names a value that the worker holds. */
export type Handle = number;

/** In which a value is saved: a form for people, or a format. */
export type SaveForm = TextForm | Format;

/** With what a table is compared. */
export interface OtherSide {
  readonly handle: Handle;
  readonly path: readonly number[];
  readonly tolerance: Tolerance;
}

/** One step of a search. */
export interface SearchStep {
  /** What was found in this step, as far as it is among the first. */
  readonly found: NodeInfo[];
  /** How many places have been found in all steps, those that are not told among them. */
  readonly count: number;
  /** Children that have been looked at in all steps. */
  readonly visited: number;
  readonly isDone: boolean;
}

/** What the worker can do, by name: its parameters and its result, all of them structured-cloneable. */
export interface Operations {
  /** Adds encoded bytes to a value that is being brought over. The first call creates it. */
  append: { parameters: { handle: Handle; bytes: Uint8Array }; result: undefined };
  /** Decodes what was appended, and describes the root. */
  decode: {
    parameters: { handle: Handle; format: Format; nestingDepth: number };
    result: Decoded;
  };
  /** Opens a file of any kind that `core/files` reads: by its path, or by asking the main thread. */
  openFile: { parameters: { handle: Handle; content: FileHandle }; result: DecodedPickleFile };
  node: { parameters: { handle: Handle; path: readonly number[] }; result: NodeInfo };
  /** The root and what stands along a path, to its end, with empty paths: each would be a part of the one asked for. */
  nodesAlong: { parameters: { handle: Handle; path: readonly number[] }; result: NodeInfo[] };
  children: {
    parameters: { handle: Handle; path: readonly number[]; start: number; count: number };
    result: NodeInfo[];
  };
  text: {
    parameters: { handle: Handle; path: readonly number[]; form: TextForm; maxLength: number };
    result: string;
  };
  plainText: { parameters: { handle: Handle; path: readonly number[]; maxLength: number }; result: string };
  /** The text of a form in UTF-8, or what a format has on the wire. */
  encodeNode: {
    parameters: { handle: Handle; path: readonly number[]; form: SaveForm; maxLength: number };
    result: Uint8Array;
  };
  /** A run of the bytes of a value that is bytes or a string (in UTF-8), and how many there are; undefined for other types. */
  bytes: {
    parameters: { handle: Handle; path: readonly number[]; start: number; count: number };
    result: { bytes: Uint8Array; total: number } | undefined;
  };
  /** Goes on with a search below a place. The first call with a number begins it. */
  search: {
    parameters: {
      handle: Handle;
      search: number;
      path: readonly number[];
      query: SearchQuery;
      /** Places that are told. */
      limit: number;
      /** Children that are looked at in this step. */
      budget: number;
    };
    result: SearchStep;
  };
  /**
   * Asks about a table, an array or a picture, step by step. The first call with a number begins, and whoever does not call again
   * ends it with `endLook`. With `other`, about the comparison of two tables.
   */
  look: {
    parameters: {
      handle: Handle;
      look: number;
      path: readonly number[];
      other?: OtherSide;
      question: DataQuestion;
    };
    result: { readonly isDone: boolean; readonly answer?: unknown };
  };
  endLook: { parameters: { look: number }; result: undefined };
  endSearch: { parameters: { search: number }; result: undefined };
  /** Bytes written out as a table, in UTF-8. */
  hexDump: { parameters: { bytes: Uint8Array; offset: number; total: number }; result: Uint8Array };
  release: { parameters: { handle: Handle }; result: undefined };
  /** Reads the text of a JSON document, comments allowed, and encodes its value. */
  encode: { parameters: { text: string; format: Format; nestingDepth: number }; result: Uint8Array };
}

export interface Decoded {
  readonly root: NodeInfo;
  /** Of a pickle. */
  readonly actions?: PickleActions;
  /** What a person should know of how it was read, each in a sentence. */
  readonly notices: readonly string[];
}

/** What a file is read from. */
export type FileHandle = { readonly path: string } | RemoteHandle;

export interface DecodedPickleFile {
  readonly kind: FileKind;
  /** Of a file of tensors. */
  readonly checkpoint?: Checkpoint;
  /** The value, where there is one; else the list of all of them. */
  readonly root: NodeInfo;
  /** How many pickles could be read. */
  readonly count: number;
  readonly actions: PickleActions;
  /** Why what follows them could not be read. */
  readonly problem?: string;
  /** Whether that is because it would take too much of something, such as memory. */
  readonly isBeyondLimit?: boolean;
}

export type OperationName = keyof Operations;

export interface Request<Name extends OperationName = OperationName> {
  readonly id: number;
  readonly name: Name;
  readonly parameters: Operations[Name]['parameters'];
}

export type Response =
  { readonly id: number; readonly result: unknown } | { readonly id: number; readonly error: WorkerError };

/** An error as it crosses the thread boundary, where classes do not survive. */
export interface WorkerError {
  /** Undefined for a defect. */
  readonly code: ErrorCode | undefined;
  readonly message: string;
  /** Where the mistake is, for an error of decoding. */
  readonly offset: number | undefined;
}
