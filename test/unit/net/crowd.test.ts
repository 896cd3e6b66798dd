import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import { ServerFixture } from './serverFixture';
import { TestPeer } from './testPeer';

describe('A receive server with more idle connections than it has places', () => {
  after(() => ServerFixture.stopAll());

  it('still takes an item, from the same address too, and tells the connection that had to end', async () => {
    const connections = { total: 4, address: 4, connection: 1 };
    const { port, store } = await ServerFixture.start({ budgets: { connections, displaceAfter: 0 } });
    const idle: TestPeer[] = [];
    for (let i = 0; i < 4; i++) {
      const peer = await TestPeer.connect(port);
      await peer.send('{');
      idle.push(peer);
    }
    const honest = await TestPeer.connect(port);
    await honest.send(Buffer.from('0c00000568656c6c6f', 'hex'));
    assert.equal((await honest.receive(2)).toString(), 'OK');
    assert.deepEqual(store.texts, ['hello']);
    const ended = await Promise.race(idle.map((peer) => peer.receiveAll()));
    assert.match(ended.toString(), /^ERROR: Refused\(.*stood still/);
    for (const peer of [...idle, honest]) peer.socket.destroy();
  });
});
