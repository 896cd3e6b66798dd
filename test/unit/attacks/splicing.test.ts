import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { encryptTokenText } from '../../../src/core/crypto/fernet';
import { protectionOf } from '../../../src/core/wire/dialects';
import { key, ServerFixture } from '../net/serverFixture';
import { TestPeer } from '../net/testPeer';

/** Flags of a classic packet: the first has a byte about the item, the last asks for an answer. */
const FIRST = 8;
const LAST = 4;
const ENCRYPTED_TEXT = 0x02;

describe('Tokens of classic transfers that somebody without the key has recombined', () => {
  afterEach(() => ServerFixture.stopAll());

  const recorded = ['pay 10 to Alice\n', 'not before Friday\n', 'transfer all to Mallory\n'].map((text) =>
    encryptTokenText(key, Buffer.from(text)),
  );

  async function deliver(port: number, tokens: readonly string[]): Promise<string> {
    const peer = await TestPeer.connect(port);
    for (const [i, token] of tokens.entries()) {
      const isFirst = i === 0;
      const flags = (isFirst ? FIRST : 0) | (i === tokens.length - 1 ? LAST : 0);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(token.length);
      const head = Buffer.from(isFirst ? [flags, ENCRYPTED_TEXT] : [flags]);
      await peer.send(Buffer.concat([head, length, Buffer.from(token)]));
    }
    peer.socket.end(Buffer.of(0x10));
    return (await peer.receiveAll()).toString();
  }

  it('are refused if encryption is required', async () => {
    const { port, store } = await ServerFixture.start({ key, requireEncryption: true });
    assert.match(await deliver(port, [recorded[2]!, recorded[0]!]), /^ERROR: /);
    assert.equal(store.items.length, 0);
  });

  it('are accepted if classic is chosen, and only their parts are reported as encrypted', async () => {
    const fixture = await ServerFixture.start({ key, requireEncryption: true, dialects: ['classic'] });
    assert.equal(await deliver(fixture.port, [recorded[2]!, recorded[0]!]), 'OK');
    const [item] = fixture.announced;
    assert(item);
    assert.equal(protectionOf(item), 'parts');
  });
});
