import { Worker } from 'node:worker_threads';
import type { PickleActions } from '../core/codecs/pickle';
import { LimitError, PicklepostError } from '../core/errors';
import type { Disposable } from '../core/event';
import type { NodeInfo, TextForm } from '../core/inspection';
import { DECODED_SIZE } from '../core/limits';
import type { SearchQuery } from '../core/search';
import type { Format } from '../core/wire/item';
import type {
  DecodedPickleFile,
  Handle,
  OperationName,
  Operations,
  Request,
  Response,
  SaveForm,
  SearchStep,
  WorkerError,
} from './protocol';

/** An error of the worker whose place in the input is known, such as a mistake in the JSON of the editor. */
export class PlacedError extends PicklepostError {
  constructor(
    code: PicklepostError['code'],
    message: string,
    /** Characters (JSON, XML) or bytes (pickle) from the start. */
    readonly offset: number,
  ) {
    super(code, message);
  }
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The main thread's side of the worker, which is started by the first call and again after a crash. */
export class ValueWorker implements Disposable {
  private worker: Worker | undefined;
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;
  private isDisposed = false;

  constructor(
    private readonly script: string,
    private readonly nestingDepth: number,
    /** MiB of memory for its values; where they need more, it ends, and the next call starts another. */
    private readonly memory = WORKER_MEMORY,
  ) {}

  /**
   * Brings a serialized value over and decodes it.
   * @param comments whether JSON may hold them
   * @throws PicklepostError `undecodable`, `limit-exceeded`
   */
  async load(
    format: Format,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    comments = false,
  ): Promise<LoadedValue> {
    return this.bring(content, async (handle) => {
      const decode = { handle, format, nestingDepth: this.nestingDepth, comments };
      const { root, actions } = await this.call('decode', decode);
      return new LoadedValue(this, handle, root, actions);
    });
  }

  /** As {@link load}, for a file that holds one or several pickles. What cannot be decoded of it is said in the result. */
  async loadPickleFile(content: AsyncIterable<Uint8Array>): Promise<LoadedPickleFile> {
    return this.bring(content, async (handle) => {
      const decoded = await this.call('decodePickleFile', { handle });
      return new LoadedPickleFile(this, handle, decoded);
    });
  }

  /** Encodes the value of a JSON document (comments allowed). @throws PlacedError for a mistake in it, PicklepostError `unencodable` */
  encode(text: string, format: Format): Promise<Uint8Array> {
    return this.call('encode', { text, format, nestingDepth: this.nestingDepth });
  }

  /** A number that nothing else has, for what the worker is to remember. */
  newNumber(): number {
    return ++this.lastId;
  }

  /** Bytes written out as a table (`formatHex`), in UTF-8. */
  hexDump(bytes: Uint8Array, offset: number, total: number): Promise<Uint8Array> {
    return this.call('hexDump', { bytes, offset, total });
  }

  /** @throws PicklepostError as the operation does, or when the worker ends, for example for want of memory */
  call<Name extends OperationName>(
    name: Name,
    parameters: Operations[Name]['parameters'],
  ): Promise<Operations[Name]['result']> {
    if (this.isDisposed) return Promise.reject(closing());
    const id = ++this.lastId;
    const worker = (this.worker ??= this.start());
    return new Promise<Operations[Name]['result']>((resolve, reject) => {
      this.pending.set(id, { resolve: resolve as Pending['resolve'], reject });
      worker.postMessage({ id, name, parameters } satisfies Request<Name>);
    });
  }

  private async bring<T>(
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    decode: (handle: Handle) => Promise<T>,
  ): Promise<T> {
    const handle = ++this.lastId;
    try {
      let size = 0;
      for await (const bytes of content) {
        size += bytes.length;
        if (size > DECODED_SIZE) throw tooLargeToDecode();
        await this.call('append', { handle, bytes });
      }
      return await decode(handle);
    } catch (error) {
      void this.call('release', { handle }).catch(() => undefined);
      throw error;
    }
  }

  dispose(): void {
    const worker = this.worker;
    this.isDisposed = true;
    this.end(closing());
    void worker?.terminate();
  }

  private start(): Worker {
    const worker = new Worker(this.script, { resourceLimits: { maxOldGenerationSizeMb: this.memory } });
    worker.on('message', (response: Response) => {
      this.settle(response);
    });
    worker.on('error', (cause) => {
      if (this.worker === worker) this.end(endOfWorker(cause));
    });
    worker.unref();
    return worker;
  }

