import { stat } from 'node:fs/promises';
import { MessageChannel } from 'node:worker_threads';
import { LimitError, PicklepostError } from '../core/errors';
import type { Disposable } from '../core/scheduling/event';
import { DECODED_MEMORY, DECODED_SIZE } from '../core/limits';
import type { Format } from '../core/item/item';
import { LoadedPickleFile, LoadedValue } from './loadedValue';
import type { Handle } from './operations';
import type { DecodedPickleFile } from './answers';
import { answerReads, sharedMemory, type RemoteContent } from './remoteContent';
import { WorkerThread, type ThreadLimits } from './workerThread';
import { say, type Words } from '../core/text';

type Content = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

const MiB = 1024 * 1024;

/** For anything. The heap is well above what decoding may take, as running out in the middle of one large piece of memory could end the whole process. */
const LARGE: ThreadLimits = { values: DECODED_MEMORY, heap: 3072 };
/** For what is short, and takes little memory, as nearly all does. */
const QUICK: ThreadLimits = { values: 256 * MiB, heap: 768 };
/** Bytes, or characters, of what is short: decoded in a tenth of a second. */
const SHORT = MiB;

export interface LoadOptions {
  /** Whether the value is to be in one thread with others that are loaded so, with which it is compared. */
  readonly beside?: boolean;
  /** Aborted when nobody wants it, or anything of it, any more. */
  readonly signal?: AbortSignal;
}

/**
 * Decodes and encodes values in two threads: one for what is short, so that it never waits while something long is being decoded in the
 * other. Each is started when it is first needed.
 */
export class ValueWorker implements Disposable {
  private readonly quick: WorkerThread;
  private readonly large: WorkerThread;

  constructor(
    script: string,
    private readonly nestingDepth: number,
    /** What a thread may take at most. */
    { values, heap }: ThreadLimits = LARGE,
  ) {
    this.quick = new WorkerThread(script, {
      values: Math.min(values, QUICK.values),
      heap: Math.min(heap, QUICK.heap),
    });
    this.large = values > QUICK.values ? new WorkerThread(script, { values, heap }) : this.quick;
  }

  /**
   * Brings a serialized value over and decodes it.
   * @throws PicklepostError `undecodable`, `limit-exceeded`; CancelledError
   */
  load(format: Format, content: Content, options: LoadOptions = {}): Promise<LoadedValue> {
    const { signal } = options;
    return this.bring(content, options, async (thread, handle) => {
      const decoded = await thread.call('decode', [handle, format, this.nestingDepth], { signal });
      return new LoadedValue(thread, handle, decoded, signal);
    });
  }

  /**
   * Opens a file of pickles, arrays or tensors (`core/files`), of which large parts are read only when they are asked for. What cannot be
   * decoded of it is said in the result.
   * @param content the path of a file of this machine, or what reads it
   */
  async openFile(content: string | RemoteContent, options: LoadOptions = {}): Promise<LoadedPickleFile> {
    const { beside = false, signal } = options;
    const size = typeof content === 'string' ? await sizeOf(content) : content.size;
    if (size <= SHORT && !beside) {
      try {
        return await openFileIn(this.quick, content, true, signal);
      } catch (error) {
        if (!this.hasMore(error)) throw error;
      }
    }
    return openFileIn(this.large, content, false, signal);
  }

  /** Encodes the value of a JSON document (comments allowed). @throws PlacedError for a mistake in it, PicklepostError `unencodable` */
  encode(
    text: string,
    format: Format,
    signal?: AbortSignal,
  ): Promise<{ bytes: Uint8Array; notices: Words[] }> {
    const thread = text.length <= SHORT ? this.quick : this.large;
    return thread.call('encode', [text, format, this.nestingDepth], { signal });
  }

  /** Bytes written out as a table (`formatHex`), in UTF-8. */
  hexDump(bytes: Uint8Array, offset: number, total: number): Promise<Uint8Array> {
    return this.quick.call('hexDump', [bytes, offset, total]);
  }

  dispose(): void {
    this.quick.dispose();
    this.large.dispose();
  }

