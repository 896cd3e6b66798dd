import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { it } from 'mocha';
import { writeForm } from '../../src/core/codecs/writeForm';
import { csvPieces } from '../../src/core/data/csv';
import { decodeFile, unpackFile } from '../../src/core/files/fileDecoder';
import { MemorySource } from '../../src/core/values/byteSource';
import { plainJson } from '../../src/core/values/known/plainJson';
import { recognise } from '../../src/core/values/known/recognise';
import { describeWithPythons, runPython } from '../interop/python';

/** The content that Python finds in a file, or a problem if its libraries cannot read it. */
interface Answer {
  readonly file: string;
  readonly csv?: string;
  readonly json?: unknown;
  readonly problem?: string;
}

const FOLDERS = ['known/pandas15', 'known/pandas22', 'known/pandas30', 'files'];

function filesOf(pattern: RegExp): string[] {
  return FOLDERS.flatMap((folder) => {
    const whole = path.resolve('test/vectors', folder);
    return readdirSync(whole)
      .filter((name) => pattern.test(name))
      .map((name) => path.join(whole, name));
  });
}

async function compare({ file, csv, json }: Answer): Promise<void> {
  const { values, actions } = decodeFile(await unpackFile(new MemorySource(readFileSync(file))));
  const [value] = values;
  assert.ok(value !== undefined, file);
  assert.notEqual(actions.level, 'calls', file);
  if (csv !== undefined) {
    const table = recognise(value)?.table?.();
    assert.ok(table, file);
    assert.equal([...csvPieces(table, true)].join(''), csv, file);
    return;
  }
  const text = writeForm('json', plainJson(value).value, { maxLength: 1_000_000 });
  assert.deepEqual(JSON.parse(text), json, file);
}

const LIBRARIES = {
  'pandas and numpy': [/\.pkl$/, ['pandas']],
  joblib: [/\.joblib$/, ['joblib', 'numpy']],
  torch: [/\.pt$/, ['torch', 'numpy']],
} as const;

for (const [title, [pattern, modules]] of Object.entries(LIBRARIES))
  describeWithPythons(`files that ${title} have written`, modules, (python) => {
    it('are read with the same content as by Python', async () => {
      const answers = runPython('plain_json.py', filesOf(pattern).join('\n'), python).map(
        (line) => JSON.parse(line) as Answer,
      );
      const unread = answers.filter(({ problem }) => problem !== undefined);
      for (const problem of new Set(unread.map((answer) => answer.problem ?? ''))) {
        const files = unread.filter((answer) => answer.problem === problem);
        console.warn(`      NOT COMPARED: ${String(files.length)} files, as Python says ${problem}`);
      }
      assert.ok(unread.length < answers.length);
      for (const answer of answers) if (answer.problem === undefined) await compare(answer);
    });
  });

describeWithPythons('files that joblib writes', ['joblib', 'numpy'], (python) => {
  it('cause no warning', async () => {
    const lines = runPython('known_joblib.py', '', python);
    assert.ok(lines.length > 40);
    for (const line of lines) {
      const { name, protocol, pickle } = JSON.parse(line) as Record<'name' | 'protocol' | 'pickle', string>;
      const { actions, problem } = decodeFile(await unpackFile(new MemorySource(Buffer.from(pickle, 'hex'))));
      assert.deepEqual([actions.level, problem], ['known', undefined], `${name}, ${protocol}`);
    }
  });
});