  private settle(response: Response): void {
    const pending = this.pending.get(response.id);
    this.pending.delete(response.id);
    if ('error' in response) pending?.reject(revive(response.error));
    else pending?.resolve(response.result);
  }

  private end(error: Error): void {
    this.worker = undefined;
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
  }
}

/** MiB. Well above what decoding may take, as running out in the middle of one large piece of memory could end the whole process. */
const WORKER_MEMORY = 3072;

const TOO_LARGE =
  'This value is too large to be inspected here. Save the item and read it with a program of your own.';

function endOfWorker(cause: Error & { code?: string }): Error {
  if (cause.code === 'ERR_WORKER_OUT_OF_MEMORY')
    return new PicklepostError('limit-exceeded', TOO_LARGE, { cause });
  return new Error(`The part of Picklepost that reads values ended unexpectedly: ${cause.message}`, {
    cause,
  });
}

/** For a dictionary or a pickle of more than {@link DECODED_SIZE} bytes. */
export function tooLargeToDecode(): LimitError {
  return new LimitError(
    'The size of what is to be inspected, in bytes,',
    DECODED_SIZE,
    'Read it with a program of your own.',
  );
}

function closing(): PicklepostError {
  return new PicklepostError('cancelled', 'Picklepost is closing.');
}

function revive({ code, message, offset }: WorkerError): Error {
  if (code === undefined) return new Error(message);
  return offset === undefined ? new PicklepostError(code, message) : new PlacedError(code, message, offset);
}

/** Children that the worker looks at before it turns to other questions: some ten milliseconds. */
const SEARCH_BUDGET = 20_000;

/** A value that the worker holds, until it is disposed of. */
export class LoadedValue implements Disposable {
  constructor(
    private readonly worker: ValueWorker,
    private readonly handle: Handle,
    readonly root: NodeInfo,
    /** What Python would do to load it; of a pickle. */
    readonly actions?: PickleActions,
  ) {}

  node(path: readonly number[]): Promise<NodeInfo> {
    return this.worker.call('node', { handle: this.handle, path });
  }

  /** The root and what stands along a path, to its end. */
  async nodesAlong(path: readonly number[]): Promise<NodeInfo[]> {
    const nodes = await this.worker.call('nodesAlong', { handle: this.handle, path });
    return nodes.map((node, depth) => ({ ...node, path: path.slice(0, depth) }));
  }

  children(path: readonly number[], start: number, count: number): Promise<NodeInfo[]> {
    return this.worker.call('children', { handle: this.handle, path, start, count });
  }

  text(path: readonly number[], form: TextForm, maxLength: number): Promise<string> {
    return this.worker.call('text', { handle: this.handle, path, form, maxLength });
  }

  plainText(path: readonly number[], maxLength: number): Promise<string> {
    return this.worker.call('plainText', { handle: this.handle, path, maxLength });
  }

  /** The text of a form in UTF-8, or a pickle. @param maxLength of the text, in characters */
  encode(path: readonly number[], form: SaveForm, maxLength: number): Promise<Uint8Array> {
    return this.worker.call('encodeNode', { handle: this.handle, path, form, maxLength });
  }

  /** A run of the bytes of a value that is bytes or a string; undefined for other types. */
  bytes(path: readonly number[], start: number, count: number): Promise<Operations['bytes']['result']> {
    return this.worker.call('bytes', { handle: this.handle, path, start, count });
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
    const search = this.worker.newNumber();
    try {
      for (let isDone = false; !isDone;) {
        const parameters = { handle: this.handle, search, path, query, limit, budget: SEARCH_BUDGET };
        const step = await this.worker.call('search', parameters);
        yield step;
        isDone = step.isDone;
      }
    } finally {
      void this.worker.call('endSearch', { search }).catch(() => undefined);
    }
  }

  dispose(): void {
    void this.worker.call('release', { handle: this.handle }).catch(() => undefined);
  }
}

/** The pickles of a file. With one, the root is its value; else it is the list of all. */
export class LoadedPickleFile extends LoadedValue {
  constructor(
    worker: ValueWorker,
    handle: Handle,
    readonly decoded: DecodedPickleFile,
  ) {
    super(worker, handle, decoded.root, decoded.actions);
  }
}
