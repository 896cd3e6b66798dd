import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { fuzz, type Finding } from './fuzzer';
import { TARGETS } from './targets';

/** Milliseconds of processor time, whatever else the machine does: what an input may take, and after which a parser counts as hanging. */
const BUDGET = 2_000;
const HANG = 30_000;
/** Milliseconds between two looks at a thread. */
const LOOK = 1_000;
/** Bytes that the memory in use may grow by, from the first tenth of all inputs to the end. */
const GROWTH = 32 * 1024 * 1024;
const FOLDER = 'fuzz-findings';

/** The data of the thread that tries inputs. */
interface Task {
  readonly name: string;
  readonly count: number;
  readonly seed: number;
  readonly isGuided: boolean;
  /** Number of the input, its length, and its bytes. */
  readonly shared: SharedArrayBuffer;
}

interface Outcome {
  readonly findings: readonly Finding[];
  readonly growth: number;
}

const HEAD = 8;
const LONGEST = 64 * 1024;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { count: { type: 'string' }, seed: { type: 'string' }, unguided: { type: 'boolean' } },
    allowPositionals: true,
  });
  const unknown = positionals.find((name) => !TARGETS.some((target) => target.name === name));
  if (unknown !== undefined)
    throw new Error(`There is no parser "${unknown}": ${TARGETS.map(({ name }) => name).join(', ')}.`);
  const names = positionals.length > 0 ? positionals : TARGETS.map(({ name }) => name);
  const count = Number(values.count ?? 100_000);
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  const isGuided = !(values.unguided ?? false);
  for (const name of names) await fuzzOne({ name, count, seed, isGuided });
}

async function fuzzOne(about: Omit<Task, 'shared'>): Promise<void> {
  const start = performance.now();
  const { findings, growth } = await inThread(about);
  const seconds = (performance.now() - start) / 1000;
  process.stdout.write(
    `${about.name}: ${about.count.toLocaleString('en')} inputs in ${seconds.toFixed(0)} s with seed ${String(about.seed)}, memory ${(growth / 1e6).toFixed(1)} MB: ${findings.length === 0 ? 'nothing found' : `${String(findings.length)} found`}\n`,
  );
  if (growth > GROWTH) report(about.name, { input: Buffer.alloc(0), what: 'the memory in use has grown' });
  for (const finding of findings) report(about.name, finding);
}

/** Keeps the input, so that it can become a test. */
function report(name: string, { input, what }: Finding): void {
  process.exitCode = 1;
  mkdirSync(FOLDER, { recursive: true });
  const file = path.join(FOLDER, `${name}-${String(Date.now())}-${String(input.length)}.bin`);
  writeFileSync(file, input);
  process.stdout.write(`${name}: ${what}\n  the input is in ${file}\n`);
}

function inThread(about: Omit<Task, 'shared'>): Promise<Outcome> {
  const shared = new SharedArrayBuffer(HEAD + LONGEST);
  const workerData: Task = { ...about, shared };
  return new Promise((resolve, reject) => {
    const thread = new Worker(__filename, { workerData });
    const fail = (what: string): void =>
      resolve({ findings: [{ input: lastInput(shared), what }], growth: 0 });
    const onHang = (): void => {
      fail(`hangs for ${String(HANG / 1000)} s of processor time`);
      void thread.terminate();
    };
    const watch = setInterval(watchFor(shared, onHang), LOOK);
    thread.once('message', ({ findings, growth }: Outcome) =>
      resolve({ growth, findings: findings.map(({ input, what }) => ({ input: Buffer.from(input), what })) }),
    );
    thread.once('error', reject);
    thread.once('exit', () => {
      clearInterval(watch);
      fail('ends the program');
    });
  });
}

/** What tells of an input that has taken too much of the time of this process, which does nothing but wait for the thread. */
function watchFor(shared: SharedArrayBuffer, onHang: () => void): () => void {
  let [last, since] = [-1, process.cpuUsage()];
  return () => {
    const now = Atomics.load(new Int32Array(shared, 0, 2), 0);
    if (now !== last) [last, since] = [now, process.cpuUsage()];
    const { user, system } = process.cpuUsage(since);
    if ((user + system) / 1000 > HANG) onHang();
  };
}

function lastInput(shared: SharedArrayBuffer): Buffer {
  return Buffer.from(new Uint8Array(shared, HEAD, Atomics.load(new Int32Array(shared, 0, 2), 1)));
}

async function work({ name, count, seed, isGuided, shared }: Task): Promise<void> {
  const head = new Int32Array(shared, 0, 2);
  const bytes = new Uint8Array(shared, HEAD);
  const target = TARGETS.find((one) => one.name === name);
  if (!target) throw new Error(name);
  let before = 0;
  const onInput = (input: Buffer, number: number): void => {
    bytes.set(input.subarray(0, LONGEST));
    Atomics.store(head, 1, Math.min(input.length, LONGEST));
    Atomics.store(head, 0, number);
    if (number === Math.floor(count / 10)) before = memoryInUse();
  };
  const findings = await fuzz(target, { count, seed, budget: BUDGET, isGuided, onInput });
  parentPort?.postMessage({ findings, growth: Math.max(0, memoryInUse() - before) } satisfies Outcome);
}

function memoryInUse(): number {
  global.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

void (isMainThread ? main() : work(workerData as Task));
