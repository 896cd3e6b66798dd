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

/**
 * Limits of the thread for all values. The heap is much larger than decoding may need, because a failed allocation of a large
 * block could end the whole process.
 */
const LARGE: ThreadLimits = { values: DECODED_MEMORY, heap: 3072 };
/** Limits of the thread for short values that take little memory, as nearly all do. */
const QUICK: ThreadLimits = { values: 256 * MiB, heap: 768 };
/** The largest size of a short value in bytes or characters, which takes a tenth of a second to decode. */
const SHORT = MiB;

export interface LoadOptions {
  /** Whether the value must be in the same thread as the other values with this option, because they are compared. */
  readonly beside?: boolean;
  /** Aborted when the value is no longer needed, which also ends questions about it. */
  readonly signal?: AbortSignal;
}

/**
 * Decodes and encodes values in two threads. One is for short values, which therefore never wait for long ones. Each thread is
 * started when it is first needed.
 */
export class ValueWorker implements Disposable {
  private readonly quick: WorkerThread;
  private readonly large: WorkerThread;

  constructor(
    script: string,
    private readonly nestingDepth: number,
    /** The limits of the thread for all values. */
    { values, heap }: ThreadLimits = LARGE,
  ) {
    this.quick = new WorkerThread(script, {
      values: Math.min(values, QUICK.values),
      heap: Math.min(heap, QUICK.heap),
    });
    this.large = values > QUICK.values ? new WorkerThread(script, { values, heap }) : this.quick;
  }

  /**
   * Sends a serialized value to a thread, which decodes it.
   * @throws PicklepostError `undecodable`, `limit-exceeded`; CancelledError
   */
  load(format: Format, content: Content, options: LoadOptions = {}): Promise<LoadedValue> {
    const { signal } = options;
    return this.transfer(content, options, async (thread, handle) => {
      const decoded = await thread.call('decode', [handle, format, this.nestingDepth], { signal });
      return new LoadedValue(thread, handle, decoded, signal);
    });
  }

  /**
   * Opens a file of pickles, arrays or tensors (`core/files`). Large parts of it are read only when they are needed. If a part
   * cannot be decoded, the result says so.
   * @param content the path of a file on this machine, or the content of another one
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

  /** Encodes the value of a JSON document (comments allowed). @throws PlacedError for an error in it, PicklepostError `unencodable` */
  encode(
    text: string,
    format: Format,
    signal?: AbortSignal,
  ): Promise<{ bytes: Uint8Array; notices: Words[] }> {
    const thread = text.length <= SHORT ? this.quick : this.large;
    return thread.call('encode', [text, format, this.nestingDepth], { signal });
  }

  /** A hex dump of bytes (`formatHex`), in UTF-8. */
  hexDump(bytes: Uint8Array, offset: number, total: number): Promise<Uint8Array> {
    return this.quick.call('hexDump', [bytes, offset, total]);
  }

  dispose(): void {
    this.quick.dispose();
    this.large.dispose();
  }

  /** Whether the error of the quick thread may be avoided by the memory of the large one. */
  private hasMore(error: unknown): boolean {
    const isTooLarge = error instanceof PicklepostError && error.code === 'limit-exceeded';
    return isTooLarge && this.large !== this.quick;
  }

  /** Sends content to the quick thread if it is short and takes little memory, otherwise to the large one. */
  private async transfer<T>(
    content: Content,
    { beside = false, signal }: LoadOptions,
    decode: (thread: WorkerThread, handle: Handle) => Promise<T>,
  ): Promise<T> {
    const rest = checkSize(content);
    try {
      const beginning = await takeFirst(rest, SHORT);
      if (beginning.isAll && !beside) {
        try {
          return await transferTo(this.quick, beginning.parts, decode, signal);
        } catch (error) {
          if (!this.hasMore(error)) throw error;
        }
      }
      return await transferTo(this.large, concatenate(beginning.parts, rest), decode, signal);
    } finally {
      await rest.return();
    }
  }
}

/** @param isQuick whether the large thread can try again with more memory */
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

/** The size of a file in bytes; 0 if it is not readable, which reading it will report. */
async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}

async function transferTo<T>(
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

/** Passes content on. @throws LimitError as soon as it is too long */
async function* checkSize(content: Content): AsyncGenerator<Uint8Array, void> {
  let size = 0;
  for await (const bytes of content) {
    size += bytes.length;
    if (size > DECODED_SIZE) throw tooLargeToDecode();
    yield bytes;
  }
}

/** Takes the first parts of content. The generator continues after them. */
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

/** The error for a dictionary or a pickle of more than {@link DECODED_SIZE} bytes. */
export function tooLargeToDecode(): LimitError {
  return new LimitError(
    say`The size of the content`,
    DECODED_SIZE,
    say`bytes`,
    say`Read it with another program.`,
  );
}
