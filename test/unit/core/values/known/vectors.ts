import { readFileSync } from 'node:fs';
import path from 'node:path';
import { writeForm } from '../../../../../src/core/codecs/writeForm';
import type { Level } from '../../../../../src/core/codecs/pickle/format';
import { decodeFile, unpackFile } from '../../../../../src/core/files/fileDecoder';
import { MemorySource } from '../../../../../src/core/values/byteSource';
import { formatPreview } from '../../../../../src/core/render/preview';

/** Picklepost's result for a pickle. */
export interface Shown {
  /** In one line, as a row of a tree shows it. */
  readonly line: string;
  readonly level: Level;
  /** As "Copy as Python" gives it. */
  readonly copied: string;
}

/** A value, and the pickles of it: by version and protocol, in base64. */
export interface Row extends Shown {
  readonly name: string;
  readonly pickles: Readonly<Record<string, string>>;
}

const FOLDER = path.resolve('test/vectors/known');

/** The rows of a file of test/vectors/known, which has one in each line. */
export function readRows(library: string): Row[] {
  const lines = readFileSync(path.join(FOLDER, `${library}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as Row);
}

/** @param file a pickle, or a file of joblib or torch, compressed or not @throws Error where it cannot be read to its end */
export async function showFile(file: Uint8Array): Promise<Shown> {
  const { values, actions, problem } = decodeFile(await unpackFile(new MemorySource(file)));
  const [value] = values;
  if (value === undefined || problem !== undefined) throw new Error(problem?.message ?? 'there is no value');
  const copied = writeForm('python', value, { maxLength: 1_000_000 });
  return { line: formatPreview(value), level: actions.level, copied };
}
