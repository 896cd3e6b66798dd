import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { Inflow } from '../../../src/net/inflow';
import { SocketChannel } from '../../../src/net/socketChannel';

class CountingInflow extends Inflow {
  now = 0;
  most = 0;

  override add(bytes: number): void {
    super.add(bytes);
    this.now += bytes;
    this.most = Math.max(this.most, this.now);
  }
}

describe('a channel over a socket', () => {
  const server = createServer({ allowHalfOpen: true });
  let near: Socket;
  let far: Socket;
  let channel: SocketChannel;

  beforeEach(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    near = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    await once(near, 'connect');
    [far] = await accepted;
    channel = new SocketChannel(near, { bufferSize: 65536, stallTime: 1000 });
  });

  afterEach(async () => {
    for (const socket of [near, far]) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it('closes even if it is cancelled while it is ending', async () => {
    const closed = once(near, 'close');
    near.end();
    channel.cancel();
    await Promise.all([closed, channel.close(1000)]);
  });

  it('gives up on a peer that reads nothing, however much it sends', async () => {
    far.pause();
    const sending = setInterval(() => far.write('more'), 50);
    const reading = setInterval(() => void channel.read(0).catch(() => undefined), 50);
    try {
      await assert.rejects(channel.write(Buffer.alloc(64 * MEBIBYTE)), { code: 'timeout' });
    } finally {
      clearInterval(sending);
      clearInterval(reading);
    }
  });

  it('resets a connection that has not ended', async () => {
    await Promise.all([once(far, 'data'), channel.write(Buffer.from('half'))]);
    const lost = once(far, 'error');
    await channel.close(1000);
    const [error] = (await lost) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNRESET');
  });
});

describe('Channels that share a limit of unread bytes', () => {
  const LIMIT = 256 * 1024;
  const CHANNELS = 24;
  const inflow = new CountingInflow(LIMIT);
  const server = createServer({ allowHalfOpen: true, highWaterMark: 0 });
  const sockets: Socket[] = [];
  const channels: SocketChannel[] = [];

  before(async () => {
    server.on('connection', (socket) => {
      sockets.push(socket);
      channels.push(new SocketChannel(socket, { bufferSize: 65536, stallTime: 1000, inflow }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    for (let i = 0; i < CHANNELS; i++) {
      const socket = connect({ host: '127.0.0.1', port });
      sockets.push(socket);
      await once(socket, 'connect');
      // The other side resets what it has not read to its end.
      socket.on('error', () => undefined);
      socket.write(Buffer.alloc(MEBIBYTE, i));
    }
    while (channels.length < CHANNELS) await once(server, 'connection');
  });

  after(async () => {
    await Promise.all(channels.map((channel) => channel.close(0)));
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it('hold one part each if the limit is used up, and deliver all parts to a reader', async () => {
    await Promise.all(channels.map((channel) => readWhole(channel)));
    assert.ok(inflow.most >= LIMIT, `${inflow.most} bytes: the share was never used up`);
    assert.ok(inflow.most <= LIMIT + CHANNELS * 2 * 65536, `${inflow.most} bytes`);
  });

  it('do not count once they are closed', async () => {
    await Promise.all(channels.map((channel) => channel.close(0)));
    assert.equal(inflow.now, 0);
  });
});

const MEBIBYTE = 1024 * 1024;

async function readWhole(channel: SocketChannel): Promise<void> {
  for (let left = MEBIBYTE; left > 0;) {
    const part = await channel.read(10_000);
    assert.ok(part instanceof Buffer);
    left -= part.length;
  }
}
