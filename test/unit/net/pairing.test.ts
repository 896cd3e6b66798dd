import assert from 'node:assert/strict';
import fc from 'fast-check';
import { completeCode, PAIRING_WORDS, PairingCode } from '../../../src/core/pairing/code';
import type { Paired } from '../../../src/core/pairing/pairing';
import type { PicklepostError } from '../../../src/core/errors';
import { FernetKey } from '../../../src/core/crypto/keys';
import { DEFAULT_LIMITS } from '../../../src/core/limits';
import { openChannel } from '../../../src/net/connect';
import { greetServer } from '../../../src/core/wire/native/handshake/greetServer';
import { ByteReader } from '../../../src/core/wire/byteReader';
import { PairingExchange, WrongCodeError } from '../../../src/core/wire/native/pairing/exchange';
import { expectMessage } from '../../../src/core/wire/native/pairing/host';
import type { Session } from '../../../src/core/wire/native/session/session';
import { pair, Screen } from './pairingSides';
import { pairWith } from '../../../src/net/pairingClient';
import { fileOf, send } from './sending';
import { ServerFixture } from './serverFixture';
import { TestReceiver } from './testPeer';

const CODE = PairingCode.parse('42 amber falcon');

/** A session for pairing, in which nothing has been said. */
async function beginPairing(port: number): Promise<Session> {
  const options = { limits: DEFAULT_LIMITS, localPort: 0, bufferSize: 65536 };
  const channel = await openChannel({ host: '127.0.0.1', port, ...options });
  const reader = new ByteReader(channel, 5_000);
  return greetServer(reader, channel, { key: undefined, limits: DEFAULT_LIMITS }, 'pairing');
}

