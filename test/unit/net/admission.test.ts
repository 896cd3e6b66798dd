import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { FernetKey } from '../../../src/core/crypto/keys';
import { AdmissionControl } from '../../../src/core/admission/admissionControl';
import type { Question } from '../../../src/core/admission/question';
import type { OutgoingItem } from '../../../src/core/item/item';
import { DEFAULT_LIMITS } from '../../../src/core/limits';
import { SMALL_ITEM } from '../../../src/core/item/itemStore';
import { bytesItem } from '../../../src/core/wire/outgoing';
import { TestLists } from '../core/admission/senderLists';
import { packet } from '../core/wire/classic/classicVectors';
import { fileOf, send } from './sending';
import { ServerFixture } from './serverFixture';
import { TestPeer } from './testPeer';

/** Patient, as senders are. */
const sendTo: typeof send = (items, port, options) =>
  send(items, port, { limits: DEFAULT_LIMITS, dialect: 'native', ...options });

const text = (content: string): OutgoingItem =>
  bytesItem({ kind: 'text', name: 'text', bytes: Buffer.from(content) });

describe('a receive server that asks before it accepts items', () => {
  let lists: TestLists;
  let admissionControl: AdmissionControl;
  let fixture: ServerFixture;

  beforeEach(async () => {
    lists = new TestLists();
    admissionControl = new AdmissionControl(lists);
    fixture = await ServerFixture.start({ admissionControl, limits: { rawTextQuietTime: 20 } });
  });
  afterEach(() => ServerFixture.stopAll());

  /** Settles once so many items wait. */
  const untilWaiting = (count: number): Promise<Question> =>
    new Promise((resolve) => {
      const check = (): void => {
        const [question] = admissionControl.questions;
        if ((question?.items.length ?? 0) < count || !question) return;
        subscription.dispose();
        resolve(question);
      };
      const subscription = admissionControl.onDidChange(check);
      check();
    });

  it('lets a native sender wait with all its offers, and tells it so', async () => {
    const asked: string[] = [];
    const onAsked = ({ name }: OutgoingItem): void => void asked.push(name);
    const large = 'x'.repeat(4 * SMALL_ITEM);
    const files = [fileOf(large, 'large'), fileOf('small', 'small'), fileOf(large, 'another')];
    const sending = sendTo(files, fixture.port, { dialect: 'native', onAsked });
    const question = await untilWaiting(3);
    assert.deepEqual(
      question.items.map(({ name }) => name),
      ['large', 'small', 'another'],
    );
    assert.equal(fixture.store.open, 0);
    admissionControl.answer(question, { kind: 'accept', scope: 'connection' });
    assert.equal((await sending).length, 3);
    assert.deepEqual(asked, ['large', 'small', 'another']);
    assert.equal(fixture.store.items.length, 3);
  });

  it('accepts some of them, and reports the others as declined', async () => {
    const failed: string[] = [];
    const sending = sendTo([fileOf('a', 'a'), fileOf('b', 'b')], fixture.port, {
      dialect: 'native',
      onFailed: ({ name }, error) => failed.push(`${name}: ${error.message}`),
    });
    const question = await untilWaiting(2);
    admissionControl.answer(question, { kind: 'some', numbers: new Set([question.items[1]!.number]) });
    await assert.rejects(sending, { code: 'refused' });
    assert.deepEqual(failed, ['a: The receiver did not accept a: The person who receives declined it.']);
    assert.deepEqual(fixture.store.texts, ['b']);
  });

  it('drops offers that a sender withdraws, and those of a sender that leaves', async () => {
    const untilForgotten = async (): Promise<void> => {
      while (admissionControl.questions.length > 0) await new Promise(setImmediate);
    };
    const cancellation = new AbortController();
    const sending = sendTo([text('a')], fixture.port, { signal: cancellation.signal });
    await untilWaiting(1);
    cancellation.abort();
    await assert.rejects(sending, { code: 'cancelled' });
    await untilForgotten();
    for (const bytes of [packet(0x0c, 0x00, 'classic'), 'raw text']) {
      const peer = await TestPeer.connect(fixture.port);
      await peer.send(bytes);
      await untilWaiting(1);
      peer.socket.resetAndDestroy();
      await untilForgotten();
    }
    assert.equal(fixture.store.items.length + fixture.store.open, 0);
  });

  it('reads nothing more from classic and raw senders before they are accepted', async () => {
    const peers = await Promise.all([0, 1].map(() => TestPeer.connect(fixture.port)));
    await peers[0]!.send(packet(0x0c, 0x00, 'classic'));
    await peers[1]!.send('raw text');
    peers[1]!.socket.end();
    const question = await untilWaiting(2);
    assert.equal(fixture.store.open, 0);
    admissionControl.answer(question, { kind: 'accept', scope: 'connection' });
    await Promise.all(peers.map((peer) => peer.receive(2)));
    assert.deepEqual(fixture.store.texts.sort(), ['classic', 'raw text']);
  });

  it('tells classic and raw senders in their own protocol that they were declined', async () => {
    const peer = await TestPeer.connect(fixture.port);
    await peer.send(packet(0x0c, 0x00, 'classic'));
    admissionControl.answer(await untilWaiting(1), { kind: 'decline' });
    assert.match((await peer.receiveAll()).toString(), /^ERROR: .*declined it/);
    assert.equal(fixture.store.items.length, 0);
  });

  it('stops at once while questions are pending', async () => {
    const sendings = (['native', 'classic', 'raw'] as const).map((dialect) =>
      sendTo([text('a')], fixture.port, { dialect }),
    );
    const settled = Promise.allSettled(sendings);
    await untilWaiting(3);
    await fixture.server.stop();
    const outcomes = (await settled).map(({ status }) => status);
    // What nobody confirms is not known to have failed.
    assert.deepEqual(outcomes, ['rejected', 'rejected', 'fulfilled']);
    assert.deepEqual(admissionControl.questions, []);
    assert.deepEqual(fixture.store.items, []);
  });

  it('ends the connections of a blocked address before it reads anything', async () => {
    lists.blocked.push('127.0.0.1');
    const socket = connect({ host: '127.0.0.1', port: fixture.port });
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNRESET');
    assert.equal(socket.bytesRead, 0);
    assert.equal(admissionControl.refusalsOf('127.0.0.1'), 1);
    assert.deepEqual(fixture.failures, []);
  });

  it('gives the places of senders that wait for an answer to new connections', async () => {
    await fixture.server.stop();
    const connections = { total: 2, address: 2, connection: 1 };
    fixture = await ServerFixture.start({ admissionControl, budgets: { connections, displaceAfter: 20 } });
    const waiting = [0, 1].map(() => sendTo([fileOf('a')], fixture.port));
    const displaced = assert.rejects(Promise.race(waiting), /idle connection/);
    for (const sending of waiting) sending.catch(() => undefined);
    await untilWaiting(2);
    lists.accept = 'all';
    await sendTo([fileOf('b')], fixture.port);
    await displaced;
    assert.deepEqual(fixture.store.texts, ['b']);
  });

  it('refuses an address that tries one wrong key after the other', async () => {
    await fixture.server.stop();
    const wrongKeys = { allowed: 2, forgottenAfter: 3_600_000 };
    fixture = await ServerFixture.start({ key: FernetKey.generate(), budgets: { wrongKeys } });
    const tryKey = (): Promise<unknown> => sendTo([fileOf('a')], fixture.port, { key: FernetKey.generate() });
    for (let attempt = 0; attempt < 2; attempt++) await assert.rejects(tryKey(), { code: 'invalid-token' });
    await fixture.untilFailed(2);
    await assert.rejects(tryKey(), { code: /^connection-/ });
    assert.equal(fixture.failures.length, 2);
  });
});
