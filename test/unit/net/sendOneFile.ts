// Sends one file: `node sendOneFile.js PORT FILE [KEY]`. Standard output has a line `confirmed BYTES` for each progress, the first of
// which tells where the file is taken up; a line `piece` before each piece is handed to the socket; and at last `arrived SHA256`.
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { connect } from 'node:net';
import { FernetKey } from '../../../src/core/crypto/keys';
import { DEFAULT_LIMITS } from '../../../src/core/limits';
import type { Channel } from '../../../src/core/wire/channel';
import { FRAME_TYPES } from '../../../src/core/wire/native/session/frames';
import { native } from '../../../src/core/wire/native/dialect';
import { fileItem } from '../../../src/net/fileItem';
import { SocketChannel } from '../../../src/net/socketChannel';

/** Bytes before the type of a frame. */
const LENGTH_BYTES = 4;

async function send(port: number, file: string, key: string | undefined): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  await once(socket, 'connect');
  const channel = new SocketChannel(socket, { bufferSize: 65536, stallTime: DEFAULT_LIMITS.idleTime });
  await native.send([await fileItem(file, { bufferSize: 65536 })], {
    connect: () => Promise.resolve(tellingPieces(channel)),
    limits: DEFAULT_LIMITS,
    identity: Buffer.from('of this test'),
    ...(key !== undefined && { key: FernetKey.parse(key) }),
    reports: {
      onProgress: (_, bytes) => say(`confirmed ${bytes}`),
      onSent: (_, { sha256 }) => say(`arrived ${sha256}`),
      onFailed: () => undefined,
    },
  });
  await channel.close(500);
}

/** The same channel, which tells of each data frame before any of it can have gone out. */
function tellingPieces(channel: Channel): Channel {
  return {
    peer: channel.peer,
    read: (quietAfter) => channel.read(quietAfter),
    end: (last) => channel.end(last),
    write: (...parts) => {
      if (parts[0]?.[LENGTH_BYTES] === FRAME_TYPES.data) say('piece');
      return channel.write(...parts);
    },
  };
}

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

const [port, file = '', key] = process.argv.slice(2);
send(Number(port), file, key).catch((error: unknown) => {
  writeSync(2, `${String(error)}\n`);
  process.exit(1);
});
