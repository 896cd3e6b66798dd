import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { PairingCode } from '../../../src/core/pairing/code';
import type { Paired } from '../../../src/core/pairing/pairing';
import { PairingExchange } from '../../../src/core/wire/native/pairing/exchange';
import { expectMessage } from '../../../src/core/wire/native/pairing/host';
import type { Session } from '../../../src/core/wire/native/session/session';
import { NativePeer } from './nativePeer';
import { pair, Screen } from './pairingSides';
import { ServerFixture } from './serverFixture';
import { TestPeer, TestReceiver } from './testPeer';

const CODE = PairingCode.parse('42 amber falcon');
/** What somebody in the middle guesses. */
const OTHER = PairingCode.parse('7 zebra tulip');

describe('Somebody in the middle of a pairing', () => {
  let screen: Screen;
  let host: ServerFixture;
  let kept: Paired[];

  beforeEach(async () => {
    screen = new Screen(CODE);
    kept = [];
    host = await ServerFixture.start({ pairing: screen.shown });
  });
  afterEach(async () => {
    screen.end();
    await NativePeer.closeAll();
    await ServerFixture.stopAll();
    await TestReceiver.closeAll();
  });

  /** A guest that connects to somebody else, who has a session for pairing with it. */
  async function guestMeets(talk: (guest: Session) => Promise<unknown>): Promise<unknown> {
    const port = await NativePeer.listen(undefined, async (guest) => {
      await talk(guest.session);
      // Leaving earlier would tell the guest less than what it has to notice itself.
      await guest.session.receive().catch(() => undefined);
    });
    return pair(port, CODE, kept);
  }

  function nobodyIsPaired(): void {
    assert.deepEqual([kept, screen.paired], [[], []]);
  }

  it('who relays between a session with each side makes the code wrong, which is reported on both sides', async () => {
    const meeting = guestMeets(async (guest) => {
      const { session } = await NativePeer.connect(host.port, undefined, undefined, 'pairing');
      await session.send(await expectMessage(guest, 'pair'));
      await guest.send(await expectMessage(session, 'pair'));
      await session.send(await expectMessage(guest, 'pair-confirm'));
      const refusal = await session.receive();
      assert.equal(refusal?.type, 'refusal');
      await guest.send(refusal);
    });
    await assert.rejects(meeting, { code: 'wrong-code' });
    await screen.untilChanged();
    assert.equal(screen.wrong, 1);
    assert.equal(screen.shown.code, undefined);
    nobodyIsPaired();
  });

  it('who forwards all bytes unchanged is not noticed, and learns nothing useful', async () => {
    const { port, recorded } = await recordThrough(host.port);
    const guest = await pair(port, CODE, kept);
    await screen.untilChanged();
    const said = recorded();
    for (const told of [guest.key.toText(), guest.digits, 'Anna', 'Ben', 'amber'])
      assert.ok(!said.includes(told), told);
  });

  it('who replays a recorded pairing makes no guess, even if the same code is shown', async () => {
    const { port, recorded } = await recordThrough(host.port);
    await pair(port, CODE);
    await screen.untilChanged();
    const again = new Screen(CODE);
    host.options = { pairing: again.shown };
    const replay = connect({ port: host.port, host: '127.0.0.1' });
    await once(replay, 'connect');
    replay.resume().end(recorded());
    await host.untilFailed();
    assert.match(String(host.failures[0]?.error), /something changed/);
    assert.deepEqual([again.wrong, again.paired], [0, []]);
    assert.equal((await pair(host.port, CODE)).name, 'Anna');
    again.end();
  });

  it('who sends the share of the guest back to it is refused', async () => {
    const meeting = guestMeets(async (guest) => guest.send(await expectMessage(guest, 'pair')));
    await assert.rejects(meeting, { code: 'protocol' });
    nobodyIsPaired();
  });

  it('who sends the confirmation of the guest back to it makes a wrong guess', async () => {
    const meeting = guestMeets(async (guest) => {
      const exchange = new PairingExchange('host', OTHER, guest.transcript);
      await expectMessage(guest, 'pair');
      await guest.send({ type: 'pair', share: exchange.share.toString('base64') });
      await guest.send(await expectMessage(guest, 'pair-confirm'));
    });
    await assert.rejects(meeting, { code: 'wrong-code' });
    nobodyIsPaired();
  });

  it('who sends a confirmation without the right code makes a wrong guess, on either side', async () => {
    const { session } = await NativePeer.connect(host.port, undefined, undefined, 'pairing');
    const exchange = new PairingExchange('guest', OTHER, session.transcript);
    await session.send({ type: 'pair', share: exchange.share.toString('base64') });
    exchange.takeShare(Buffer.from((await expectMessage(session, 'pair')).share, 'base64'));
    const confirmation = exchange.confirm({ name: 'Ben' }).toString('base64');
    await session.send({ type: 'pair-confirm', confirmation });
    await assert.rejects(expectMessage(session, 'pair-confirm'), { refusal: 'wrong-code' });
    assert.equal(screen.wrong, 1);
    const meeting = guestMeets(async (guest) => {
      const own = new PairingExchange('host', OTHER, guest.transcript);
      own.takeShare(Buffer.from((await expectMessage(guest, 'pair')).share, 'base64'));
      await guest.send({ type: 'pair', share: own.share.toString('base64') });
      await expectMessage(guest, 'pair-confirm');
      const key = 'cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=';
      const answer = own.confirm({ name: 'Anna', key }).toString('base64');
      await guest.send({ type: 'pair-confirm', confirmation: answer });
    });
    await assert.rejects(meeting, { code: 'wrong-code' });
    nobodyIsPaired();
  });
});

/** Passes each connection on, and keeps all that its client says. */
async function recordThrough(to: number): Promise<{ port: number; recorded: () => Buffer }> {
  let client: TestPeer | undefined;
  const receiver = await TestReceiver.listen(async (peer) => {
    client = peer;
    const server = await TestPeer.connect(to);
    await Promise.all([relay(peer, server), relay(server, peer)]);
  });
  return { port: receiver.port, recorded: () => client?.received ?? Buffer.of() };
}

async function relay(from: TestPeer, to: TestPeer): Promise<void> {
  for (let at = 0; (await from.receive(at + 1)).length > at;) {
    const bytes = from.received.subarray(at);
    at += bytes.length;
    await to.send(bytes);
  }
  to.socket.end();
}
