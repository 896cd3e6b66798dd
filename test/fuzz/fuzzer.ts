import { SeededRandom } from '../unit/net/seededRandom';
import { Coverage } from './coverage';
import { mutate } from './mutate';
import type { Target } from './target';

/** Inputs after which coverage is looked at: a look takes some milliseconds. */
const BATCH = 512;
/** Inputs that are tried together to see whether they come to new code. */
const GROUP = 32;
/** Share of the inputs that are guided: counting blocks halves the speed, and after so many there is little that is new. */
const GUIDED_SHARE = 0.1;
/** Inputs that are kept since they, or one of their group, came to new code. */
const MOST_FOUND = 4096;

/** An input with which something went wrong. */
export interface Finding {
  readonly input: Buffer;
  readonly what: string;
}

export interface FuzzOptions {
  readonly count: number;
  readonly seed: number;
  /** Milliseconds of processor time that one input may take. */
  readonly budget: number;
  /** Whether inputs that come to new code are changed further, as long as they are looked for: in the first tenth. */
  readonly isGuided?: boolean;
  /** Told each input before it is tried, so that one that hangs is known. */
  readonly onInput?: (input: Buffer, number: number) => void;
}

/** Tries the corpus and then inputs that are made from it. @returns what was found; at most ten */
export async function fuzz(target: Target, options: FuzzOptions): Promise<Finding[]> {
  const { count, seed, budget, onInput } = options;
  const random = new SeededRandom(seed);
  const corpus = [...target.corpus];
  let coverage = options.isGuided ? await Coverage.begin() : undefined;
  const findings: Finding[] = [];
  let batch: Buffer[] = [];
  for (let number = 0; number < count && findings.length < 10; number++) {
    const input =
      corpus[number] ?? mutate(random.pick(corpus), random, { corpus, dictionary: target.dictionary });
    onInput?.(input, number);
    const pending = tryInput(target, input, budget);
    const what = pending instanceof Promise ? await pending : pending;
    if (what !== undefined) findings.push({ input, what });
    if (!coverage) continue;
    batch.push(input);
    if (batch.length < BATCH) continue;
    if ((await coverage.hasGrown()) && corpus.length < MOST_FOUND)
      corpus.push(...(await findNew(target, batch, coverage)));
    batch = [];
    if (number < count * GUIDED_SHARE) continue;
    await coverage.end();
    coverage = undefined;
  }
  await coverage?.end();
  return findings;
}

/**
 * What went wrong. Parsers that wait for nothing are not waited for, which would take longer than many of them do; and only what took
 * long by the clock is tried once more, to learn how much of it was processor time, since asking for that takes long too.
 */
function tryInput(
  target: Target,
  input: Buffer,
  budget: number,
): string | undefined | Promise<string | undefined> {
  const start = performance.now();
  const check = (): string | undefined | Promise<string | undefined> =>
    performance.now() - start > budget ? measure(target, input, budget) : undefined;
  try {
    const running = target.run(Buffer.from(input));
    return running instanceof Promise ? keepBusy(running).then(check, describe) : check();
  } catch (error) {
    return describe(error);
  }
}

async function measure(target: Target, input: Buffer, budget: number): Promise<string | undefined> {
  const start = process.cpuUsage();
  await target.run(Buffer.from(input));
  const { user, system } = process.cpuUsage(start);
  const taken = (user + system) / 1000;
  return taken > budget ? `took ${taken.toFixed(0)} ms of processor time` : undefined;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Takes processor time until a promise settles, so that whoever watches the time notices one that never does. */
async function keepBusy(running: Promise<void>): Promise<void> {
  let turn = setImmediate(function next() {
    turn = setImmediate(next);
  });
  try {
    await running;
  } finally {
    clearImmediate(turn);
  }
}

/** The groups of a batch by which more of the program was reached than by those before them. */
async function findNew(target: Target, batch: readonly Buffer[], coverage: Coverage): Promise<Buffer[]> {
  const found: Buffer[] = [];
  coverage.forgetLast();
  for (let at = 0; at < batch.length; at += GROUP) {
    const group = batch.slice(at, at + GROUP);
    for (const input of group) await tryInput(target, input, Infinity);
    if (await coverage.hasGrown()) found.push(...group);
  }
  return found;
}
