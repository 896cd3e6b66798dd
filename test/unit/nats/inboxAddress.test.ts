import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  asInboxName,
  formatInboxAddress,
  isInboxName,
  parseInboxAddress,
  InvalidInboxAddressError,
} from '../../../src/nats/inboxAddress';

describe('The address of a shared inbox', () => {
  it('has the default port of NATS unless it contains another one', () => {
    assert.deepEqual(parseInboxAddress('nats://lab/bio'), {
      servers: ['lab:4222'],
      tls: false,
      inbox: 'bio',
    });
    assert.deepEqual(parseInboxAddress(' TLS://a:1,[::1]:2/bio-2 '), {
      servers: ['a:1', '[::1]:2'],
      tls: true,
      inbox: 'bio-2',
    });
  });

  it('is the same after it was written and read again', () => {
    for (const text of ['nats://lab:4222/bio', 'tls://a:1,b:2/x_y'])
      assert.equal(formatInboxAddress(parseInboxAddress(text)), text);
  });

  it('is refused without an inbox, with a path, or with an invalid name or port', () => {
    for (const text of [
      'nats://lab',
      'nats://lab/',
      'nats://lab/a/b',
      'nats://lab/a.b',
      'nats://lab/a*',
      'nats:///x',
    ])
      assert.throws(() => parseInboxAddress(text), InvalidInboxAddressError);
    for (const text of ['nats://lab:0/x', 'nats://lab:99999/x', 'http://lab/x', 'lab:4222/x'])
      assert.throws(() => parseInboxAddress(text), InvalidInboxAddressError);
  });

  it('is refused with a user or password, which the message does not quote', () => {
    for (const text of ['nats://me:hunter2@lab/bio', 'nats://hunter2@lab/bio'])
      assert.throws(
        () => parseInboxAddress(text),
        ({ message }: Error) => /file with credentials/.test(message) && !message.includes('hunter2'),
      );
  });

  it('is read or refused with a reason, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          assert(isInboxName(parseInboxAddress(`nats://${text}`).inbox));
        } catch (error) {
          assert(error instanceof InvalidInboxAddressError);
        }
      }),
    );
  });
});

describe('A name for a shared inbox', () => {
  it('is derived from any text', () => {
    assert.equal(asInboxName('Anna Müller@lab.example'), 'Anna-M-ller-lab-example');
    fc.assert(fc.property(fc.string(), (text) => isInboxName(asInboxName(text))));
  });
});