describe('pairing by a code', () => {
  let screen: Screen;
  beforeEach(() => (screen = new Screen(CODE)));
  afterEach(async () => {
    screen.end();
    await ServerFixture.stopAll();
    await TestReceiver.closeAll();
  });

  it('gives both sides the same key, the name of the other and the same digits', async () => {
    const fixture = await ServerFixture.start({ pairing: screen.shown });
    const guest = await pair(fixture.port, CODE);
    await screen.untilChanged();
    const [host] = screen.paired;
    assert.equal(guest.name, 'Anna');
    assert.equal(host?.name, 'Ben');
    assert.equal(host.key.toText(), guest.key.toText());
    assert.equal(host.digits, guest.digits);
    assert.match(guest.digits, /^[0-9]{6}$/);
    assert.equal(host.port, undefined);
  });

  it('tells the host the port at which the guest receives', async () => {
    const fixture = await ServerFixture.start({ pairing: screen.shown });
    await pair(fixture.port, CODE, [], 7070);
    await screen.untilChanged();
    assert.equal(screen.paired[0]?.port, 7070);
  });

  it('ignores an invalid port of the guest', async () => {
    for (const port of [0, 65_536, 1.5, -1]) {
      const screen = new Screen(CODE);
      const fixture = await ServerFixture.start({ pairing: screen.shown });
      await pair(fixture.port, CODE, [], port);
      await screen.untilChanged();
      assert.equal(screen.paired[0]?.port, undefined);
    }
  });

  it('works if the receiver accepts only encrypted items', async () => {
    const fixture = await ServerFixture.start({ pairing: screen.shown, requireEncryption: true });
    assert.equal((await pair(fixture.port, CODE)).name, 'Anna');
  });

  it('gives a key with which items can then be sent', async () => {
    const fixture = await ServerFixture.start({ pairing: screen.shown });
    const { key } = await pair(fixture.port, CODE);
    fixture.options = { key, requireEncryption: true };
    await send([fileOf('hello')], fixture.port, { key, dialect: 'native' });
    assert.equal(fixture.store.items.length, 1);
  });

  it('uses up the code with one wrong guess, and notifies both sides', async () => {
    const fixture = await ServerFixture.start({ pairing: screen.shown });
    const kept: Paired[] = [];
    const wrong = pair(fixture.port, PairingCode.parse('42 amber tulip'), kept);
    await assert.rejects(wrong, WrongCodeError);
    await screen.untilChanged();
    assert.equal(screen.wrong, 1);
    await assert.rejects(pair(fixture.port, CODE, kept), { refusal: 'not-pairing' });
    assert.deepEqual([kept, screen.paired], [[], []]);
  });

  /** More of them, such as 10,000, with PICKLEPOST_GUESSES. */
  const guesses = Number(process.env.PICKLEPOST_GUESSES ?? 40);

  it(`accepts none of ${String(guesses)} wrong codes, each of which uses up the shown code`, async function () {
    this.timeout(20_000 + 200 * guesses);
    const fixture = await ServerFixture.start();
    for (let guess = 0; guess < guesses; guess++) {
      const shown = PairingCode.generate();
      const asked = new Screen(shown);
      fixture.options = { pairing: asked.shown };
      const typed = PairingCode.generate();
      if (typed.text === shown.text) continue;
      await assert.rejects(pair(fixture.port, typed), WrongCodeError);
      await asked.untilChanged();
      assert.deepEqual([asked.wrong, asked.paired.length, asked.shown.code], [1, 0, undefined]);
    }
  });

  it('is refused if no code is shown', async () => {
    const fixture = await ServerFixture.start();
    await assert.rejects(pair(fixture.port, CODE), { refusal: 'not-pairing' });
  });

  it('is refused once the code has expired', async () => {
    const short = new Screen(CODE, 1);
    await short.untilChanged();
    const fixture = await ServerFixture.start({ pairing: short.shown });
    await assert.rejects(pair(fixture.port, CODE), { refusal: 'not-pairing' });
  });

  it('accepts only one of two guests with the right code at the same time', async () => {
    const fixture = await ServerFixture.start({ pairing: screen.shown });
    const results = await Promise.allSettled([pair(fixture.port, CODE), pair(fixture.port, CODE)]);
    assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    assert.equal(screen.paired.length, 1);
  });

  it('stores nothing if the guest leaves before it has stored the key', async () => {
    const fixture = await ServerFixture.start({ pairing: screen.shown });
    const keep = (): Promise<void> => Promise.reject(new Error('the disk is full'));
    const failing = pairWith(
      { host: '127.0.0.1', port: fixture.port },
      { code: CODE, name: 'Ben', limits: DEFAULT_LIMITS, keep },
    );
    await assert.rejects(failing, /disk is full/);
    await fixture.untilFailed();
    assert.deepEqual(screen.paired, []);
    assert.equal((screen.failures[0] as PicklepostError).code, 'connection-lost');
  });

  it('notifies the host if it cannot store the key itself', async () => {
    screen.failsToKeep = true;
    const fixture = await ServerFixture.start({ pairing: screen.shown });
    await pair(fixture.port, CODE);
    await fixture.untilFailed();
    assert.match(String(screen.failures[0]), /no room/);
  });

  it('is refused if the host withdraws its code in the middle', async () => {
    const fixture = await ServerFixture.start({ pairing: screen.shown });
    const session = await beginPairing(fixture.port);
    const exchange = new PairingExchange('guest', CODE, session.transcript);
    await session.send({ type: 'pair', share: exchange.share.toString('base64') });
    exchange.takeShare(Buffer.from((await expectMessage(session, 'pair')).share, 'base64'));
    screen.end();
    await session.send({
      type: 'pair-confirm',
      confirmation: exchange.confirm({ name: 'Ben' }).toString('base64'),
    });
    await assert.rejects(expectMessage(session, 'pair-confirm'), /has been used/);
    assert.deepEqual([screen.paired, screen.wrong, screen.failures], [[], 0, []]);
  });

  it('does not use up the code if a guest makes no guess', async () => {
    const fixture = await ServerFixture.start({ pairing: screen.shown });
    const options = { limits: DEFAULT_LIMITS, localPort: 0, bufferSize: 65536 };
    const channel = await openChannel({ host: '127.0.0.1', port: fixture.port, ...options });
    const reader = new ByteReader(channel, 5_000);
    await greetServer(reader, channel, { key: undefined, limits: DEFAULT_LIMITS }, 'pairing');
    await channel.close(0);
    await fixture.untilFailed();
    assert.equal((await pair(fixture.port, CODE)).name, 'Anna');
  });

  it('refuses items in a session for pairing', async () => {
    const fixture = await ServerFixture.start({ pairing: screen.shown });
    const options = { limits: DEFAULT_LIMITS, localPort: 0, bufferSize: 65536 };
    const channel = await openChannel({ host: '127.0.0.1', port: fixture.port, ...options });
    const reader = new ByteReader(channel, 5_000);
    const session = await greetServer(reader, channel, { key: undefined, limits: DEFAULT_LIMITS }, 'pairing');
    await session.send({
      type: 'offer',
      item: 0,
      transfer: 'a'.repeat(32),
      kind: 'text',
      name: 'x',
      key: FernetKey.generate().toText(),
    });
    await fixture.untilFailed();
    assert.match(String(fixture.failures[0]?.error), /does not belong in a pairing/);
    assert.equal(fixture.store.items.length, 0);
    await channel.close(0);
  });

  it('fails if somebody relays the bytes of one side back to it', async () => {
    const mirror = await TestReceiver.listen(async (peer) => {
      for (let sent = 0; peer.ending === undefined;) {
        const bytes = await peer.receive(sent + 1);
        await peer.send(bytes.subarray(sent));
        sent = bytes.length;
      }
    });
    const told = /^The program at 127\.0\.0\.1:\d+ is not Picklepost\./;
    await assert.rejects(pair(mirror.port, CODE), { code: 'other-dialect', message: told });
  });
});

