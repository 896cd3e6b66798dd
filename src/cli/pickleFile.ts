import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import {
  decodePickleFile,
  runsCode,
  type CallSummary,
  type PickleActions,
} from '../core/codecs/pickle/codec';
import { LimitError, PicklepostError } from '../core/errors';
import { DECODED_SIZE } from '../core/limits';
import type { Value } from '../core/values/value';
import { diskError } from '../inbox/disk/diskError';
import type { Output } from './output';
import { standardInput } from './standardInput';

/**
 * Reads the pickles of a file, and says on standard error what Python would do to load them.
 * @returns the value, or where there are several pickles, the list of their values; and why what follows them cannot be read
 * @throws PicklepostError if there is none
 */
export async function readPickleFile(
  file: string,
  output: Output,
): Promise<{ value: Value; problem: Error | undefined }> {
  const name = file === '-' ? 'standard input' : path.basename(file);
  const { values, actions, problem } = decodePickleFile(await readWhole(file));
  const named = problem && withName(name, problem);
  const [first] = values;
  if (first !== undefined || runsCode(actions)) noteActions(name, actions, output);
  if (first === undefined) throw named as Error;
  if (values.length > 1) output.note(`${name}: ${values.length} pickles, shown as a list.`);
  return { value: values.length === 1 ? first : [...values], problem: named };
}

/** The same error, which also says what it is about. */
export function withName(name: string, error: Error, advice = ''): PicklepostError {
  const code = error instanceof PicklepostError ? error.code : 'undecodable';
  return new PicklepostError(code, `${name}: ${error.message}${advice}`, { cause: error });
}

/** The bytes of a file, or of standard input for `-`, in pieces. @throws PicklepostError `disk` */
export async function* readPieces(file: string): AsyncGenerator<Uint8Array> {
  let handle: FileHandle | undefined;
  try {
    if (file !== '-') handle = await open(file);
    yield* (handle?.createReadStream({ autoClose: false }) ?? standardInput()) as AsyncIterable<Buffer>;
  } catch (error) {
    throw diskError(`read ${file === '-' ? 'standard input' : file}`, error);
  } finally {
    await handle?.close();
  }
}

async function readWhole(file: string): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of readPieces(file)) {
    size += piece.length;
    if (size > DECODED_SIZE)
      throw new LimitError(
        'The size of the file',
        DECODED_SIZE,
        'bytes',
        'Read it with a program of your own.',
      );
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** Says on standard error what Python would do to load a pickle. @param name what it is called there */
export function noteActions(name: string, actions: PickleActions, output: Output): void {
  if (!runsCode(actions)) {
    output.note(`${name}: plain data. Python would run no code of others to load it.`);
    return;
  }
  output.note(`${name}: Python would run code to load it. Nothing of it was run here.`);
  for (const call of actions.calls) output.note(`  calls ${describeCall(call)}`);
  const called = new Set(actions.calls.map(({ callable }) => callable));
  for (const imported of actions.names) if (!called.has(imported)) output.note(`  imports ${imported}`);
  if (actions.isCut) output.note('  and more');
}

function describeCall({ example, count, dropped }: CallSummary): string {
  const facts = count > 1 ? [`${count} times`] : [];
  if (dropped > 0) facts.push(dropped === count ? DROPPED : `${dropped} of them: ${DROPPED}`);
  return facts.length > 0 ? `${example} (${facts.join(', ')})` : example;
}

const DROPPED = 'the result is dropped and not shown';
