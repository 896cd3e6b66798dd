import { createHash, type Hash } from 'node:crypto';
import { FernetKey } from '../../crypto/keys';
import { PIECE_SIZE, sealPiece } from '../../crypto/tokenStream';
import { ProtocolError } from '../../errors';
import type { OutgoingItem } from '../item';
import { cutPieces } from '../pieces';
import type { Accept } from './messages';
import type { Session } from './session';

/** What was sent: plain bytes, and their hash in hexadecimal. */
export interface SentContent {
  readonly size: number;
  readonly sha256: string;
}

/** Sends the content of one item, from where the receiver has it. */
export class PieceSender {
  constructor(
    private readonly session: Session,
    private readonly transfer: {
      readonly number: number;
      readonly item: OutgoingItem;
      readonly hasEnded: boolean;
    },
  ) {}

  /** @returns undefined if the receiver declined the item meanwhile */
  async send(accept: Accept, offeredKey: FernetKey | undefined): Promise<SentContent | undefined> {
    if (accept.pieces > 0 && accept.sha256 === undefined)
      throw new ProtocolError(
        'InvalidMessage',
        'The receiver wants to continue, but does not say what it has.',
      );
    const key = accept.key === undefined ? offeredKey : FernetKey.parse(accept.key);
    const sent = await this.sendFrom(accept.pieces, key, accept.sha256);
    if (sent !== 'changed') return sent;
    const fresh = key && FernetKey.generate();
    await this.session.send({
      type: 'restart',
      item: this.transfer.number,
      ...(fresh && { key: fresh.toText() }),
    });
    const again = await this.sendFrom(0, fresh, undefined);
    return again === 'changed' ? undefined : again;
  }

  /** @param expected hash of the pieces that the receiver has; where the content begins otherwise, `'changed'` is returned */
  private async sendFrom(
    first: number,
    key: FernetKey | undefined,
    expected: string | undefined,
  ): Promise<SentContent | 'changed' | undefined> {
    const hash = createHash('sha256');
    let index = 0;
    let size = 0;
    for await (const piece of cutPieces(this.transfer.item.open(PIECE_SIZE), PIECE_SIZE, 'bytes')) {
      if (this.transfer.hasEnded) return undefined;
      if (index === first && !hasDigest(hash, expected)) return 'changed';
      hash.update(piece.bytes);
      size += piece.bytes.length;
      if (index >= first)
        await this.session.sendPiece(
          this.transfer.number,
          key ? sealPiece(key, index, piece.isLast, piece.bytes) : piece.bytes,
        );
      index++;
    }
    if (index < first || (index === first && !hasDigest(hash, expected))) return 'changed';
    return { size, sha256: hash.digest('hex') };
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
