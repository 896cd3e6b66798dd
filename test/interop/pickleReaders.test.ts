import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { decodePickleFile } from '../../src/core/codecs/pickle/codec';
import type { Effect, PickleActions } from '../../src/core/codecs/pickle/format';
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

describe("what CPython's readers do", function () {
  this.timeout(600_000);
  before(function () {
    needsPython(this);
  });

  it(`is reported completely, for ${COUNT} random sequences of opcodes (seed ${SEED})`, () => {
    const random = randomNumbers(SEED);
    const pickles = Array.from({ length: COUNT }, () => pickleSequence(random));
    const input = pickles.map((bytes) => bytes.toString('hex')).join('\n');
    const lines = runPython('pickle_readers.py', input);
    assert.equal(lines.length, COUNT);
    const reached = { sequences: 0, calls: 0, names: 0 };
    const failures: string[] = [];
    lines.forEach((line, i) => {
      const recorded = JSON.parse(line) as Recorded;
      const untold = untoldOf(pickles[i]!, recorded);
      if (untold.length > 0) failures.push(`${untold.join('; ')}: ${pickles[i]!.toString('hex')}`);
      const calls = Object.values(recorded.calls).reduce((sum, count) => sum + count, 0);
      reached.sequences += Number(calls > 0);
      reached.calls += calls;
      reached.names += recorded.names.length;
    });
    console.log(
      `      ${COUNT} sequences: CPython calls something in ${reached.sequences}, ${reached.calls} calls and ${reached.names} names in all; not told: ${failures.length}`,
    );
    assert.deepEqual(
      failures.slice(0, 20),
      [],
      `${failures.length} sequences with something that is not told`,
    );
    assert.ok(reached.sequences > COUNT / 4);
  });

  it('is compared, so that a call which is not reported fails this test', () => {
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

/** The effects that our list for a pickle lacks. */
function untoldOf(bytes: Buffer, { names, calls }: Recorded): string[] {
  const { actions } = decodePickleFile(bytes, undefined, undefined, { isFull: true });
  const untold = names.filter((name) => !isPlainName(name) && !isNameTold(name, actions));
  for (const [name, count] of Object.entries(calls)) {
    if (isPlainName(name)) continue;
    if (!isCallTold(name, count, actions)) untold.push(`${name}, ${count} times`);
    else if (actions.level === 'plain' && !PLAIN.has(name)) untold.push(`${name} in plain data`);
  }
  return untold;
}

/** Known forms among the sequences. */
const PLAIN: ReadonlySet<string> = new Set(['decimal.Decimal', 'collections.OrderedDict', 'datetime.date']);
/** What it is called where only its number is known. */
const EXTENDED: Readonly<Record<string, string>> = { 'marked.extended': 'extension(1)' };

function isNameTold(name: string, { effects }: PickleActions): boolean {
  const told = EXTENDED[name] ?? name;
  return effects.some(({ subject }) => subject === told || subject === FIND_CLASS);
}

/** Stands for names that only Python knows. */
const FIND_CLASS = 'pickle.Unpickler.find_class';

function isCallTold(name: string, count: number, { effects }: PickleActions): boolean {
  const changed = /^(.*)\.(?:__setstate__|append|extend|add|update)$/s.exec(name)?.[1];
  const subjectOf = (qualified: string): string => EXTENDED[qualified] ?? qualified;
  if (changed !== undefined)
    return effects.some(
      ({ kind, subject }) => subject === FIND_CLASS || (kind === 'change' && subject === subjectOf(changed)),
    );
  // By a name that only Python knows, as what another call returned, or as the base of a class.
  const isWithin = ({ level, subject }: Effect): boolean =>
    level === 'calls' &&
    (subject === 'copyreg._reconstructor' ||
      [FIND_CLASS, `${name}(`].some((start) => subject.startsWith(start)));
  const told = effects
    .filter((effect) => isWithin(effect) || (effect.kind === 'call' && effect.subject === subjectOf(name)))
    .reduce((sum, effect) => sum + effect.count, 0);
  return told >= count;
}
