import path from 'node:path';
import { codecs } from '../core/codecs/codecs';
import { type Format } from '../core/codecs/formats';
import { decodePickleFile } from '../core/codecs/pickle/codec';
import { runsCode } from '../core/codecs/pickle/format';
import { formatOfFile } from '../core/codecs/fileFormat';
import { MemorySource, type ByteSource } from '../core/values/byteSource';
import { withoutCompression } from '../core/files/fileNames';
import { summarizeCheckpoint } from '../core/files/checkpoint';
import { decodeFile, fileKindOf, unpackFile, type DecodedFile } from '../core/files/fileDecoder';
import { messageOf, PicklepostError } from '../core/errors';
import { DEFAULT_LIMITS } from '../core/limits';
import type { Value } from '../core/values/value';
import type { Output } from './output';
import { noteActions } from './pickleActions';
import { inEnglish } from '../core/text';
import { openDiskFile, readWhole } from './readFile';

/** The decoded content of an item or a file. */
export interface DecodedContent {
  /** The value; for a file with several pickles, the list of their values. */
  readonly value: Value;
  /** Why the data after the value cannot be read; undefined if there are none. */
  readonly problem: Error | undefined;
  /** Set for a file of tensors. */
  readonly isCheckpoint?: boolean;
}

/**
 * Decodes bytes, and says on standard error what Python would do to load them, if they are pickles.
 * @param name the name for messages
 * @throws PicklepostError `undecodable`, `limit-exceeded`
 */
export function decodeContent(
  name: string,
  bytes: Uint8Array,
  format: Format,
  output: Output,
): DecodedContent {
  if (format === 'binary') return decodePickles(name, bytes, output);
  try {
    const { value, notices = [] } = codecs[format].decode(bytes, DEFAULT_LIMITS);
    for (const notice of notices) output.note(`${name}: ${inEnglish(notice)}`);
    return { value, problem: undefined };
  } catch (error) {
    throw withName(name, error);
  }
}

/** The same error, with the name of what it is about. */
function withName(name: string, error: unknown): PicklepostError {
  const code = error instanceof PicklepostError ? error.code : 'undecodable';
  return new PicklepostError(code, `${name}: ${messageOf(error)}`, { cause: error });
}

/**
 * As {@link decodeContent}, for the content of a file of any kind: pickles, arrays and tensors, JSON and XML, also compressed.
 * @throws PicklepostError `undecodable`, `limit-exceeded`, `disk`
 */
export async function decodeFileContent(
  name: string,
  source: ByteSource,
  output: Output,
): Promise<DecodedContent> {
  const content = await unpackFile(source).catch((error: unknown) => {
    throw withName(name, error);
  });
  if (fileKindOf(content) !== 'pickle') return noteFile(name, decodeFile(content), output);
  const start = content.read(0, Math.min(content.size, START));
  const inner = content === source ? name : withoutCompression(name);
  // Content of an unknown kind is read as a pickle, whose errors say what it is instead.
  const format = formatOfFile(inner, start) ?? 'binary';
  if (format === 'binary') return noteFile(name, decodeFile(content), output);
  return decodeContent(name, content.read(0, content.size), format, output);
}

/** As {@link decodeFileContent}, for a file of this machine, or standard input for `-`. */
export async function decodeNamedFile(file: string, output: Output): Promise<DecodedContent> {
  return decodeFileContent(nameOfFile(file), await openFile(file), output);
}

/** The name of a file in messages. */
export function nameOfFile(file: string): string {
  return file === '-' ? 'standard input' : path.basename(file);
}

/** @throws PicklepostError `disk`, LimitError */
export async function openFile(file: string): Promise<ByteSource> {
  return file === '-' ? new MemorySource(await readWhole(file)) : openDiskFile(file);
}

/** Bytes that are enough to recognize a format. */
const START = 64 * 1024;

function decodePickles(name: string, bytes: Uint8Array, output: Output): DecodedContent {
  return noteFile(name, { kind: 'pickle', ...decodePickleFile(bytes) }, output);
}

function noteFile(name: string, file: DecodedFile, output: Output): DecodedContent {
  const { kind, values, actions, problem } = file;
  const named = problem && withName(name, problem);
  const [first] = values;
  if (first !== undefined || runsCode(actions)) noteActions(name, actions, problem === undefined, output);
  if (first === undefined) throw named as Error;
  const checkpoint = summarizeCheckpoint(file);
  if (checkpoint)
    output.note(
      `${name}: tensors: ${checkpoint.tensors.toLocaleString('en')}, parameters: ${checkpoint.parameters.toLocaleString('en')}.`,
    );
  if (values.length > 1)
    output.note(`${name}: ${values.length} ${kind === 'npy' ? 'arrays' : 'pickles'}, shown as a list.`);
  return {
    value: values.length === 1 ? first : [...values],
    problem: named,
    isCheckpoint: checkpoint !== undefined,
  };
}
