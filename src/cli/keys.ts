import path from 'node:path';
import { FernetKey } from '../core/crypto/keys';
import type { NamedKey } from '../core/crypto/namedKey';
import { InvalidKeyError, PicklepostError } from '../core/errors';
import { diskError } from '../inbox/disk/diskError';
import { createFile, PRIVATE } from '../inbox/disk/durableFile';
import { readSecretFile } from '../inbox/disk/protection';
import { onlyPositional, parseArguments, UsageError } from './arguments';
import type { Command, Context } from './command';
import type { Output } from './output';
import { say, inEnglish } from '../core/text';

export const keyCommand: Command = {
  synopsis: 'key new FILE\nkey check FILE',
  summary: 'make an encryption key, or check one',
  details: `
  new FILE    writes a new key into a file that does not exist yet, readable by
              you only
  check FILE  says whether the file holds a key, and its fingerprint. Compare it
              on both sides; it tells nothing else of the key`,
  examples: ['key new lab.key', 'key check lab.key'],

  async run(args, context) {
    const { positionals } = parseArguments(args, {});
    const [action, ...rest] = positionals;
    if (action !== 'new' && action !== 'check')
      throw new UsageError('Say "key new FILE" or "key check FILE".');
    const file = onlyPositional(rest, 'FILE');
    if (action === 'new') await createKeyFile(file, context);
    else {
      // Who wants to know whether it is the right key must see its fingerprint.
      const key = await readKeyFile(file, context.output, true);
      context.output.line(`${file} holds a key. Its fingerprint is ${key.fingerprint}.`);
    }
  },
};

/**
 * Reads a key file, and makes it private where others could read it.
 * @param mayHavePlanted whether it is also read where others may have put it there
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
 * Reads the keys that senders may hold. Each is called as its file, without extension.
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

async function createKeyFile(file: string, { output }: Context): Promise<void> {
  const key = FernetKey.generate();
  let isCreated: boolean;
  try {
    isCreated = await createFile(path.resolve(file), `${key.toText()}\n`, PRIVATE);
  } catch (error) {
    throw diskError(say`Cannot write the key file ${file}`, error);
  }
  if (!isCreated)
    throw new PicklepostError('disk', `${file} is there already. Name a file that does not exist yet.`);
  output.line(`Wrote a new key to ${file}. Its fingerprint is ${key.fingerprint}.`);
}
