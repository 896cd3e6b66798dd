import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { decryptTokenText, encryptTokenText } from '../../src/core/crypto/fernet';
import { FernetKey } from '../../src/core/crypto/keys';
import { openPieceAt, TokenStreamWriter } from '../../src/core/crypto/tokenStream';
import type { Section } from './main';
import { medianSeconds, rate, ratio } from './measure';

const MiB = 1024 * 1024;
const SIZE = 64 * MiB;
const SLICE = 64 * 1024;
/** The npm package takes text only, and seconds for little of it. */
const PACKAGE_SIZE = 2 * MiB;

const PYTHON = `
import os, time
from cryptography.fernet import Fernet
f = Fernet(Fernet.generate_key()); data = os.urandom(${SIZE})
t = time.perf_counter(); token = f.encrypt(data); e = time.perf_counter() - t
t = time.perf_counter(); f.decrypt(token); print(e, time.perf_counter() - t)
`;

interface FernetPackage {
  Secret: new (text: string) => unknown;
  Token: new (options: object) => { encode(text: string): string; decode(): string };
}

/** Encryption and decryption, each on one core. */
export async function benchFernet(): Promise<Section> {
  const key = FernetKey.generate();
  const data = randomBytes(SIZE);
  const stream = seal(key, data);
  const sealing = await medianSeconds(() => seal(key, data));
  const opening = await medianSeconds(() => open(key, stream));
  const token = encryptTokenText(key, data);
  const encrypting = await medianSeconds(() => encryptTokenText(key, data));
  const decrypting = await medianSeconds(() => decryptTokenText(key, token));
  const row = (name: string, size: number, encrypt: number, decrypt: number): string[] => [
    name,
    rate(size, encrypt),
    ratio(size / encrypt, SIZE / sealing),
    rate(size, decrypt),
    ratio(size / decrypt, SIZE / opening),
  ];
  const python = spawnSync('python3', ['-c', PYTHON], { encoding: 'utf8' });
  const [pythonEncrypt = NaN, pythonDecrypt = NaN] = python.stdout.split(' ').map(Number);
  return {
    title: 'Fernet',
    method: `64 MiB on one core: as a token stream, which is processed piece by piece, and as one token of text, which Python programs send; compared with the primitives of a token alone, whose output is discarded, and with the cipher with which scp is fastest, which signs as it encrypts. The npm package \`fernet\` takes only text; it got 2 MiB, in the pieces of the token stream and as one token.`,
    columns: ['what', 'encrypt', 'ratio', 'decrypt', 'ratio'],
    rows: [
      row('token stream, pieces of 1 MiB', SIZE, sealing, opening),
      row('AES-128-CBC and HMAC-SHA256 alone', SIZE, ...(await signedSeconds(data))),
      row('AES-128-GCM alone', SIZE, ...(await secondsOfBoth('aes-128-gcm', data, () => undefined))),
      row('one token, as text', SIZE, encrypting, decrypting),
      ...(python.status === 0
        ? [row("Python's cryptography, one token", SIZE, pythonEncrypt, pythonDecrypt)]
        : []),
      row('npm package fernet, pieces of 1 MiB', PACKAGE_SIZE, ...(await packageSeconds(key, MiB))),
      row('npm package fernet, one token', PACKAGE_SIZE, ...(await packageSeconds(key, PACKAGE_SIZE))),
    ],
  };
}

function seal(key: FernetKey, data: Buffer): Buffer[] {
  const writer = new TokenStreamWriter(key);
  const tokens: Buffer[] = [];
  for (let at = 0; at < data.length; at += MiB) tokens.push(...writer.push(data.subarray(at, at + MiB)));
  tokens.push(writer.finish());
  return tokens;
}

function open(key: FernetKey, tokens: readonly Buffer[]): void {
  for (const [index, token] of tokens.entries()) openPieceAt(key, token, index, SIZE);
}

/** Seconds of encrypting and signing, and of checking and decrypting. */
function signedSeconds(data: Buffer): Promise<[number, number]> {
  const hmac = createHmac('sha256', randomBytes(16));
  return secondsOfBoth('aes-128-cbc', data, (ciphertext) => void hmac.update(ciphertext));
}

/** Seconds of both directions of a cipher, slice by slice. The bytes that it decrypts may be anything. */
async function secondsOfBoth(
  name: 'aes-128-cbc' | 'aes-128-gcm',
  data: Buffer,
  sign: (ciphertext: Buffer) => void,
): Promise<[number, number]> {
  const [key, iv] = [randomBytes(16), randomBytes(16)];
  const through = (work: (slice: Buffer) => void): void => {
    for (let at = 0; at < data.length; at += SLICE) work(data.subarray(at, at + SLICE));
  };
  const encrypt = (): void => {
    const cipher = createCipheriv(name, key, iv);
    through((slice) => sign(cipher.update(slice)));
  };
  const decrypt = (): void => {
    const decipher = createDecipheriv(name, key, iv);
    through((slice) => {
      sign(slice);
      decipher.update(slice);
    });
  };
  return [await medianSeconds(encrypt), await medianSeconds(decrypt)];
}

async function packageSeconds(key: FernetKey, pieceSize: number): Promise<[number, number]> {
  const { default: fernet } = (await import('fernet')) as unknown as { default: FernetPackage };
  const secret = new fernet.Secret(key.toText());
  const pieces = Array.from({ length: PACKAGE_SIZE / pieceSize }, () => 'x'.repeat(pieceSize));
  const encryptAll = (): string[] => pieces.map((text) => new fernet.Token({ secret }).encode(text));
  const tokens = encryptAll();
  const encrypt = await medianSeconds(encryptAll);
  const decryptAll = (): unknown =>
    tokens.map((token) => new fernet.Token({ secret, token, ttl: 0 }).decode());
  return [encrypt, await medianSeconds(decryptAll)];
}
