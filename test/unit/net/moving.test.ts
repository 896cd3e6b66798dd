import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import { packet } from '../core/wire/classic/classicVectors';
import { ServerFixture } from './serverFixture';
import { TestPeer } from './testPeer';

afterEach(() => ServerFixture.stopAll());

const OK = 'OK';

async function peerAt(host: string, port: number): Promise<TestPeer> {
  const socket = connect({ host, port, allowHalfOpen: true });
  await once(socket, 'connect');
  return new TestPeer(socket);
}

describe('a receive server that changes its address', () => {
  it('keeps its port, and loses no transfer that its new address covers', async () => {
    const fixture = await ServerFixture.start();
    const { server, port, store } = fixture;
    const sender = await TestPeer.connect(port);
    await sender.send(packet(0x08, 0x00, 'first half, '));
    while (store.open === 0) await new Promise(setImmediate);
    const moved = await server.move({ host: '0.0.0.0', port });
    assert.deepEqual(moved, { address: { host: '0.0.0.0', port }, ended: 0 });
    const other = await peerAt('127.0.0.2', port);
    await other.send(packet(0x0c, 0x00, 'from elsewhere'));
    await other.receive(OK.length);
    await sender.send(packet(0x04, undefined, 'second half'));
    assert.equal((await sender.receive(OK.length)).toString(), OK);
    assert.equal(store.items.length, 2);
  });

  it('ends the connections from networks that it leaves, with the reason', async () => {
    const fixture = await ServerFixture.start();
    const { server, port, store } = fixture;
    await server.move({ host: '0.0.0.0', port });
    const outside = await peerAt('127.0.0.2', port);
    const inside = await TestPeer.connect(port);
    for (const peer of [outside, inside]) await peer.send(packet(0x08, 0x00, 'half'));
    while (store.open < 2) await new Promise(setImmediate);
    assert.equal((await server.move({ host: '127.0.0.1', port })).ended, 1);
    assert.match((await outside.receiveAll()).toString(), /no longer listens on this network/);
    await inside.send(packet(0x04, undefined, 'whole'));
    assert.equal((await inside.receive(OK.length)).toString(), OK);
    await assert.rejects(peerAt('127.0.0.2', port), { code: 'ECONNREFUSED' });
  });

  it('keeps its address if it cannot listen at the new one', async () => {
    const { server, port, store } = await ServerFixture.start();
    await assert.rejects(server.move({ host: '192.0.2.1', port }), { code: 'connection-failed' });
    assert.deepEqual(server.address, { host: '127.0.0.1', port });
    const sender = await TestPeer.connect(port);
    await sender.send(packet(0x0c, 0x00, 'still here'));
    await sender.receive(OK.length);
    assert.equal(store.items.length, 1);
  });
});
