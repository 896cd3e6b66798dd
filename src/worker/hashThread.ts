import { Worker } from 'node:worker_threads';
import { hashHere, type BeginHash, type ContentHash } from '../core/crypto/contentHash';
import { PIECE_SIZE } from '../core/crypto/tokenStream';
import { slices } from '../core/wire/pieces';
import type { HashAnswers, HashRequest } from './hasher';

/** Bytes from which an item gets a thread: one takes some hundredths of a second to start. */
const LARGE = 64 * PIECE_SIZE;
/** Of this process; further large items are hashed on the main thread. */
const THREADS_AT_ONCE = 2;
/** Parts that a thread may have before it. */
const PARTS_AT_ONCE = 2;

/** Hashes large items on threads of their own, others here. @param script the bundle of hasher.ts */
export function hashOnThreads(script: string): BeginHash {
  let running = 0;
  return (size) => {
    if ((size ?? 0) < LARGE || running >= THREADS_AT_ONCE) return hashHere(size);
    running++;
    return new HashThread(script, () => running--);
  };
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The main thread's side of a thread that hashes one item. What comes after its end is rejected. */
class HashThread implements ContentHash {
  private readonly worker: Worker;
  private readonly waiting: Waiting[] = [];
  /** Parts that the thread has before it. */
  private readonly underWay: Promise<void>[] = [];
  /** In which parts are brought over. */
  private readonly spare: ArrayBuffer[] = [];
  private end: Error | undefined;

  constructor(
    script: string,
    private readonly onDispose: () => void,
  ) {
    this.worker = new Worker(script);
    this.worker.unref();
    this.worker.on('message', (answer) => this.waiting.shift()?.resolve(answer));
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', () => this.fail());
  }

  async update(part: Uint8Array): Promise<void> {
    for (const slice of slices(part, PIECE_SIZE)) {
      if (this.underWay.length >= PARTS_AT_ONCE) await this.underWay.shift();
      const done = this.bringOver(slice);
      done.catch(() => undefined);
      this.underWay.push(done);
    }
  }

  digest(): Promise<string> {
    return this.ask('digest');
  }

  dispose(): void {
    if (this.end) return;
    this.fail();
    this.onDispose();
    void this.worker.terminate();
  }

  private async bringOver(slice: Uint8Array): Promise<void> {
    const memory = this.spare.pop() ?? new ArrayBuffer(PIECE_SIZE);
    const part = new Uint8Array(memory, 0, slice.length);
    part.set(slice);
    this.spare.push(await this.ask(part, memory));
  }

  private ask<Request extends HashRequest>(
    request: Request,
    ...transfer: ArrayBuffer[]
  ): Promise<HashAnswers<Request>> {
    if (this.end) return Promise.reject(this.end);
    return new Promise<HashAnswers<Request>>((resolve, reject) => {
      this.waiting.push({ resolve: resolve as Waiting['resolve'], reject });
      this.worker.postMessage(request, transfer);
    });
  }

  private fail(cause?: Error): void {
    this.end ??= new Error(
      'The part of Picklepost that checks what is sent ended unexpectedly. Send it again.',
      {
        cause,
      },
    );
    for (const { reject } of this.waiting.splice(0)) reject(this.end);
  }
}
