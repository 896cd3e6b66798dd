import { encryptToken } from '../../src/core/crypto/fernet';
import { FernetKey } from '../../src/core/crypto/keys';
import { PieceSealer } from '../../src/core/crypto/tokenStream';
import { ByteReader } from '../../src/core/wire/byteReader';
import { encodeFrame, FRAME_TYPES } from '../../src/core/wire/native/session/frames';
import { frameLimits, Session } from '../../src/core/wire/native/session/session';
import { ScriptedChannel } from '../unit/core/wire/scriptedChannel';

const keys = {
  own: FernetKey.fromBytes(Buffer.alloc(32, 1)),
  other: FernetKey.fromBytes(Buffer.alloc(32, 2)),
};
const sealer = new PieceSealer(1);

/**
 * A session whose other side knows the session keys and says what an input has, line by line: a message is sealed in its place; after
 * `#` come a piece of an item, sealed under its key (number of the item, index, whether it is final, content), or after `!` the bytes
 * of a frame of data as they are.
 */
export function scriptedSession(
  input: Buffer,
  side: 'client' | 'server',
  itemKey: FernetKey,
): { readonly session: Session; readonly channel: ScriptedChannel } {
  let counter = 0n;
  const frames = linesOf(input).map((line) => {
    if (line[0] === 0x21) return encodeFrame(FRAME_TYPES.data, line.subarray(1));
    if (line[0] === 0x23) return encodeFrame(FRAME_TYPES.data, pieceOf(line, itemKey));
    const count = Buffer.alloc(8);
    count.writeBigUInt64BE(counter++);
    return encodeFrame(FRAME_TYPES.control, encryptToken(keys.other, Buffer.concat([count, line])));
  });
  const channel = new ScriptedChannel([Buffer.concat(frames)]);
  return {
    session: new Session(new ByteReader(channel, 1000), channel, frameLimits(16_384, side), keys),
    channel,
  };
}

function pieceOf(line: Buffer, itemKey: FernetKey): Buffer {
  const [item = 0, index = 0, final = 0] = line.subarray(1, 4).map((digit) => digit & 0x0f);
  return Buffer.concat([
    Buffer.of(0, 0, 0, item),
    sealer.seal(itemKey, index, final === 1, line.subarray(4)),
  ]);
}

function linesOf(input: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0, end; start < input.length; start = end + 1) {
    const found = input.indexOf(0x0a, start);
    end = found === -1 ? input.length : found;
    lines.push(input.subarray(start, end));
  }
  return lines;
}
