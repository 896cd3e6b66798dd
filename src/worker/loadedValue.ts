import type { PickleActions } from '../core/codecs/pickle/codec';
import type { Tolerance } from '../core/data/difference';
import type { DataQuestion } from '../core/data/questions';
import { PicklepostError } from '../core/errors';
import type { Disposable } from '../core/scheduling/event';
import type { TextForm } from '../core/codecs/forms';
import type { NodeInfo } from '../core/inspection/inspection';
import type { SearchQuery } from '../core/inspection/search';
import type { DecodedPickleFile, Handle, Operations, SaveForm, SearchStep } from './protocol';
import type { WorkerThread } from './workerThread';

/** Children that the worker looks at before it turns to other questions: some ten milliseconds. */
const SEARCH_BUDGET = 20_000;

export interface LookOptions {
  /** Asked between two steps. */
  readonly isWanted?: () => boolean;
  readonly other?: {
    readonly value: LoadedValue;
    readonly path: readonly number[];
    readonly tolerance: Tolerance;
  };
}

/** A value that the worker holds, until it is disposed of. */
export class LoadedValue implements Disposable {
  constructor(
    private readonly thread: WorkerThread,
    private readonly handle: Handle,
    readonly root: NodeInfo,
    /** What Python would do to load it; of a pickle. */
    readonly actions?: PickleActions,
    /** What a person should know of how it was read, each in a sentence. */
    readonly notices: readonly string[] = [],
  ) {}

  node(path: readonly number[]): Promise<NodeInfo> {
    return this.thread.call('node', { handle: this.handle, path });
  }

  /** The root and what stands along a path, to its end. */
  async nodesAlong(path: readonly number[]): Promise<NodeInfo[]> {
    const nodes = await this.thread.call('nodesAlong', { handle: this.handle, path });
    return nodes.map((node, depth) => ({ ...node, path: path.slice(0, depth) }));
  }

  children(path: readonly number[], start: number, count: number): Promise<NodeInfo[]> {
    return this.thread.call('children', { handle: this.handle, path, start, count });
  }

  text(path: readonly number[], form: TextForm, maxLength: number): Promise<string> {
    return this.thread.call('text', { handle: this.handle, path, form, maxLength });
  }

  plainText(path: readonly number[], maxLength: number): Promise<string> {
    return this.thread.call('plainText', { handle: this.handle, path, maxLength });
  }

  /** The text of a form in UTF-8, or what a format has on the wire. @param maxLength of the text, in characters */
  encode(path: readonly number[], form: SaveForm, maxLength: number): Promise<Uint8Array> {
    return this.thread.call('encodeNode', { handle: this.handle, path, form, maxLength });
  }

  /** A run of the bytes of a value that is bytes or a string; undefined for other types. */
  bytes(path: readonly number[], start: number, count: number): Promise<Operations['bytes']['result']> {
    return this.thread.call('bytes', { handle: this.handle, path, start, count });
  }

  /**
   * Searches all below a place, step by step; whoever stops asking for steps ends it.
   * @param limit of places that are told
   */
  async *search(
    path: readonly number[],
    query: SearchQuery,
    limit: number,
  ): AsyncGenerator<SearchStep, void> {
    const search = this.thread.newNumber();
    try {
      for (let isDone = false; !isDone;) {
        const parameters = { handle: this.handle, search, path, query, limit, budget: SEARCH_BUDGET };
        const step = await this.thread.call('search', parameters);
        yield step;
        isDone = step.isDone;
      }
    } finally {
      void this.thread.call('endSearch', { search }).catch(() => undefined);
    }
  }

  /**
   * Asks about the table, array or picture at a place, step by step, until it is answered or nobody wants to know any more.
   * @param other a value of the same thread, with which a table is compared
   * @throws PicklepostError `unsupported`, `cancelled`
   */
  async look(
    path: readonly number[],
    question: DataQuestion,
    { isWanted = () => true, other }: LookOptions = {},
  ): Promise<unknown> {
    const look = this.thread.newNumber();
    const compared = other && { ...other, handle: other.value.handle, value: undefined };
    const parameters = { handle: this.handle, look, path, question, ...(compared && { other: compared }) };
    try {
      while (isWanted()) {
        const step = await this.thread.call('look', parameters);
        if (step.isDone) return step.answer;
      }
      throw new PicklepostError('cancelled', 'Nobody waits for this answer any more.');
    } finally {
      void this.thread.call('endLook', { look }).catch(() => undefined);
    }
  }

  dispose(): void {
    void this.thread.call('release', { handle: this.handle }).catch(() => undefined);
  }
}

/** The pickles of a file. With one, the root is its value; else it is the list of all. */
export class LoadedPickleFile extends LoadedValue {
  constructor(
    thread: WorkerThread,
    handle: Handle,
    readonly decoded: DecodedPickleFile,
    /** Ends reading parts of it. */
    private readonly close: () => void,
  ) {
    super(thread, handle, decoded.root, decoded.actions);
  }

  override dispose(): void {
    super.dispose();
    this.close();
  }
}
