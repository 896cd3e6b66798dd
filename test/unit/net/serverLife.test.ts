import assert from 'node:assert/strict';
import { connect, type Server } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import { findFreePort } from '../../../src/net/ports';
import { ReceiveServer } from '../../../src/net/receiveServer';
import { packet } from '../core/wire/classic/classicVectors';
import { ServerFixture } from './serverFixture';
import { TestPeer } from './testPeer';

afterEach(() => ServerFixture.stopAll());

describe('starting and stopping the receive server', () => {
  it('goes from stopped to listening and back', async () => {
    const { server } = new ServerFixture();
    const [first, second] = await Promise.all([server.start(), server.start()]);
    assert.deepEqual(second, first);
    assert.deepEqual(server.address, first);
    assert.ok(first.port > 0);
    await Promise.all([server.stop(), server.stop()]);
    assert.equal(server.address, undefined);
    assert.ok((await server.start()).port > 0);
    await server.stop();
    assert.equal(server.address, undefined);
  });

  it('reports which port is in use, and starts once it is free', async () => {
    const first = await ServerFixture.start();
    const second = serverAt('127.0.0.1', first.port);
    await assert.rejects(second.start(), { code: 'port-taken', message: new RegExp(String(first.port)) });
    assert.equal(second.address, undefined);
    const { port } = first;
    await first.server.stop();
    assert.deepEqual(await second.start(), { host: '127.0.0.1', port });
    await second.stop();
    assert.equal(second.address, undefined);
  });

  it('can be started again if listening fails later', async () => {
    const { server, port } = await ServerFixture.start();
    const failures: Error[] = [];
    server.onDidFail((error) => failures.push(error));
    const { listener } = (server as unknown as { listening: { listener: Server } }).listening;
    listener.emit('error', new Error('nothing can be accepted'));
    assert.equal(failures.length, 1);
    assert.equal(server.address, undefined);
    const again = serverAt('127.0.0.1', port);
    await again.start();
    await again.stop();
    assert.deepEqual(await server.start(), server.address);
  });

  it('refuses hosts of other machines', async () => {
    for (const host of ['192.0.2.1', 'no.such.host.invalid', '']) {
      await assert.rejects(serverAt(host, 0).start(), { code: 'connection-failed' });
    }
  });

  it('listens at the host of its options and nowhere else', async () => {
    const { port } = await ServerFixture.start();
    await assert.rejects(
      new Promise((resolve, reject) => {
        connect({ host: '127.0.0.2', port }).once('connect', resolve).once('error', reject);
      }),
      { code: 'ECONNREFUSED' },
    );
  });

  it('stops in the middle of transfers, and leaves nothing behind', async () => {
    const { port, server, store, failures } = await ServerFixture.start();
    const idle = await TestPeer.connect(port);
    await idle.send(packet(0x0c, 0x00, 'whole'));
    await idle.receive(2);
    const busy = await TestPeer.connect(port);
    await busy.send(packet(0x08, 0x00, 'part'));
    const refused = await TestPeer.connect(port);
    await refused.send(packet(0x0c, 0x40, 'x'));
    await refused.receive(5);
    while (store.open === 0) await new Promise(setImmediate);
    await server.stop();
    await Promise.all([idle, busy, refused].map((peer) => peer.receiveAll()));
    assert.deepEqual(store.texts, ['whole']);
    assert.equal(store.open, 0);
    assert.equal(failures.length, 1);
    for (const peer of [idle, busy, refused]) peer.socket.destroy();
  });
});

describe('finding a free port', () => {
  it('skips ports that are in use', async () => {
    const { port } = await ServerFixture.start();
    const free = await findFreePort('127.0.0.1', port);
    assert.ok(free > port);
    const server = serverAt('127.0.0.1', free);
    await server.start();
    await server.stop();
  });

  it('reports a host that is not one of this machine', async () => {
    await assert.rejects(findFreePort('192.0.2.1', 6868), { code: 'connection-failed' });
  });
});

function serverAt(host: string, port: number): ReceiveServer {
  const connectionOptions = () => Promise.reject(new Error('nobody connects'));
  return new ReceiveServer({ host, port, bufferSize: 65536, connectionOptions });
}
