import path from 'node:path';
import { FernetKey } from '../core/crypto/keys';
import {
  deriveKey,
  formatDerivation,
  newDerivation,
  parseDerivation,
  SHORT_PASSPHRASE,
  type Derivation,
} from '../core/crypto/passphrase';
import type { NamedKey } from '../core/crypto/namedKey';
import { InvalidKeyError, PicklepostError } from '../core/errors';
import { diskError } from '../inbox/disk/diskError';
import { createFile, PRIVATE } from '../inbox/disk/durableFile';
import { readSecretFile } from '../inbox/disk/protection';
import { askLine } from './askLine';
import { onlyPositional, parseArguments, UsageError } from './arguments';
import type { Command, Context } from './command';
import type { Output } from './output';
import { say, inEnglish } from '../core/text';

export const keyCommand: Command = {
  synopsis: 'key new FILE [--passphrase [--kdf KDF | --parameters TEXT]]\nkey check FILE...',
  summary: 'make an encryption key, or check one',
  details: `
  new FILE       write a new key to a file that does not exist yet, readable
                 only by you
  check FILE...  say whether each file holds a key, with its fingerprint to
                 compare on both sides. A fingerprint does not reveal the key

  --passphrase       make the key from a passphrase, read from the terminal or
                     standard input
  --kdf KDF          scrypt (default), or pbkdf2-sha256 as the documentation of
                     Python's cryptography has it
  --parameters TEXT  parameters that the other side has printed, to make the
                     same key; they are not secret`,
  examples: ['key new lab.key', 'key check lab.key', 'key new lab.key --passphrase --kdf pbkdf2-sha256'],

  async run(args, context) {
    const { values, positionals } = parseArguments(args, {
      passphrase: { type: 'boolean' },
      kdf: { type: 'string' },
      parameters: { type: 'string' },
    });
    const [action, ...files] = positionals;
    if (action !== 'new' && action !== 'check')
      throw new UsageError('Say "key new FILE" or "key check FILE".');
    const derivation = derivationOf(values);
    if (action === 'new') await createKeyFile(onlyPositional(files, 'FILE'), derivation, context);
    else if (derivation) throw new UsageError('--passphrase is for "key new FILE".');
    else await checkKeyFiles(files, context);
  },
};

interface PassphraseOptions {
  readonly passphrase?: boolean | undefined;
  readonly kdf?: string | undefined;
  readonly parameters?: string | undefined;
}

/** How to derive a key from a passphrase; undefined for a random key. @throws UsageError, PicklepostError `unsupported` */
function derivationOf({ passphrase, kdf, parameters }: PassphraseOptions): Derivation | undefined {
  if (!passphrase) {
    if ((kdf ?? parameters) === undefined) return undefined;
    throw new UsageError('--kdf and --parameters are for --passphrase.');
  }
  if (parameters !== undefined) {
    if (kdf !== undefined) throw new UsageError('--parameters names the KDF already; leave out --kdf.');
    return parseDerivation(parameters);
  }
  if (kdf !== undefined && kdf !== 'scrypt' && kdf !== 'pbkdf2-sha256')
    throw new UsageError(`Invalid value "${kdf}" for --kdf: expected scrypt or pbkdf2-sha256.`);
  return newDerivation(kdf ?? 'scrypt');
}

async function checkKeyFiles(files: readonly string[], { output }: Context): Promise<void> {
  if (files.length === 0) throw new UsageError('FILE is missing.');
  for (const file of files) {
    // The fingerprint shows whether it is the right key.
    const key = await readKeyFile(file, output, true);
    output.line(`${file} holds a key. Its fingerprint is ${key.fingerprint}.`);
  }
}

/**
 * Reads a key file, and makes it private if others could read it.
 * @param mayHavePlanted whether it is also read if others may have put it there
 * @throws PicklepostError `invalid-key`, `disk`
 */
export async function readKeyFile(
  file: string,
  output: Pick<Output, 'note'>,
  mayHavePlanted = false,
): Promise<FernetKey> {
  let text: string;
  try {
    text = await readSecretFile(
      file,
      (notice) => output.note(`picklepost: ${inEnglish(notice)}`),
      mayHavePlanted,
    );
  } catch (error) {
    throw diskError(say`Cannot read the key file ${file}`, error);
  }
  try {
    return FernetKey.parse(text);
  } catch (error) {
    if (!(error instanceof InvalidKeyError)) throw error;
    throw new PicklepostError('invalid-key', `${file}: ${error.message}`, { cause: error });
  }
}

/**
 * Reads the keys that senders may hold. Each has the name of its file, without extension.
 * @throws UsageError for two of one name; as {@link readKeyFile}
 */
export async function readKeyFiles(
  files: readonly string[],
  output: Pick<Output, 'note'>,
): Promise<NamedKey[]> {
  const keys: NamedKey[] = [];
  for (const file of files) {
    const { name } = path.parse(file);
    if (keys.some((other) => other.name === name))
      throw new UsageError(`Two key files are called "${name}". Items tell keys by their names: rename one.`);
    keys.push({ name, key: await readKeyFile(file, output) });
  }
  return keys;
}

async function createKeyFile(
  file: string,
  derivation: Derivation | undefined,
  { output, interruption }: Context,
): Promise<void> {
  const key = derivation ? await passphraseKey(derivation, output, interruption) : FernetKey.generate();
  let isCreated: boolean;
  try {
    isCreated = await createFile(path.resolve(file), `${key.toText()}\n`, PRIVATE);
  } catch (error) {
    throw diskError(say`Cannot write the key file ${file}`, error);
  }
  if (!isCreated)
    throw new PicklepostError('disk', `${file} is there already. Name a file that does not exist yet.`);
  output.line(`Wrote a new key to ${file}. Its fingerprint is ${key.fingerprint}.`);
  if (derivation)
    output.line(
      `The other side makes the same key with: --passphrase --parameters ${formatDerivation(derivation)}`,
    );
}

async function passphraseKey(
  derivation: Derivation,
  output: Pick<Output, 'note'>,
  signal: AbortSignal,
): Promise<FernetKey> {
  const passphrase = await askLine('Passphrase: ', signal, true);
  if (passphrase === '') throw new UsageError('The passphrase is empty.');
  if (passphrase.length < SHORT_PASSPHRASE)
    output.note('picklepost: A passphrase this short is easily guessed.');
  return deriveKey(passphrase, derivation);
}
