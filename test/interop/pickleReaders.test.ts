import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { decodePickleFile } from '../../src/core/codecs/pickle/codec';
import { isPlainName } from '../../src/core/codecs/pickle/reductions';
import { pickleSequence, randomNumbers } from './pickleSequences';
import { needsPython, runPython } from './python';

/** One line of pickle_readers.py. */
interface Recorded {
  readonly names: readonly string[];
  readonly calls: Readonly<Record<string, number>>;
}

/** More, or others, where somebody asks for them: CONTRIBUTING.md says how. */
const COUNT = Number(process.env['PICKLE_SEQUENCES'] ?? 2_000);
const SEED = Number(process.env['PICKLE_SEED'] ?? 1);

describe("what CPython's readers come to", function () {
  this.timeout(600_000);
  before(function () {
    needsPython(this);
  });

  it(`is told, for ${COUNT} sequences of opcodes by chance (seed ${SEED})`, () => {
    const random = randomNumbers(SEED);
    const pickles = Array.from({ length: COUNT }, () => pickleSequence(random));
    const input = pickles.map((bytes) => bytes.toString('hex')).join('\n');
    const lines = runPython('pickle_readers.py', input);
    assert.equal(lines.length, COUNT);
    const reached = { sequences: 0, calls: 0, names: 0 };
    lines.forEach((line, i) => {
      const recorded = JSON.parse(line) as Recorded;
      const untold = untoldOf(pickles[i]!, recorded);
      assert.deepEqual(untold, [], `not told of ${pickles[i]!.toString('hex')}`);
      const calls = Object.values(recorded.calls).reduce((sum, count) => sum + count, 0);
      reached.sequences += Number(calls > 0);
      reached.calls += calls;
      reached.names += recorded.names.length;
    });
    console.log(
      `      ${COUNT} sequences: CPython calls something in ${reached.sequences}, ${reached.calls} calls and ${reached.names} names in all, each told`,
    );
    assert.ok(reached.sequences > COUNT / 4);
  });

  it('would not be told where a reader left out a call', () => {
    const call = Buffer.from('cmarked\ncall\n(Vhit\ntR.');
    assert.deepEqual(
      untoldOf(
        Buffer.from('N.'),
        JSON.parse(runPython('pickle_readers.py', call.toString('hex'))[0]!) as Recorded,
      ),
      ['marked.call', 'marked.call, 1 times'],
    );
  });
});

/** What is missing in what we say of a pickle. */
function untoldOf(bytes: Buffer, { names, calls }: Recorded): string[] {
  const { effects, level } = decodePickleFile(bytes, undefined, undefined, { isFull: true }).actions;
  const told = new Set(effects.map(({ subject }) => subject));
  const untold = names.filter((name) => !told.has(name) && !isPlainName(name));
  for (const [name, count] of Object.entries(calls)) {
    const changed = /^(.*)\.(?:__setstate__|append|extend|add|update)$/.exec(name)?.[1];
    const toldCount = effects
      .filter(({ kind, subject }) =>
        changed === undefined
          ? kind === 'call' && subject === name
          : kind === 'change' && subject === changed,
      )
      .reduce((sum, effect) => sum + effect.count, 0);
    if (toldCount < (changed === undefined ? count : 1) && !isPlainName(name))
      untold.push(`${name}, ${count} times`);
    if (level === 'plain' && untold.length === 0 && !isPlainName(name)) untold.push(`${name} in plain data`);
  }
  return untold;
}
