import { SharedAnswer } from '../core/scheduling/sharedAnswer';
import type { JetStreamManager, JsMsg } from './library';
import { type Manifest, sharedPieces } from './manifest';
import { manifestSubjects, pieceSubject, streamName } from './names';
import { listReaders } from './sharedInbox';

/** Milliseconds between two checks of what every reader has. */
const INTERVAL = 5_000;

/** Deletes items from a shared inbox once every reader has acknowledged them. */
export class FetchedRemoval {
  /** Sequences that this reader has acknowledged, but others perhaps not. */
  private readonly fetched = new Map<number, Manifest>();
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(
    private readonly manager: JetStreamManager,
    private readonly inbox: string,
  ) {}

  note(sequence: number, manifest: Manifest): void {
    this.fetched.set(sequence, manifest);
    this.removeLater();
  }

  private removeLater(): void {
    if (!this.isClosed) this.timer ??= setTimeout(() => void this.remove(), INTERVAL).unref();
  }

  /** Removes what can be removed now. Never rejects. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    await this.remove();
  }

  /** A failed removal is tried again with the next items, or the item expires. */
  private async remove(): Promise<void> {
    this.timer = undefined;
    if (this.fetched.size === 0) return;
    const stream = streamName(this.inbox);
    try {
      const readers = await listReaders(this.manager, this.inbox);
      const upTo = Math.min(...readers.map(({ fetchedUpTo }) => fetchedUpTo));
      for (const [sequence, { sender, item, size }] of this.fetched) {
        if (sequence > upTo) continue;
        const filter = pieceSubject(this.inbox, sender, item, '*');
        if (sharedPieces(size) > 1) await this.manager.streams.purge(stream, { filter });
        this.fetched.delete(sequence);
      }
      await this.manager.streams.purge(stream, { filter: manifestSubjects(this.inbox), seq: upTo + 1 });
    } catch {
      // Offline, or not allowed.
    }
    if (this.fetched.size > 0) this.removeLater();
  }
}

/** Milliseconds for the server to confirm one round. */
const ANSWER_TIME = 5_000;

/**
 * Acknowledges messages in rounds: those that are done while the server confirms one round make up the next, of which only
 * the last message asks for an answer. The server handles them in order, so the answer covers all of them.
 */
export class Acknowledgements {
  private readonly waiting: JsMsg[] = [];
  private readonly rounds = new SharedAnswer(() => confirm(this.waiting.splice(0)));

  /** Never rejects. Settles when the server has it, or does not answer: then it delivers the message again. */
  add(message: JsMsg): Promise<void> {
    this.waiting.push(message);
    return this.rounds.get();
  }
}

async function confirm(messages: readonly JsMsg[]): Promise<void> {
  for (const message of messages.slice(0, -1)) message.ack();
  await messages
    .at(-1)
    ?.ackAck({ timeout: ANSWER_TIME })
    .catch(() => undefined);
}

/** The last texts that were added, up to a number. */
export class RecentSet {
  private readonly texts = new Set<string>();

  constructor(private readonly limit: number) {}

  has(text: string): boolean {
    return this.texts.has(text);
  }

  add(text: string): void {
    this.texts.add(text);
    if (this.texts.size <= this.limit) return;
    for (const oldest of this.texts) {
      this.texts.delete(oldest);
      return;
    }
  }
}
