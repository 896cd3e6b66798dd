import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  decryptToken,
  decryptTokenText,
  encryptToken,
  encryptTokenText,
  tokenLength,
} from '../../../../src/core/crypto/fernet';
import { FernetKey } from '../../../../src/core/crypto/keys';
import { InvalidTokenError } from '../../../../src/core/errors';

interface Vector {
  readonly desc?: string;
  readonly token: string;
  readonly now: string;
  readonly iv: number[];
  readonly ttl_sec: number;
  readonly src: string;
  readonly secret: string;
}

const key = FernetKey.generate();

function vectors(name: string): Vector[] {
  return JSON.parse(readFileSync(`test/vectors/fernet/${name}.json`, 'utf8')) as Vector[];
}

function seconds(time: string): number {
  return Date.parse(time) / 1000;
}

function openVector({ secret, token, ttl_sec, now }: Vector): Buffer {
  return decryptTokenText(FernetKey.parse(secret), token, { ttl: ttl_sec, now: seconds(now) });
}

function refusal(reason: InvalidTokenError['reason']): (error: unknown) => boolean {
  return (error) => error instanceof InvalidTokenError && error.reason === reason;
}

describe('Fernet: the published vectors', () => {
  for (const vector of vectors('generate')) {
    it(`generates the token of "${vector.src}"`, () => {
      const plain = Buffer.from(vector.src);
      const iv = Buffer.from(vector.iv);
      const token = encryptToken(FernetKey.parse(vector.secret), plain, iv, seconds(vector.now));
      assert.equal(token.toString('base64url').padEnd(vector.token.length, '='), vector.token);
    });
  }

  for (const vector of vectors('verify')) {
    it(`verifies the token of "${vector.src}"`, () => {
      assert.equal(openVector(vector).toString(), vector.src);
    });
  }

  const reasons: Record<string, InvalidTokenError['reason']> = {
    'incorrect mac': 'signature',
    'too short': 'malformed',
    'invalid base64': 'malformed',
    'payload size not multiple of block size': 'malformed',
    'payload padding error': 'padding',
    'far-future TS (unacceptable clock skew)': 'clock-skew',
    'expired TTL': 'expired',
    'incorrect IV (causes padding error)': 'padding',
  };
  for (const vector of vectors('invalid')) {
    const description = vector.desc ?? '';
    it(`refuses: ${description}`, () => {
      assert.throws(() => openVector(vector), refusal(reasons[description]!));
    });
  }

  it('include eight invalid tokens', () => {
    assert.equal(vectors('invalid').length, 8);
  });
});

describe('Fernet tokens', () => {
  it('decrypt to the original content of any size, in both forms', () => {
    const size = fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 60_000, max: 200_000 }));
    fc.assert(
      fc.property(size, fc.nat(255), (length, fill) => {
        const plain = Buffer.alloc(length, fill);
        const token = encryptToken(key, plain);
        assert.equal(token.length, tokenLength(length));
        assert.deepEqual(decryptToken(key, token), plain);
        assert.deepEqual(decryptTokenText(key, encryptTokenText(key, plain)), plain);
      }),
    );
  });

  it('differ each time for the same content', () => {
    assert.notDeepEqual(encryptToken(key, Buffer.from('a')), encryptToken(key, Buffer.from('a')));
  });

  it('begin with the time of their creation', () => {
    const age = Date.now() / 1000 - Number(encryptToken(key, Buffer.alloc(0)).readBigUInt64BE(1));
    assert(age >= 0 && age < 60, `made ${age} seconds ago`);
  });

  it('are accepted with white space around them, as text and as bytes, in both alphabets', () => {
    const token = encryptTokenText(key, Buffer.from('hello'));
    const spellings = [
      `${token}\n`,
      `${token} \r\n`,
      ` ${token}`,
      token.replaceAll('-', '+').replaceAll('_', '/'),
    ];
    for (const text of spellings) {
      assert.equal(decryptTokenText(key, text).toString(), 'hello');
      assert.equal(decryptTokenText(key, Buffer.from(text)).toString(), 'hello');
    }
  });

  it('are refused with white space inside, or without their padding', () => {
    const token = encryptTokenText(key, Buffer.from('hello'));
    assert(token.endsWith('='));
    assert.throws(
      () => decryptTokenText(key, `${token.slice(0, 40)}\n${token.slice(40)}`),
      refusal('malformed'),
    );
    assert.throws(() => decryptTokenText(key, token.replace(/=+$/, '')), refusal('malformed'));
  });

  it('are refused with another key', () => {
    const token = encryptToken(key, Buffer.from('hello'));
    assert.throws(() => decryptToken(FernetKey.generate(), token), refusal('signature'));
  });

  it('are refused if any of their bits is changed', () => {
    const token = encryptToken(key, Buffer.from('hello'));
    for (let bit = 0; bit < token.length * 8; bit++) {
      const changed = Buffer.from(token);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      assert.throws(() => decryptToken(key, changed), InvalidTokenError);
    }
  });

  it('are refused if they are truncated or extended', () => {
    const token = encryptToken(key, Buffer.from('hello'));
    for (let length = 0; length < token.length; length++) {
      assert.throws(() => decryptToken(key, token.subarray(0, length)), InvalidTokenError);
    }
    assert.throws(() => decryptToken(key, Buffer.concat([token, Buffer.alloc(16)])), refusal('signature'));
  });

  it('are refused in another form, even if they are signed with the key', () => {
    const sign = (head: Buffer): Buffer =>
      Buffer.concat([head, createHmac('sha256', key.signing).update(head).digest()]);
    const head = encryptToken(key, Buffer.from('hello, world, hello')).subarray(0, 25 + 32);
    assert.equal(decryptToken(key, sign(head)).toString(), 'hello, world, hello');
    const otherVersion = Buffer.concat([Buffer.from([0x81]), head.subarray(1)]);
    for (const changed of [otherVersion, head.subarray(0, -8), head.subarray(0, 25), head.subarray(0, 9)]) {
      assert.throws(() => decryptToken(key, sign(changed)), refusal('malformed'));
    }
  });

  it('are checked without the clock unless a largest age is given', () => {
    const old = encryptToken(key, Buffer.from('a'), undefined, 1);
    const future = encryptToken(key, Buffer.from('a'), undefined, 2 ** 40);
    for (const token of [old, future]) assert.equal(decryptToken(key, token).toString(), 'a');
  });

  it('throw nothing but InvalidTokenError, whatever the bytes are', () => {
    const almost = fc
      .uint8Array({ minLength: 60, maxLength: 160 })
      .map((bytes) => Buffer.concat([Buffer.from([0x80]), bytes]));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), almost), (bytes) => {
        assert.throws(() => decryptToken(key, bytes), InvalidTokenError);
        assert.throws(() => decryptTokenText(key, bytes), InvalidTokenError);
        assert.throws(() => decryptTokenText(key, Buffer.from(bytes).toString('base64')), InvalidTokenError);
      }),
    );
  });
});
