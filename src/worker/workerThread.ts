import { Worker, type Transferable } from 'node:worker_threads';
import { CancelledError, PicklepostError } from '../core/errors';
import type { Disposable } from '../core/scheduling/event';
import { CallStates, type WorkerData } from './callStates';
import type { Request, Response, ServiceMethod, WorkerError } from './protocol';
import { forgotten } from './valueStore';
import type { ValueService } from './valueService';
import { say, inEnglish, type Words } from '../core/text';

/** An error of the worker with its position in the input, such as a syntax error in the JSON of the editor. */
export class PlacedError extends PicklepostError {
  constructor(
    code: PicklepostError['code'],
    message: Words,
    /** The offset in characters (JSON, XML) or bytes (pickle). */
    readonly offset: number,
  ) {
    super(code, message);
  }
}

export interface ThreadLimits {
  /** The largest estimated memory of all values together, in bytes. */
  readonly values: number;
  /** The largest heap in MiB. If the thread needs more, it ends, and the next call starts another one. */
  readonly heap: number;
}

export interface CallOptions {
  /** Aborted when the answer is no longer needed. */
  readonly signal?: AbortSignal | undefined;
  readonly transferred?: readonly Transferable[];
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Calls a worker thread from the main thread. It is started by the first call, and again after a crash. */
export class WorkerThread implements Disposable {
  private worker: Worker | undefined;
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;
  private isDisposed = false;
  /** Shared with the running worker. */
  private calls = new CallStates();

  constructor(
    private readonly script: string,
    private readonly limits: ThreadLimits,
  ) {}

  /** A unique number for a value or a task in this thread. */
  newNumber(): number {
    return ++this.lastId;
  }

  /**
   * Calls a method of the worker's service.
   * @throws PicklepostError as the operation does, and `no-such-item` if the worker ends; CancelledError if the signal is aborted.
   * The worker may then finish the operation within {@link LAST_MOMENT}; otherwise it is terminated
   */
  call<Name extends ServiceMethod>(
    name: Name,
    parameters: Parameters<ValueService[Name]>,
    { signal, transferred = [] }: CallOptions = {},
  ): Promise<Awaited<ReturnType<ValueService[Name]>>> {
    if (this.isDisposed) return Promise.reject(closing());
    if (signal?.aborted) return Promise.reject(new CancelledError());
    const id = ++this.lastId;
    const worker = (this.worker ??= this.start());
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        reject(new CancelledError());
        this.cancel(id);
      };
      const settled = (): void => signal?.removeEventListener('abort', giveUp);
      signal?.addEventListener('abort', giveUp);
      this.pending.set(id, {
        resolve: (result) => {
          settled();
          (resolve as Pending['resolve'])(result);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      });
      worker.postMessage({ id, name, parameters } satisfies Request<Name>, transferred);
    });
  }

  /** Cancels a call. If it has begun, it cannot be interrupted, so the worker is terminated if the call does not end soon. */
  private cancel(id: number): void {
    const { worker } = this;
    if (this.calls.cancel(id) === 'waiting') this.pending.delete(id);
    setTimeout(() => {
      if (!worker || this.worker !== worker || !this.pending.has(id)) return;
      this.end(forgotten());
      void worker.terminate();
    }, LAST_MOMENT).unref();
  }

  dispose(): void {
    const worker = this.worker;
    this.isDisposed = true;
    this.end(closing());
    void worker?.terminate();
  }

  private start(): Worker {
    this.calls = new CallStates();
    const data: WorkerData = { values: this.limits.values, calls: this.calls.memory };
    const worker = new Worker(this.script, {
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: this.limits.heap },
    });
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

/** Milliseconds in which a cancelled call may still end. Terminating the worker would lose all values that it has decoded. */
const LAST_MOMENT = 300;

const TOO_LARGE = say`This value is too large to be inspected here. Save the item and read it with another program.`;

function endOfWorker(cause: Error & { code?: string }): Error {
  if (cause.code === 'ERR_WORKER_OUT_OF_MEMORY')
    return new PicklepostError('limit-exceeded', TOO_LARGE, { cause });
  return new Error(`The part of Picklepost that reads values ended unexpectedly: ${cause.message}`, {
    cause,
  });
}

function closing(): PicklepostError {
  return new PicklepostError('cancelled', say`Picklepost is closing.`);
}

function revive({ code, message, offset }: WorkerError): Error {
  if (code === undefined) return new Error(inEnglish(message));
  return offset === undefined ? new PicklepostError(code, message) : new PlacedError(code, message, offset);
}