  /** Whether the other thread may have the memory for what has failed in the quick one. */
  private hasMore(error: unknown): boolean {
    const isTooLarge = error instanceof PicklepostError && error.code === 'limit-exceeded';
    return isTooLarge && this.large !== this.quick;
  }

  /** To the quick thread if it is short and takes little memory, else to the other one. */
  private async bring<T>(
    content: Content,
    { beside = false, signal }: LoadOptions,
    decode: (thread: WorkerThread, handle: Handle) => Promise<T>,
  ): Promise<T> {
    const rest = checkSize(content);
    try {
      const beginning = await takeFirst(rest, SHORT);
      if (beginning.isAll && !beside) {
        try {
          return await bringTo(this.quick, beginning.parts, decode, signal);
        } catch (error) {
          if (!this.hasMore(error)) throw error;
        }
      }
      return await bringTo(this.large, concatenate(beginning.parts, rest), decode, signal);
    } finally {
      await rest.return();
    }
  }
}

/** @param isQuick whether another thread has more memory */
async function openFileIn(
  thread: WorkerThread,
  content: string | RemoteContent,
  isQuick: boolean,
  signal: AbortSignal | undefined,
): Promise<LoadedPickleFile> {
  const handle = thread.newNumber();
  const channel = typeof content === 'string' ? undefined : new MessageChannel();
  try {
    const decoded = await callOpenFile(thread, handle, content, { channel, signal });
    if (isQuick && decoded.isBeyondLimit) throw needsMore(decoded.problem ?? '');
    return new LoadedPickleFile(thread, handle, decoded, () => channel?.port1.close(), signal);
  } catch (error) {
    channel?.port1.close();
    void thread.call('release', [handle]).catch(() => undefined);
    throw error;
  }
}

function callOpenFile(
  thread: WorkerThread,
  handle: Handle,
  content: string | RemoteContent,
  { channel, signal }: { channel: MessageChannel | undefined; signal: AbortSignal | undefined },
): Promise<DecodedPickleFile> {
  if (typeof content === 'string' || channel === undefined)
    return thread.call('openFile', [handle, { path: content as string }], { signal });
  const memory = sharedMemory();
  answerReads(content, channel.port1, memory);
  const remote = { size: content.size, port: channel.port2, memory };
  return thread.call('openFile', [handle, remote], { transferred: [channel.port2], signal });
}

/** The size of a file. If it cannot be read, whoever reads it next says why. */
async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}

async function bringTo<T>(
  thread: WorkerThread,
  content: Content,
  decode: (thread: WorkerThread, handle: Handle) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  const handle = thread.newNumber();
  try {
    for await (const bytes of content) await thread.call('append', [handle, bytes], { signal });
    return await decode(thread, handle);
  } catch (error) {
    void thread.call('release', [handle]).catch(() => undefined);
    throw error;
  }
}

/** Content, until it is too long. */
async function* checkSize(content: Content): AsyncGenerator<Uint8Array, void> {
  let size = 0;
  for await (const bytes of content) {
    size += bytes.length;
    if (size > DECODED_SIZE) throw tooLargeToDecode();
    yield bytes;
  }
}

/** The beginning of what is generated, which goes on where it ends. */
async function takeFirst(
  content: AsyncGenerator<Uint8Array, void>,
  size: number,
): Promise<{ parts: Uint8Array[]; isAll: boolean }> {
  const parts: Uint8Array[] = [];
  for (let taken = 0; taken <= size;) {
    const { value, done } = await content.next();
    if (done) return { parts, isAll: true };
    parts.push(value);
    taken += value.length;
  }
  return { parts, isAll: false };
}

async function* concatenate(first: Content, second: Content): AsyncGenerator<Uint8Array, void> {
  yield* first;
  yield* second;
}

/** The error for a short value that needs more memory than the quick thread has. */
function needsMore(problem: string): PicklepostError {
  return new PicklepostError('limit-exceeded', problem);
}

/** For a dictionary or a pickle of more than {@link DECODED_SIZE} bytes. */
export function tooLargeToDecode(): LimitError {
  return new LimitError(
    say`The size of the content`,
    DECODED_SIZE,
    say`bytes`,
    say`Read it with another program.`,
  );
}
