import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { SocketChannel } from '../../../src/net/socketChannel';

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

  it('closes although it is cancelled in the middle of ending', async () => {
    const closed = once(near, 'close');
    near.end();
    channel.cancel();
    await Promise.all([closed, channel.close(1000)]);
  });

  it('resets what has not ended', async () => {
    await Promise.all([once(far, 'data'), channel.write(Buffer.from('half'))]);
    const lost = once(far, 'error');
    await channel.close(1000);
    const [error] = (await lost) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNRESET');
  });
});