describe('a pairing code', () => {
  it('is read in the forms that people type', () => {
    for (const typed of ['42 amber falcon', ' 42-AMBER-falcon ', '42, Amber, Falcon'])
      assert.equal(PairingCode.parse(typed).text, '42-amber-falcon');
  });

  it('is refused with the reason', () => {
    assert.throws(() => PairingCode.parse('42 amber'), /a number from 1 to 99 and two words/);
    assert.throws(() => PairingCode.parse('0 amber falcon'), /a number from 1 to 99/);
    assert.throws(() => PairingCode.parse('42 amber falcom'), /"falcom"/);
  });

  it('can be read again, whichever is generated', () => {
    for (let i = 0; i < 100; i++) {
      const { text } = PairingCode.generate();
      assert.equal(PairingCode.parse(text).text, text);
    }
  });

  const completed = (typed: string): string[] => completeCode(typed).map(({ text }) => text);

  it('is completed word by word', () => {
    assert.deepEqual(completeCode('42 fal'), [{ text: '42 falcon', isWhole: false, isGuess: false }]);
    assert.equal(completed('42 ').length, 20);
    assert.ok(completed('42 amber ').every((text) => /^42 amber [a-z]+$/.test(text)));
    assert.deepEqual(completeCode('42 amber fal'), [
      { text: '42 amber falcon', isWhole: true, isGuess: false },
    ]);
    assert.deepEqual(completed('42-AMB,fal'), ['42 amber falcon']);
    assert.deepEqual(completed('42 amber falcon '), ['42 amber falcon']);
    for (const none of ['', 'amber', '4', '0 amber', '100 amber', '42 amber falcon x', '42 xxxxxx'])
      assert.deepEqual(completed(none), [], none);
  });

  it('is found if words are misspelled', () => {
    for (const typed of ['42 amber falcom', '42 ambre falcon', '42 aber falcn', '42 amberr faclon']) {
      const [best] = completeCode(typed);
      assert.deepEqual(best, { text: '42 amber falcon', isWhole: true, isGuess: true }, typed);
    }
  });

  it('is completed to itself, whether it is typed completely or by three letters of each word', () => {
    for (let i = 0; i < 100; i++) {
      const { spoken } = PairingCode.generate();
      const short = spoken.replace(/([a-z]{3})[a-z]*/g, '$1');
      for (const typed of [spoken, short])
        assert.deepEqual(completeCode(typed), [{ text: spoken, isWhole: true, isGuess: false }], typed);
    }
  });

  it('never throws when it is completed, whatever is typed', () => {
    const typed = fc.oneof(
      fc.string(),
      fc
        .array(fc.oneof(fc.string(), fc.constantFrom('42', ...PAIRING_WORDS)))
        .map((parts) => parts.join(' ')),
    );
    fc.assert(fc.property(typed, (text) => completeCode(text).length <= 20));
    assert.deepEqual(completeCode(`42 ${'a'.repeat(100_000)}`), []);
    assert.deepEqual(completeCode('42 '.repeat(100_000)), []);
  });

  it('consists of 256 words that are not mistaken for one another', () => {
    assert.equal(new Set(PAIRING_WORDS.map((word) => word.slice(0, 3))).size, 256);
    for (const word of PAIRING_WORDS) assert.match(word, /^[a-z]{5,8}$/);
  });
});
