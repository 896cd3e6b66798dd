import type { MessagePort } from 'node:worker_threads';
import { messageOf, PicklepostError } from '../core/errors';
import { checkedEnd, type ByteSource } from '../core/values/byteSource';
import { say } from '../core/text';

/** Content that only the main thread can read: a received item, or a file on another machine. It is read in parts. */
export interface RemoteContent {
  readonly size: number;
  /** @returns exactly `length` bytes, which lie within the size */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** The handle through which a worker thread reads remote content. */
export interface RemoteHandle {
  readonly size: number;
  readonly port: MessagePort;
  readonly memory: SharedArrayBuffer;
}

interface Question {
  readonly offset: number;
  readonly length: number;
}

/** Bytes that are transferred at once. */
const PIECE = 1024 * 1024;
/** Bytes before the content: the state of the question, and the number of bytes in the answer. */
const HEADER = 8;
const WAITING = 0;
const READ = 1;
const FAILED = 2;

export function sharedMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER + PIECE);
}

/** Answers questions of the worker in the main thread, until the port is closed. */
export function answerReads(content: RemoteContent, port: MessagePort, memory: SharedArrayBuffer): void {
  const state = new Int32Array(memory, 0, 2);
  const place = new Uint8Array(memory, HEADER);
  const settle = (outcome: number, bytes: Uint8Array): void => {
    place.set(bytes.subarray(0, PIECE));
    state[1] = Math.min(bytes.length, PIECE);
    Atomics.store(state, 0, outcome);
    Atomics.notify(state, 0);
  };
  port.on('message', ({ offset, length }: Question) => {
    // `read` may also throw at once. Without an answer, the worker would be blocked forever.
    const reading = (async () => content.read(offset, length))();
    reading.then(
      (bytes) => settle(READ, bytes),
      (error: unknown) => settle(FAILED, Buffer.from(messageOf(error))),
    );
  });
  port.unref();
}

/** Reads remote content in the worker. Reading blocks the thread until the main thread has answered. */
export class RemoteSource implements ByteSource {
  private readonly state: Int32Array;
  private readonly place: Uint8Array;

  constructor(private readonly handle: RemoteHandle) {
    this.state = new Int32Array(handle.memory, 0, 2);
    this.place = new Uint8Array(handle.memory, HEADER);
  }

  get size(): number {
    return this.handle.size;
  }

  /** @throws PicklepostError `disk` with the message of the main thread */
  read(offset: number, length: number): Uint8Array {
    checkedEnd(this, offset, length);
    const bytes = new Uint8Array(length);
    for (let filled = 0; filled < length;) {
      const piece = this.ask({ offset: offset + filled, length: Math.min(PIECE, length - filled) });
      bytes.set(piece, filled);
      filled += piece.length;
    }
    return bytes;
  }

  private ask(question: Question): Uint8Array {
    Atomics.store(this.state, 0, WAITING);
    this.handle.port.postMessage(question);
    Atomics.wait(this.state, 0, WAITING);
    const answer = this.place.subarray(0, this.state[1]);
    if (Atomics.load(this.state, 0) === FAILED)
      throw new PicklepostError('disk', Buffer.from(answer).toString());
    if (answer.length !== question.length)
      throw new PicklepostError('disk', say`The file has changed. Open it again.`);
    return answer;
  }
}
