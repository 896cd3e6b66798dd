import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { AdmissionControl, ADMISSION_BOUNDS } from '../../../../src/core/admission/admissionControl';
import type { Answer, Question } from '../../../../src/core/admission/question';
import { normalizedId, senderOf } from '../../../../src/core/admission/sender';
import type { Arrival } from '../../../../src/core/item/item';
import type { ItemOffer } from '../../../../src/core/item/itemStore';
import { TestLists } from './senderLists';

const REMOTE: Arrival = { dialect: 'native', from: '10.0.0.7:5000', encrypted: false };
const ANNA: Arrival = { dialect: 'native', from: '10.0.0.8:5000', encrypted: true, key: 'Anna' };
const LOCAL: Arrival = { dialect: 'raw', from: '127.0.0.1:5000', encrypted: false };

function offer(name: string, transfer = 'a'.repeat(32)): ItemOffer {
  return { kind: 'file', name, transfer, size: 3 };
}

describe('the admissionControl', () => {
  let lists: TestLists;
  let admissionControl: AdmissionControl;
  let asked: Question[];

  beforeEach(() => {
    lists = new TestLists();
    admissionControl = new AdmissionControl(lists);
    asked = [];
    admissionControl.onDidAsk((question) => asked.push(question));
  });

  const onlyQuestion = (): Question => {
    const [question, ...others] = admissionControl.questions;
    assert.ok(question);
    assert.deepEqual(others, []);
    return question;
  };
  const answer = (given: Answer): void => assert.ok(admissionControl.answer(onlyQuestion(), given));
  const passes = async (arrival: Arrival, item?: ItemOffer): Promise<void> => {
    await admissionControl.admit(arrival, item);
    assert.deepEqual(admissionControl.questions, []);
  };

  it('accepts programs of this machine without a question, unless the settings say otherwise', async () => {
    lists.trustsThisMachine = true;
    for (const host of ['127.0.0.1', '127.9.9.9', '[::1]']) await passes({ ...LOCAL, from: `${host}:1` });
    lists.trustsThisMachine = false;
    void admissionControl.admit(LOCAL).catch(() => undefined);
    assert.equal(onlyQuestion().sender.host, '127.0.0.1');
  });

  it('asks again about an accepted sender if its key was removed and added again', async () => {
    const item = admissionControl.admit(ANNA, offer('a'));
    answer({ kind: 'accept', scope: 'server' });
    await item;
    admissionControl.keepKeys(['Anna', 'Ben']);
    await passes(ANNA, offer('b'));
    admissionControl.keepKeys(['Ben']);
    void admissionControl.admit(ANNA, offer('c')).catch(() => undefined);
    assert.equal(onlyQuestion().sender.key, 'Anna');
  });

  it('asks one question for everything that a sender offers, over all of its connections', async () => {
    const items = [
      admissionControl.admit(REMOTE, offer('a')),
      admissionControl.admit(REMOTE, offer('b')),
      admissionControl.admit({ ...REMOTE, from: '10.0.0.7:5001', dialect: 'raw' }),
    ];
    assert.equal(asked.length, 1);
    assert.deepEqual(
      onlyQuestion().items.map(({ name, size }) => [name, size]),
      [
        ['a', 3],
        ['b', 3],
        [undefined, undefined],
      ],
    );
    answer({ kind: 'accept', scope: 'connection' });
    await Promise.all(items);
  });

  it('asks about each sender separately, and one that waits does not block the others', async () => {
    const waiting = admissionControl.admit(REMOTE, offer('a'));
    const second = admissionControl.admit(ANNA, offer('b'));
    assert.deepEqual(
      admissionControl.questions.map(({ sender }) => sender.id),
      ['10.0.0.7', 'key:Anna'],
    );
    assert.ok(
      admissionControl.answer(admissionControl.questions[1]!, { kind: 'accept', scope: 'connection' }),
    );
    await second;
    answer({ kind: 'decline' });
    await assert.rejects(waiting, { code: 'refused', message: /declined/ });
  });

  it('applies an answer to the rest of the connection, and not to later connections from its port', async () => {
    const connection = new AbortController();
    const first = admissionControl.admit(REMOTE, offer('a'), { disconnected: connection.signal });
    answer({ kind: 'accept', scope: 'connection' });
    await first;
    await passes(REMOTE, offer('b', 'b'.repeat(32)));
    connection.abort();
    void admissionControl.admit(REMOTE, offer('c', 'c'.repeat(32))).catch(() => undefined);
    assert.deepEqual(
      onlyQuestion().items.map(({ name }) => name),
      ['c'],
    );
  });

  it('declines the rest of a connection without asking again', async () => {
    const first = admissionControl.admit(REMOTE, offer('a'));
    answer({ kind: 'decline' });
    await assert.rejects(first);
    await assert.rejects(admissionControl.admit(REMOTE, offer('b')), /declined/);
    assert.deepEqual(admissionControl.questions, []);
  });

  it('accepts some of the waiting items', async () => {
    const [a, b] = ['a', 'b'].map((name) => admissionControl.admit(REMOTE, offer(name)));
    const [, wanted] = onlyQuestion().items;
    answer({ kind: 'some', numbers: new Set([wanted!.number]) });
    await assert.rejects(a!);
    await b;
  });

  it('accepts everything from a sender until the server stops', async () => {
    const first = admissionControl.admit(REMOTE, offer('a'));
    answer({ kind: 'accept', scope: 'server' });
    await first;
    await passes({ ...REMOTE, from: '10.0.0.7:6000' }, offer('b'));
    admissionControl.close();
    void admissionControl.admit({ ...REMOTE, from: '10.0.0.7:6001' }, offer('c')).catch(() => undefined);
    assert.equal(onlyQuestion().items.length, 1);
  });

  it('always accepts a key that was proved in the session, but not one that another dialect only names', async () => {
    const first = admissionControl.admit(ANNA, offer('a'));
    answer({ kind: 'accept', scope: 'always' });
    await first;
    assert.deepEqual(lists.alwaysAccepted, ['Anna']);
    admissionControl.close();
    await passes({ ...ANNA, from: '10.0.0.99:1' });
    for (const dialect of ['classic', 'raw'])
      void admissionControl.admit({ ...ANNA, dialect }).catch(() => undefined);
    assert.equal(onlyQuestion().sender.key, undefined);
  });

  it('refuses a blocked sender at once, and counts its attempts', async () => {
    const first = admissionControl.admit(ANNA, offer('a'));
    answer({ kind: 'block' });
    await assert.rejects(first);
    assert.deepEqual(lists.blocked, ['key:Anna']);
    await assert.rejects(admissionControl.admit({ ...ANNA, from: '10.0.0.9:1' }), /does not accept anything/);
    assert.equal(admissionControl.refusalsOf('key:Anna'), 1);
    lists.blocked.push('10.0.0.7', 'fd00::5');
    assert.ok(admissionControl.refusesAddress('10.0.0.7'));
    // The whole network of a machine that has IPv6.
    assert.ok(admissionControl.refusesAddress('fd00::1:2:3:4'));
    assert.ok(!admissionControl.refusesAddress('10.0.0.70'));
    assert.equal(admissionControl.refusalsOf('10.0.0.7'), 1);
    lists.accept = 'all';
    await assert.rejects(admissionControl.admit({ ...LOCAL, from: '10.0.0.7:9' }));
  });

  it('recognizes a blocked sender in the form that people write, and in the stored form', () => {
    for (const from of ['10.0.0.7:1', '[fd00:1:2:3::9]:1']) {
      const { id } = senderOf({ ...LOCAL, from });
      assert.equal(normalizedId(` ${id} `), id);
    }
    assert.equal(normalizedId('fd00:1:2:3::9'), senderOf({ ...LOCAL, from: '[fd00:1:2:3::a]:1' }).id);
    assert.equal(normalizedId('key:Anna'), senderOf(ANNA).id);
  });

  it('accepts only paired senders, or everybody, according to the settings', async () => {
    lists.accept = 'paired';
    await passes(ANNA);
    await assert.rejects(admissionControl.admit(REMOTE), { code: 'refused', message: /only paired senders/ });
    await assert.rejects(admissionControl.admit({ ...ANNA, dialect: 'classic' }), /only paired senders/);
    lists.accept = 'all';
    await passes(REMOTE);
  });

  it('drops a question that nobody answers, and a sender that leaves', async () => {
    admissionControl = new AdmissionControl(lists, { ...ADMISSION_BOUNDS, patience: 5 });
    await assert.rejects(admissionControl.admit(REMOTE, offer('a')), /Nobody at the receiver answered/);
    assert.deepEqual(admissionControl.questions, []);
    for (const reason of ['disconnected', 'withdrawn'] as const) {
      admissionControl = new AdmissionControl(lists);
      const leaving = new AbortController();
      const item = admissionControl.admit(REMOTE, offer('a'), { [reason]: leaving.signal });
      const question = onlyQuestion();
      leaving.abort();
      await assert.rejects(item, /left before anybody answered/);
      assert.deepEqual(admissionControl.questions, []);
      assert.equal(admissionControl.answer(question, { kind: 'accept', scope: 'always' }), false);
      assert.deepEqual(lists.alwaysAccepted, []);
      await assert.rejects(admissionControl.admit(REMOTE, offer('a'), { [reason]: leaving.signal }));
      assert.deepEqual(admissionControl.questions, []);
    }
  });

  it('accepts an interrupted item again if it is unchanged, and nothing else under its identity', async () => {
    const connection = new AbortController();
    const first = admissionControl.admit(REMOTE, offer('a'), { disconnected: connection.signal });
    answer({ kind: 'accept', scope: 'connection' });
    await first;
    connection.abort();
    await passes({ ...REMOTE, from: '10.0.0.7:7777' }, offer('a'));
    void admissionControl.admit({ ...REMOTE, from: '10.0.0.7:7777' }, offer('other')).catch(() => undefined);
    assert.equal(onlyQuestion().items.length, 1);
  });

  it('holds a limited number of senders, and of items for each', async () => {
    admissionControl = new AdmissionControl(lists, { ...ADMISSION_BOUNDS, questions: 2, items: 3 });
    const arrivals = Array.from({ length: 9 }, (_, index) => ({ ...REMOTE, from: `10.0.${index}.1:1` }));
    const refused: unknown[] = [];
    for (const arrival of arrivals)
      for (let item = 0; item < 5; item++)
        admissionControl.admit(arrival, offer(`${item}`)).catch((error: unknown) => refused.push(error));
    await new Promise(setImmediate);
    assert.deepEqual(
      admissionControl.questions.map(({ items }) => items.length),
      [3, 3],
    );
    assert.equal(refused.length, 9 * 5 - 6);
    assert.match(String(refused[0]), /Too many items wait/);
    admissionControl.close();
  });
});
