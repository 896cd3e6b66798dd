import { SeededRandom } from '../unit/net/seededRandom';
import { Coverage } from './coverage';
import { mutate } from './mutate';
import type { Target } from './target';

/** Inputs after which coverage is looked at: a look takes some milliseconds. */
const BATCH = 512;
/** Of those that come to new code, how many are taken together. */
const GROUP = 32;
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
  /** Milliseconds that one input may take. */
  readonly budget: number;
  /** Whether inputs that come to new code are changed further. */
  readonly isGuided?: boolean;
  /** Told each input before it is tried, so that one that hangs is known. */
  readonly onInput?: (input: Buffer, number: number) => void;
}

/** Tries the corpus and then inputs that are made from it. @returns what was found; at most ten */
export async function fuzz(target: Target, options: FuzzOptions): Promise<Finding[]> {
  const { count, seed, budget, onInput } = options;
  const random = new SeededRandom(seed);
  const corpus = [...target.corpus];
  const coverage = options.isGuided ? await Coverage.begin() : undefined;
  const findings: Finding[] = [];
  let batch: Buffer[] = [];
  for (let number = 0; number < count && findings.length < 10; number++) {
    const input =
      corpus[number] ?? mutate(random.pick(corpus), random, { corpus, dictionary: target.dictionary });
    onInput?.(input, number);
    const what = await tryInput(target, input, budget);
    if (what !== undefined) findings.push({ input, what });
    batch.push(input);
    if (batch.length < BATCH) continue;
    if ((await coverage?.hasGrown()) && corpus.length < MOST_FOUND)
      corpus.push(...(await findNew(target, batch, coverage as Coverage)));
    batch = [];
  }
  await coverage?.end();
  return findings;
}

async function tryInput(target: Target, input: Buffer, budget: number): Promise<string | undefined> {
  const start = performance.now();
  try {
    await target.run(Buffer.from(input));
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const taken = performance.now() - start;
  return taken > budget ? `took ${taken.toFixed(0)} ms` : undefined;
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
