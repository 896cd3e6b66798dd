import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { before, describe, it } from 'mocha';
import { decodePickle, encodePickle } from '../../src/core/codecs/pickle/codec';
import { PickleScanner } from '../../src/core/codecs/pickle/format';
import { DEFAULT_LIMITS } from '../../src/core/limits';
import { Dict, InertCall, Tuple, ValueSet, type Value } from '../../src/core/values/value';
import { arbitraryValue } from '../unit/core/values/arbitraryValue';
import { describeValue } from './neutral';
import { needsPython, runPython } from './python';

/** One line of pickle_corpus.py. */
interface Sample {
  readonly name: string;
  readonly protocol: number;
  /** Hexadecimal. */
  readonly pickle: string;
  readonly description: string;
  /** Whether it holds nothing but plain data. */
  readonly isPlain: boolean;
}

/** One line of pickle_loads.py. */
interface Loaded {
  readonly description: string;
  /** What Python itself writes for the value, by protocol 4, in hexadecimal. */
  readonly pickle: string;
}

describe('pickle, against Python', () => {
  let samples: Sample[] = [];

  before(function () {
    needsPython(this);
    samples = runPython('pickle_corpus.py').map((line) => JSON.parse(line) as Sample);
  });

  for (const protocol of [0, 1, 2, 3, 4, 5]) {
    it(`reads everything that Python writes by protocol ${protocol}`, () => {
      const ofProtocol = samples.filter((sample) => sample.protocol === protocol);
      assert.ok(ofProtocol.length > 40);
      for (const { name, pickle, description } of ofProtocol) {
        assertSameText(describeValue(decodePickle(Buffer.from(pickle, 'hex')).value), description, name);
      }
    });
  }

  it('finds the end of everything that Python writes when it arrives byte by byte', () => {
    for (const { name, pickle } of samples.filter((sample) => sample.pickle.length < 50_000)) {
      const bytes = Buffer.from(`${pickle}67414141`, 'hex');
      const scanner = new PickleScanner();
      const end = bytes.findIndex((_, i) => scanner.scan(bytes.subarray(i, i + 1)) !== undefined) + 1;
      assert.equal(end, pickle.length / 2, name);
    }
  });

  it('writes plain data byte for byte as Python does', () => {
    const plain = samples.filter(({ isPlain, protocol }) => isPlain && protocol === 4);
    assert.ok(plain.length > 25);
    for (const { name, pickle } of plain) {
      const value = decodePickle(Buffer.from(pickle, 'hex')).value;
      assertSameText(Buffer.from(encodePickle(value, DEFAULT_LIMITS)).toString('hex'), pickle, name);
    }
  });

  it('writes any value so that Python reads an equal one, and writes the same bytes for it', () => {
    const values = fc.sample(arbitraryValue(), { numRuns: 1000, seed: 20 });
    const pickles = values.map((value) => Buffer.from(encodePickle(value, DEFAULT_LIMITS)).toString('hex'));
    const loaded = runPython('pickle_loads.py', pickles.join('\n')).map((line) => JSON.parse(line) as Loaded);
    assert.equal(loaded.length, values.length);
    values.forEach((value, i) => {
      assertSameText(loaded[i]!.description, describeValue(value), pickles[i]!);
      // Python puts the members of a set into an order of its own.
      if (!hasSeveralMembers(value)) assertSameText(loaded[i]!.pickle, pickles[i]!, describeValue(value));
    });
  });

  it('shows a call of os.system by its name and argument, and runs nothing', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'picklepost-evil-'));
    const file = path.join(folder, 'made');
    try {
      const pickles = runPython('pickle_evil.py', file);
      assert.equal(pickles.length, 6);
      for (const pickle of pickles) {
        const { value } = decodePickle(Buffer.from(pickle, 'hex'));
        assert.ok(value instanceof InertCall && value.args instanceof Tuple);
        assert.match(describeValue(value.callable), /"(posix|nt)\.system"/);
        assert.deepEqual(value.args.items, [`echo > '${file}'`]);
      }
      assert.equal(existsSync(file), false);
      // Executed, the same bytes do it.
      runPython('pickle_execute.py', pickles[4]);
      assert.equal(existsSync(file), true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** Compares long texts and shows only where they part. */
function assertSameText(actual: string, expected: string, what: string): void {
  if (actual === expected) return;
  let at = 0;
  while (actual[at] === expected[at]) at++;
  const excerpt = (text: string): string => text.slice(Math.max(0, at - 60), at + 60);
  assert.fail(`${what.slice(0, 1000)}\n  at ${at}: …${excerpt(actual)}…\n  expected …${excerpt(expected)}…`);
}

function hasSeveralMembers(root: Value): boolean {
  const seen = new Set<Value>();
  const pending = [root];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (value instanceof ValueSet && value.size > 1) return true;
    if (seen.has(value)) continue;
    seen.add(value);
    if (Array.isArray(value)) pending.push(...value);
    else if (value instanceof Tuple) pending.push(...value.items);
    else if (value instanceof ValueSet) pending.push(...value.members);
    else if (value instanceof Dict) pending.push(...value.keys, ...value.values);
  }
  return false;
}
