import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { FOREIGN_PROTOCOLS } from '../../../../src/core/wire/foreignProtocols';
import { serve } from './scriptedChannel';

const REQUEST = 'POST /path HTTP/1.1\r\nHost: 127.0.0.1:6868\r\nOrigin: https://a.example\r\n\r\nhello';
const HELLO = Buffer.from('16030100c8010000c4030365', 'hex');
const TRANSACTION = '0102030405060708090a0b0c';
/** An Allocate request to a TURN server, and a Binding request of ICE over TCP, in which a page chooses the name. */
const ALLOCATE = Buffer.from(`000300082112a442${TRANSACTION}0019000411000000`, 'hex');
const BINDING = Buffer.concat([
  Buffer.from(`0034000100202112a442${TRANSACTION}0006001c`, 'hex'),
  Buffer.from('{"a": "chosen by the page"} '),
]);

describe('A program that expects another server', () => {
  const requests: [what: string, text: string][] = [
    ['a POST request of a web page', REQUEST],
    ['a request for an absolute URL', 'GET http://127.0.0.1/ HTTP/1.0\r\n\r\n'],
    ['a CORS preflight request', 'OPTIONS * HTTP/1.1\r\n\r\n'],
    ['HTTP/2 without TLS', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a request whose target never ends', `POST /${'a'.repeat(10_000)}`],
  ];
  for (const [what, text] of requests) {
    it(`gets an HTTP response for ${what}, which is not stored`, async () => {
      const { answers, store, error } = await serve([Buffer.from(text)]);
      assert.match(answers, /^HTTP\/1\.1 400 .*not a web server/s);
      assert.match(String(error), /speaks HTTP/);
      assert.deepEqual(store.texts, []);
    });
  }

  it('is recognized by HTTP that arrives byte by byte', async () => {
    const { answers, store } = await serve([...Buffer.from(REQUEST)].map((byte) => Buffer.of(byte)));
    assert.match(answers, /^HTTP\/1\.1 400/);
    assert.deepEqual(store.texts, []);
  });

  it('gets a TLS alert for a hello', async () => {
    const { answers, store } = await serve([HELLO.subarray(0, 3), HELLO.subarray(3)]);
    assert.ok(answers.startsWith('\x15\x03'));
    assert.deepEqual(store.texts, []);
  });

  for (const [what, message] of [
    ['a TURN server', ALLOCATE],
    ['the peer of a call', BINDING],
  ] as const) {
    it(`gets an explanation if a web page uses the address as ${what}`, async () => {
      for (const cut of [1, 2, 4, 7, 9]) {
        const { answers, store, error } = await serve([message.subarray(0, cut), message.subarray(cut)]);
        assert.match(answers, /not a STUN server/);
        assert.match(String(error), /speaks STUN/);
        assert.deepEqual(store.texts, []);
      }
    });
  }

  it('is not assumed for bytes that only begin like such a message', async () => {
    const json = '{"a": 1}'.padEnd(0x300, ' ');
    for (const start of ['', '00', '0003', '000300', '00000300', '0003000421', '0014000100002112a443'])
      for (const rest of ['', json]) {
        const bytes = Buffer.concat([Buffer.from(start, 'hex'), Buffer.from(rest)]);
        if (bytes.length === 0) continue;
        const { store, error } = await serve([bytes, 'quiet', 'end']);
        assert.equal(error, undefined, start);
        assert.equal(store.items.length, 1);
      }
  });

  it('is not assumed for a text that resembles a request', async () => {
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

  it('is recognized in chunks of any size, once there are enough bytes', () => {
    const starts = [Buffer.from(REQUEST), HELLO, ALLOCATE];
    for (const [i, { recognizes }] of FOREIGN_PROTOCOLS.entries()) {
      const start = starts[i] ?? Buffer.alloc(0);
      fc.assert(
        fc.property(fc.nat(start.length - 1), (length) => {
          assert.notEqual(recognizes(start.subarray(0, length + 1), false), 'no');
        }),
      );
      fc.assert(fc.property(fc.uint8Array(), (bytes) => void recognizes(bytes, true)));
    }
  });
});
