import { setTimeout as sleep } from 'node:timers/promises';
import { openPiece, type Piece } from '../core/crypto/piece';
import { CancelledError, InvalidTokenError, PicklepostError } from '../core/errors';
import { say } from '../core/text';
import { isPassing, natsError } from './failures';
import type { JetStreamManager, StoredMsg } from './library';
import { SHARED_PIECE, sharedPieces, type Manifest } from './manifest';
import { pieceSubject, streamName } from './names';

/** Pieces that are asked for at once. */
const WINDOW = 6;
/** Milliseconds between attempts at a piece that is not there: a replica may not have it yet. */
const WAITS = [100, 300, 1_000, 3_000];
/** Milliseconds between attempts at a server that does not answer, up to the longest. */
const FIRST_WAIT = 250;
const LONGEST_WAIT = 5_000;

/** A piece of an item is in the inbox neither whole nor at all. */
export class MissingPieceError extends PicklepostError {
  constructor(name: string, index: number, count: number) {
    super(
      'not-confirmed',
      say`Piece ${index + 1} of ${count} of ${name} is missing in the shared inbox. It has expired, or its sender has to send it again.`,
    );
  }
}

/** Fetches the pieces of one item, each checked, in order. */
export class PieceFetcher {
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
    const coming: Promise<Piece>[] = [];
    for (let index = first, next = first; index < count; index++) {
      while (next < count && coming.length < WINDOW) {
        const piece = this.piece(next++);
        piece.catch(() => undefined);
        coming.push(piece);
      }
      const piece = await coming.shift();
      if (piece) yield piece;
    }
  }

  private async piece(index: number): Promise<Piece> {
    const { inbox, sender, item, name, size } = this.manifest;
    const stream = streamName(inbox);
    const subject = pieceSubject(inbox, sender, item, index);
    for (const wait of [...WAITS, undefined]) {
      const last = await this.ask(() => this.manager.direct.getMessage(stream, { last_by_subj: subject }));
      const piece = last && (this.open(last, index) ?? (await this.olderPiece(subject, index)));
      if (piece) return piece;
      if (wait !== undefined) await this.pause(wait);
    }
    throw new MissingPieceError(name, index, sharedPieces(size));
  }

  /** Of several messages with one subject, the first that is what belongs there. */
  private async olderPiece(subject: string, index: number): Promise<Piece | undefined> {
    const stream = streamName(this.manifest.inbox);
    for (let sequence = 1; ;) {
      const query = { seq: sequence, next_by_subj: subject };
      const message = await this.ask(() => this.manager.direct.getMessage(stream, query));
      if (!message) return undefined;
      const piece = this.open(message, index);
      if (piece) return piece;
      sequence = message.seq + 1;
    }
  }

  private open({ data }: StoredMsg, index: number): Piece | undefined {
    return openSharedPiece(this.manifest, Buffer.from(data.buffer, data.byteOffset, data.length), index);
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

/** @returns undefined for anything but the piece that belongs there */
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
