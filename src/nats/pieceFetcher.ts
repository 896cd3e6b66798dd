import { setTimeout as sleep } from 'node:timers/promises';
import { openPiece, type Piece } from '../core/crypto/piece';
import { CancelledError, InvalidTokenError, PicklepostError } from '../core/errors';
import { say } from '../core/text';
import { isPassing, natsError } from './failures';
import type { JetStreamManager, StoredMsg } from './library';
import { SHARED_PIECE, sharedPieces, type Manifest } from './manifest';
import { pieceSubject, streamName } from './names';

/** Pieces that are requested at once. */
const WINDOW = 6;
/** Milliseconds between attempts to get a missing piece: a replica may not have it yet. */
const WAITS = [100, 300, 1_000, 3_000];
/** Milliseconds between attempts if the server does not answer, up to the longest. */
const FIRST_WAIT = 250;
const LONGEST_WAIT = 5_000;

/** The inbox has no valid copy of a piece of an item. */
export class MissingPieceError extends PicklepostError {
  constructor(name: string, index: number, count: number) {
    super(
      'not-confirmed',
      say`Piece ${index + 1} of ${count} of ${name} is missing in the shared inbox. It has expired, or its sender has to send it again.`,
    );
  }
}

/** A piece, and its sequence in the stream. */
interface FoundPiece {
  readonly piece: Piece;
  readonly sequence: number;
}

/** Fetches the pieces of one item, each checked, in order. */
export class PieceFetcher {
  /**
   * The difference between the sequence of a piece and its index, while pieces follow one another in the stream. Only if
   * messages are read in order, by sequence, does the server not keep them in memory for some seconds (docs/nats.md, "Memory
   * of the server").
   */
  private ahead: number | undefined;

  constructor(
    private readonly manager: JetStreamManager,
    private readonly manifest: Manifest,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * The plain content of the pieces from one on, each in memory of its own.
   * @throws MissingPieceError, CancelledError, PicklepostError
   */
  async *pieces(first: number): AsyncGenerator<Piece, void> {
    const count = sharedPieces(this.manifest.size);
    const coming: Promise<FoundPiece>[] = [];
    let last: number | undefined;
    for (let index = first, next = first; index < count; index++) {
      while (next < count && coming.length < WINDOW) {
        const piece = this.piece(next++);
        piece.catch(() => undefined);
        coming.push(piece);
      }
      const found = await coming.shift();
      if (!found) return;
      const { piece, sequence } = found;
      this.ahead = last !== undefined && sequence === last + 1 ? sequence - index : undefined;
      last = sequence;
      yield piece;
    }
  }

  private async piece(index: number): Promise<FoundPiece> {
    return (await this.nextPiece(index)) ?? this.findPiece(index);
  }

  /** The piece at its expected sequence, if it is there. */
  private async nextPiece(index: number): Promise<FoundPiece | undefined> {
    const { ahead } = this;
    if (ahead === undefined) return undefined;
    const { inbox, sender, item } = this.manifest;
    const query = { seq: index + ahead };
    const message = await this.ask(() => this.manager.direct.getMessage(streamName(inbox), query));
    if (message?.subject !== pieceSubject(inbox, sender, item, index)) return undefined;
    return this.open(message, index);
  }

  private async findPiece(index: number): Promise<FoundPiece> {
    const { inbox, sender, item, name, size } = this.manifest;
    const stream = streamName(inbox);
    const subject = pieceSubject(inbox, sender, item, index);
    for (const wait of [...WAITS, undefined]) {
      const last = await this.ask(() => this.manager.direct.getMessage(stream, { last_by_subj: subject }));
      const found = last && (this.open(last, index) ?? (await this.olderPiece(subject, index)));
      if (found) return found;
      if (wait !== undefined) await this.pause(wait);
    }
    throw new MissingPieceError(name, index, sharedPieces(size));
  }

  /** The first of several messages with one subject that is the right piece. */
  private async olderPiece(subject: string, index: number): Promise<FoundPiece | undefined> {
    const stream = streamName(this.manifest.inbox);
    for (let sequence = 1; ;) {
      const query = { seq: sequence, next_by_subj: subject };
      const message = await this.ask(() => this.manager.direct.getMessage(stream, query));
      if (!message) return undefined;
      const found = this.open(message, index);
      if (found) return found;
      sequence = message.seq + 1;
    }
  }

  private open({ data, seq }: StoredMsg, index: number): FoundPiece | undefined {
    const token = Buffer.from(data.buffer, data.byteOffset, data.length);
    const piece = openSharedPiece(this.manifest, token, index);
    return piece && { piece, sequence: seq };
  }

  private async ask<T>(question: () => Promise<T>): Promise<T> {
    for (let wait = FIRST_WAIT; ; wait = Math.min(LONGEST_WAIT, 2 * wait)) {
      if (this.signal.aborted) throw new CancelledError();
      try {
        return await question();
      } catch (error) {
        if (!isPassing(error)) throw natsError(error, this.manifest.inbox);
      }
      await this.pause(wait);
    }
  }

  private async pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.signal }).catch(() => {
      throw new CancelledError();
    });
  }
}

/** @returns undefined for anything except the right piece */
export function openSharedPiece(
  { key, size }: Pick<Manifest, 'key' | 'size'>,
  token: Buffer,
  index: number,
): Piece | undefined {
  try {
    const piece = openPiece(key, token);
    const isLast = index === sharedPieces(size) - 1;
    const length = isLast ? size - index * SHARED_PIECE : SHARED_PIECE;
    const fits =
      piece.index === index &&
      piece.final === isLast &&
      piece.pieceSize === SHARED_PIECE &&
      piece.content.length === length;
    return fits ? piece : undefined;
  } catch (error) {
    if (error instanceof InvalidTokenError) return undefined;
    throw error;
  }
}
