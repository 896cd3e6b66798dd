import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import { ServerFixture } from './serverFixture';
import { TestPeer } from './testPeer';

describe('A receive server with more idle connections than it has places', () => {
  after(() => ServerFixture.stopAll());

  it('still accepts an item, also from the same address, and notifies the connection that had to end', async () => {
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
    assert.match(ended.toString(), /^ERROR: Busy\(.*idle connection/);
    for (const peer of [...idle, honest]) peer.socket.destroy();
  });

  it('accepts an item of the same address while idle connections keep coming', async () => {
    const connections = { total: 128, address: 64, connection: 1 };
    const { port, store } = await ServerFixture.start({ budgets: { connections } });
    const idle: TestPeer[] = [];
    const over = new AbortController();
    const flooding = (async () => {
      while (!over.signal.aborted) {
        const peer = await TestPeer.connect(port).catch(() => undefined);
        if (peer) idle.push(peer);
      }
    })();
    while (idle.length < 200) await new Promise(setImmediate);
    const honest = await TestPeer.connect(port);
    await honest.send(Buffer.from('0c00000568656c6c6f', 'hex'));
    const answer = await honest.receive(2);
    over.abort();
    await flooding;
    assert.equal(answer.toString(), 'OK');
    assert.deepEqual(store.texts, ['hello']);
    for (const peer of [...idle, honest]) peer.socket.destroy();
  });

  it('sends a connection that has to end the reason, although it keeps sending', async () => {
    const connections = { total: 1, address: 1, connection: 1 };
    const { port } = await ServerFixture.start({ budgets: { connections, displaceAfter: 0 } });
    const sending = await TestPeer.connect(port);
    const more = setInterval(() => sending.socket.write(Buffer.alloc(65_536, 'x')));
    await sending.send('text');
    const honest = await TestPeer.connect(port);
    await honest.send(Buffer.from('0c00000568656c6c6f', 'hex'));
    assert.match((await sending.receiveAll()).toString(), /^ERROR: Busy\(.*another sender/);
    assert.equal(sending.ending, 'end');
    clearInterval(more);
    for (const peer of [sending, honest]) peer.socket.destroy();
  });

  it('sends a waiting classic sender the error that there is no memory', async () => {
    const share = 70_000;
    const { port, store } = await ServerFixture.start({
      budgets: {
        memory: { total: share, address: share, connection: share, assured: share },
        displaceAfter: 3_600_000,
      },
      limits: { answerTime: 200 },
    });
    const text = Buffer.alloc(60_000, 'x');
    const packet = (operation: number): Buffer =>
      Buffer.concat([Buffer.from([operation, 0, text.length >> 8, text.length & 0xff]), text]);
    const holding = await TestPeer.connect(port);
    await holding.send(packet(0x08));
    // The server is of this process too, and reads it in these turns.
    for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
    const second = await TestPeer.connect(port);
    await second.send(packet(0x0c));
    assert.match((await second.receiveAll()).toString(), /^ERROR: Busy\('The receiver is busy/);
    assert.deepEqual(store.texts, []);
    for (const peer of [holding, second]) peer.socket.destroy();
  });

  it('sends a connection the error that it is busy if no place becomes free', async () => {
    const connections = { total: 1, address: 1, connection: 1 };
    const { port } = await ServerFixture.start({
      budgets: { connections, displaceAfter: 3_600_000, placePatience: 1 },
    });
    const first = await TestPeer.connect(port);
    await first.send('{');
    const second = await TestPeer.connect(port);
    assert.match((await second.receiveAll()).toString(), /^ERROR: Busy/);
    for (const peer of [first, second]) peer.socket.destroy();
  });
});
