import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { STRANGERS } from '../../../../src/core/wire/strangers';
import { serve } from './scriptedChannel';

const REQUEST = 'POST /path HTTP/1.1\r\nHost: 127.0.0.1:6868\r\nOrigin: https://a.example\r\n\r\nhello';
const HELLO = Buffer.from('16030100c8010000c4030365', 'hex');

describe('A program that means somebody else', () => {
  const requests: [what: string, text: string][] = [
    ['a post of a web page', REQUEST],
    ['a request for an absolute address', 'GET http://127.0.0.1/ HTTP/1.0\r\n\r\n'],
    ['a preflight', 'OPTIONS * HTTP/1.1\r\n\r\n'],
    ['HTTP/2 without TLS', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a request whose target never ends', `POST /${'a'.repeat(10_000)}`],
  ];
  for (const [what, text] of requests) {
    it(`gets an answer of HTTP, and nothing is stored, for ${what}`, async () => {
      const { answers, store, error } = await serve([Buffer.from(text)]);
      assert.match(answers, /^HTTP\/1\.1 400 .*not a web server/s);
      assert.match(String(error), /speaks HTTP/);
      assert.deepEqual(store.texts, []);
    });
  }

  it('is known by HTTP that comes byte by byte', async () => {
    const { answers, store } = await serve([...Buffer.from(REQUEST)].map((byte) => Buffer.of(byte)));
    assert.match(answers, /^HTTP\/1\.1 400/);
    assert.deepEqual(store.texts, []);
  });

  it('gets an alert of TLS for a hello', async () => {
    const { answers, store } = await serve([HELLO.subarray(0, 3), HELLO.subarray(3)]);
    assert.ok(answers.startsWith('\x15\x03'));
    assert.deepEqual(store.texts, []);
  });

  it('is nobody who sends a text about requests', async () => {
    for (const text of [
      'POST the letter',
      'GET',
      'G',
      'GET /etc/hosts',
      'PUT it HTTPward',
      'OPTIONS  HTTP/1.1',
    ]) {
      const { store, error } = await serve([Buffer.from(text), 'quiet', 'end']);
      assert.equal(error, undefined, text);
      assert.deepEqual(store.texts, [text]);
    }
  });

  it('is told alike however the start is cut, once there is enough of it', () => {
    for (const { recognizes, name } of STRANGERS) {
      const start = Buffer.concat([name === 'TLS' ? HELLO : Buffer.from(REQUEST)]);
      fc.assert(
        fc.property(fc.nat(start.length - 1), (length) => {
          assert.notEqual(recognizes(start.subarray(0, length + 1), false), 'no');
        }),
      );
      fc.assert(fc.property(fc.uint8Array(), (bytes) => void recognizes(bytes, true)));
    }
  });
});
