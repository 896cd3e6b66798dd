import { createHash, type Hash } from 'node:crypto';
import { FernetKey } from '../../../crypto/keys';
import { PIECE_SIZE, PieceSealer } from '../../../crypto/tokenStream';
import { ProtocolError } from '../../../errors';
import { BufferRing } from '../../../bufferRing';
import type { OutgoingItem } from '../../../item/item';
import { nextTurn } from '../../../scheduling/turns';
import { cutPieces } from '../../pieces';
import type { Accept } from '../session/messages';
import { WINDOW, type OutgoingTransfer } from './outgoingTransfer';
import type { Session } from '../session/session';
import { say } from '../../../text';

/** Content that was sent: the number of plain bytes, and their hash in hexadecimal. */
export interface SentContent {
  readonly size: number;
  readonly sha256: string;
}

/** Sends the content of one item, starting behind the pieces that the receiver has. */
export class PieceSender {
  /** When a piece is sealed, at most a window of earlier ones may still be in flight. */
  private readonly sealer = new PieceSealer(WINDOW + 1);
  /** In addition to those in flight: one in hand, one that shows whether it is the last, and one that is being read. */
  private readonly ring = new BufferRing(WINDOW + 3, PIECE_SIZE);

  constructor(
    private readonly session: Session,
    private readonly transfer: OutgoingTransfer,
  ) {}

  /** @returns undefined if the receiver has declined the item */
  async send(accept: Accept, offeredKey: FernetKey): Promise<SentContent | undefined> {
    this.check(accept);
    const key = accept.key === undefined ? offeredKey : FernetKey.parse(accept.key);
    const sent = await this.sendFrom(accept.pieces, key, accept.sha256);
    if (sent !== 'changed') return sent;
    const fresh = FernetKey.generate();
    this.transfer.confirm(0);
    await this.session.send({
      type: 'restart',
      item: this.transfer.number,
      key: fresh.toText(),
    });
    const again = await this.sendFrom(0, fresh, undefined);
    return again === 'changed' ? undefined : again;
  }

  private check({ pieces, sha256, key }: Accept): void {
    const isContinued = pieces > 0;
    if ((sha256 !== undefined) !== isContinued || (key !== undefined) !== isContinued)
      throw new ProtocolError(
        'InvalidMessage',
        say`To resume an item, and only then, a receiver must say what it has and under which key.`,
      );
  }

  /** @param expected hash of the pieces that the receiver has; if the content begins differently, `'changed'` is returned */
  private async sendFrom(
    first: number,
    key: FernetKey,
    expected: string | undefined,
  ): Promise<SentContent | 'changed' | undefined> {
    const hash = createHash('sha256');
    let index = 0;
    let size = 0;
    const parts = this.transfer.item.open(PIECE_SIZE, this.ring);
    for await (const piece of cutPieces(parts, PIECE_SIZE, 'bytes')) {
      if (this.transfer.hasEnded) return undefined;
      if (index === first && !hasDigest(hash, expected)) return 'changed';
      await nextTurn();
      hash.update(piece.bytes);
      size += piece.bytes.length;
      await nextTurn();
      // Sealed while earlier pieces are in flight.
      if (index >= first)
        await this.sendPiece(index, this.sealer.seal(key, index, piece.isLast, piece.bytes));
      index++;
    }
    if (index < first || (index === first && !hasDigest(hash, expected))) return 'changed';
    return { size, sha256: hash.digest('hex') };
  }

  private async sendPiece(index: number, bytes: Uint8Array): Promise<void> {
    await this.transfer.roomFor(index);
    if (!this.transfer.hasEnded) await this.session.sendPiece(this.transfer.number, bytes);
  }
}

/** Reads an item only to hash it. */
export async function hashContent(item: OutgoingItem): Promise<SentContent> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const bytes of item.open(PIECE_SIZE)) {
    hash.update(bytes);
    size += bytes.length;
  }
  return { size, sha256: hash.digest('hex') };
}

function hasDigest(hash: Hash, expected: string | undefined): boolean {
  return expected === undefined || hash.copy().digest('hex') === expected;
}
