import { randomBytes } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { decryptTokenText, encryptTokenText } from '../../src/core/crypto/fernet';
import { FernetKey } from '../../src/core/crypto/keys';
import { TokenStreamReader, TokenStreamWriter } from '../../src/core/crypto/tokenStream';
import type { Section } from './main';
import { medianSeconds, rate, ratio } from './measure';

const MiB = 1024 * 1024;
const SIZE = 64 * MiB;
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
    method: `64 MiB on one core: as a token stream, which goes through piece by piece, and as one token of text, which Python programs send. The npm package \`fernet\` takes text only; it was given 2 MiB, in the pieces of the token stream and as one token.`,
    columns: ['what', 'encrypt', 'ratio', 'decrypt', 'ratio'],
    rows: [
      row('token stream, pieces of 1 MiB', SIZE, sealing, opening),
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
  const reader = new TokenStreamReader(key);
  for (const token of tokens) Array.from(reader.push(token));
  reader.finish();
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
