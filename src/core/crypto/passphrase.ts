import { pbkdf2, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { PicklepostError } from '../errors';
import { say } from '../text';
import { FernetKey } from './keys';

/** How a key is derived from a passphrase. The same passphrase gives the same key only with the same derivation. */
export type Derivation =
  | {
      readonly kdf: 'scrypt';
      /** Base 2 logarithm of N. */
      readonly logN: number;
      readonly r: number;
      readonly p: number;
      readonly salt: Uint8Array;
    }
  | { readonly kdf: 'pbkdf2-sha256'; readonly iterations: number; readonly salt: Uint8Array };

export type Kdf = Derivation['kdf'];

/** Somebody who has recorded a session can easily guess shorter passphrases. */
export const SHORT_PASSPHRASE = 12;

const SALT_BYTES = 16;
const KEY_BYTES = 32;
/** N = 2^17 takes 128 MiB and about half a second. */
const SCRYPT = { logN: 17, r: 8, p: 1 };
/** As in the documentation of Python's `cryptography` ("Using passwords with Fernet"). */
const ITERATIONS = 1_200_000;

/** Limits of what others may ask of this machine: memory of scrypt in bytes, iterations of PBKDF2, and bytes of salt. */
const MOST_MEMORY = 1024 * 1024 * 1024;
const MOST_ITERATIONS = 20_000_000;
const SALT_LIMITS = { least: 8, most: 64 };

/** A derivation with a salt that nobody has used before. */
export function newDerivation(kdf: Kdf): Derivation {
  const salt = randomBytes(SALT_BYTES);
  return kdf === 'scrypt' ? { kdf, ...SCRYPT, salt } : { kdf, iterations: ITERATIONS, salt };
}

/**
 * Derives the key outside the main thread, which takes about half a second. The passphrase is encoded in UTF-8, in the form
 * NFC.
 */
export async function deriveKey(passphrase: string, derivation: Derivation): Promise<FernetKey> {
  const bytes = Buffer.from(passphrase.normalize('NFC'), 'utf8');
  return FernetKey.fromBytes(
    derivation.kdf === 'scrypt'
      ? await deriveByScrypt(bytes, derivation)
      : await promisify(pbkdf2)(bytes, derivation.salt, derivation.iterations, KEY_BYTES, 'sha256'),
  );
}

function deriveByScrypt(
  passphrase: Buffer,
  derivation: Extract<Derivation, { readonly kdf: 'scrypt' }>,
): Promise<Buffer> {
  const { logN, r, p, salt } = derivation;
  const options = { N: 2 ** logN, r, p, maxmem: 2 * memoryOf(derivation) };
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

/** Bytes. */
function memoryOf({ logN, r, p }: { readonly logN: number; readonly r: number; readonly p: number }): number {
  return 128 * r * (2 ** logN + p);
}

/**
 * The parameters that the other side needs in addition to the passphrase, such as `scrypt:17:8:1:SALT`. They are not secret.
 */
export function formatDerivation(derivation: Derivation): string {
  const salt = Buffer.from(derivation.salt).toString('base64url');
  return derivation.kdf === 'scrypt'
    ? `scrypt:${String(derivation.logN)}:${String(derivation.r)}:${String(derivation.p)}:${salt}`
    : `pbkdf2-sha256:${String(derivation.iterations)}:${salt}`;
}

/**
 * Reads the output of {@link formatDerivation}.
 * @throws PicklepostError `unsupported` for anything else, and for parameters that take too much time or memory
 */
export function parseDerivation(text: string): Derivation {
  const [kdf, ...parts] = text.trim().split(':');
  const salt = Buffer.from(parts.at(-1) ?? '', 'base64url');
  const numbers = parts.slice(0, -1).map((part) => (/^[1-9][0-9]{0,8}$/.test(part) ? Number(part) : NaN));
  const [first = NaN, r = NaN, p = NaN] = numbers;
  const isSalt = salt.length >= SALT_LIMITS.least && salt.length <= SALT_LIMITS.most;
  if (kdf === 'scrypt' && isSalt && numbers.length === 3 && first <= 30) {
    if (memoryOf({ logN: first, r, p }) * p <= MOST_MEMORY) return { kdf, logN: first, r, p, salt };
  } else if (kdf === 'pbkdf2-sha256' && isSalt && numbers.length === 1 && first <= MOST_ITERATIONS)
    return { kdf, iterations: first, salt };
  throw new PicklepostError(
    'unsupported',
    say`These are not the parameters of a passphrase, such as "pbkdf2-sha256:1200000:SALT". Copy them from the other side.`,
  );
}

/** Python code that prints the same key; it asks for the passphrase, and needs no package. */
export function pythonRecipe(derivation: Derivation): string {
  const salt = Buffer.from(derivation.salt).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
  const call =
    derivation.kdf === 'scrypt'
      ? `hashlib.scrypt(passphrase, salt=salt, n=2**${String(derivation.logN)}, r=${String(derivation.r)}, p=${String(derivation.p)}, maxmem=${String(2 * memoryOf(derivation))}, dklen=32)`
      : `hashlib.pbkdf2_hmac("sha256", passphrase, salt, ${String(derivation.iterations)})`;
  return [
    'import base64, getpass, hashlib',
    `salt = base64.urlsafe_b64decode("${salt}")`,
    'passphrase = getpass.getpass("Passphrase: ").encode()',
    `key = base64.urlsafe_b64encode(${call})`,
    '# cryptography.fernet.Fernet(key) takes it',
    '',
  ].join('\n');
}
