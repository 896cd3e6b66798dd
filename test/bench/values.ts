import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot } from '../harness/setup';
import type { Section } from './main';
import { median, milliseconds, ratio } from './measure';
import type { PeerResult } from './valuePeer';

/** With numpy and pandas, of which the first that has them is used. */
const PYTHONS = ['python3', '/usr/bin/python3'];
const RUNS = 5;

interface Work {
  readonly title: string;
  readonly file: string;
  /** The questions to the peer. */
  readonly work: 'window' | 'list' | 'sort' | 'statistics';
  /** The same in Python. */
  readonly python?: string;
}

const WORKS: readonly Work[] = [
  {
    title: 'frame of 1,000,000 × 10 in a pickle: first rows',
    file: 'frame.pkl',
    work: 'window',
    python: 'frame',
  },
  { title: '1 GiB of float64 in a pickle: first rows', file: 'large.pkl', work: 'window', python: 'pickled' },
  { title: '1 GiB of float64 in .npy: first rows', file: 'large.npy', work: 'window', python: 'npy' },
  { title: '1,000,000 floats sorted', file: 'million.npy', work: 'sort', python: 'sort' },
  { title: 'statistics of 1,000,000 floats', file: 'million.npy', work: 'statistics', python: 'statistics' },
  { title: 'checkpoint of 2 GiB, 1,024 tensors: its list', file: 'model.pt', work: 'list' },
];

/** Large values compared with numpy and pandas, each in a process of its own. The environment variable `BENCH_SHARE`, such as 0.1, makes them smaller. */
export function benchValues(): Promise<Section> {
  const share = process.env['BENCH_SHARE'] ?? '1';
  const python = PYTHONS.find((one) => spawnSync(one, ['-c', 'import numpy, pandas']).status === 0);
  if (python === undefined) throw new Error('This benchmark needs a Python with numpy and pandas.');
  const folder = mkdtempSync(path.join(tmpdir(), 'picklepost-bench-'));
  try {
    writeFileSync(path.join(folder, 'nothing.json'), '1');
    runPython(python, 'make_values.py', folder, share);
    return Promise.resolve({
      title: 'Large values',
      method: `Files written by pandas and numpy${share === '1' ? '' : `, at ${share} of their size`}, opened in the worker of the editor until it has answered with the first 50 rows (for the checkpoint: its first 1,000 tensors), compared with \`pandas.read_pickle\` or \`numpy.load\` and the text of the first rows, with \`numpy.argsort\`, and with missing, distinct, minimum, maximum, mean and histogram. Each run is a process of its own that has shown something before; files are in the cache of the system. Medians of ${String(RUNS)} runs. Memory is the peak of resident memory, minus that with nothing open.`,
      columns: ['what', 'file', 'time', 'Python', 'ratio', 'memory', 'to the file'],
      rows: WORKS.map((work) => rowOf(work, python, folder)),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function rowOf({ title, file, work, python: other }: Work, python: string, folder: string): string[] {
  const full = path.join(folder, file);
  const { size } = statSync(full);
  const results = Array.from({ length: RUNS }, () => runPeer(work, full, folder));
  const own = median(results.map(({ seconds }) => seconds));
  const theirs =
    other === undefined
      ? undefined
      : median(
          Array.from({ length: RUNS }, () => Number(runPython(python, 'read_values.py', other, folder))),
        );
  const memory = median(results.map(({ peak, base }) => peak - base));
  return [
    title,
    `${(size / 1e6).toFixed(0)} MB`,
    milliseconds(own),
    theirs === undefined ? '' : milliseconds(theirs),
    theirs === undefined ? '' : ratio(own, theirs),
    `${(memory / 1e6).toFixed(0)} MB`,
    ratio(memory, size),
  ];
}

function runPeer(work: string, file: string, folder: string): PeerResult {
  const script = path.join(projectRoot, 'out/test/bench/valuePeer.js');
  return JSON.parse(
    run(process.execPath, [script, work, file, path.join(folder, 'nothing.json')]),
  ) as PeerResult;
}

function runPython(python: string, script: string, ...args: readonly string[]): string {
  return run(python, ['-B', path.join(projectRoot, 'test/bench/python', script), ...args]);
}

function run(program: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', cwd: projectRoot });
  if (status !== 0) throw new Error(`${args[0] ?? program} failed: ${stderr.slice(-2000)}`);
  return stdout;
}
