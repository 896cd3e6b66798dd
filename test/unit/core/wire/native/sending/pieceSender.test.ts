import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { FernetKey } from '../../../../../../src/core/crypto/keys';
import { openPieceAt, PIECE_SIZE } from '../../../../../../src/core/crypto/tokenStream';
import { DEFAULT_LIMITS } from '../../../../../../src/core/limits';
import { ByteReader } from '../../../../../../src/core/wire/byteReader';
import type { Channel } from '../../../../../../src/core/wire/channel';
import { OutgoingTransfer, WINDOW } from '../../../../../../src/core/wire/native/sending/outgoingTransfer';
import { PieceSender } from '../../../../../../src/core/wire/native/sending/pieceSender';
import { frameLimits, Session } from '../../../../../../src/core/wire/native/session/session';
import { bytesItem } from '../../../../../../src/core/wire/outgoing';

/** A connection that copies nothing: as long as the other side has not read, what was written lies in the sender's memory. */
class HoldingChannel implements Channel {
  readonly peer = 'test';

  constructor(private readonly onPiece: (token: Buffer) => unknown) {}

  read(): Promise<never> {
    return new Promise(() => undefined);
  }

  write(_head: Uint8Array, token?: Uint8Array): Promise<void> {
    if (token) this.onPiece(token as Buffer);
    return Promise.resolve();
  }

  end(): Promise<void> {
    return Promise.resolve();
  }
}

/** Looks at each piece that has been sealed and may not be sent yet. */
class WatchedTransfer extends OutgoingTransfer {
  onSealed: (index: number) => void = () => undefined;

  override roomFor(index: number): Promise<void> {
    this.onSealed(index);
    return super.roomFor(index);
  }
}

describe('PieceSender', () => {
  it('does not reuse the memory of a piece before the receiver has confirmed it', async () => {
    const [size, key] = [7 * PIECE_SIZE, FernetKey.generate()];
    const content = randomBytes(size);
    const item = bytesItem({ kind: 'file', name: 'film.mp4', bytes: content });
    const transfer = new WatchedTransfer(0, item);
    const tokens: Buffer[] = [];
    const channel = new HoldingChannel((token) => tokens.push(token));
    transfer.onSealed = (index) => {
      const confirmed = Math.max(0, index - WINDOW);
      for (let before = confirmed; before < index; before++) {
        const plain = openPieceAt(key, tokens[before] as Buffer, before, size);
        assert.ok(plain.equals(content.subarray(before * PIECE_SIZE, (before + 1) * PIECE_SIZE)));
      }
      transfer.confirm(index - WINDOW + 1);
    };
    const keys = { own: FernetKey.generate(), other: FernetKey.generate() };
    const reader = new ByteReader(channel, DEFAULT_LIMITS.idleTime);
    const session = new Session(reader, channel, frameLimits(DEFAULT_LIMITS.headerSize), keys);
    const sent = await new PieceSender(session, transfer).send({ type: 'accept', item: 0, pieces: 0 }, key);
    assert.equal(sent?.size, size);
    assert.equal(tokens.length, 7);
  });
});
