import assert from 'node:assert/strict';
import path from 'node:path';
import { before, it } from 'mocha';
import { writeForm } from '../../src/core/codecs/writeForm';
import { npyPieces, fitsNpy } from '../../src/core/data/npy';
import { listTensors } from '../../src/core/data/printed';
import { summarizeCheckpoint } from '../../src/core/files/checkpoint';
import { decodeFile, type DecodedFile } from '../../src/core/files/fileDecoder';
import { findPlace } from '../../src/core/inspection/findPlace';
import { MemorySource } from '../../src/core/values/byteSource';
import { plainJson } from '../../src/core/values/known/plainJson';
import { recognise, type Known } from '../../src/core/values/known/recognise';
import { Dict, type Value } from '../../src/core/values/value';
import { describeWithPythons } from '../interop/python';
import { PeerProcess } from '../interop/pythonPeer';

/** A file, and what torch says of its value. */
interface Sample {
  readonly name: string;
  readonly kind: string;
  readonly file: string;
  /** Whether torch reads it without calling anything but its own functions for tensors. */
  readonly isData: boolean;
  /** Of a tensor. The elements of a quantized one are the stored integers. */
  readonly dtype?: string;
  readonly shape?: readonly number[];
  /** Null for types of which torch shows no elements. */
  readonly values?: unknown;
  /** Null for types that numpy does not have. */
  readonly bytes?: string | null;
  /** Of a module or a checkpoint: path, type and shape of each tensor, and the number of elements. */
  readonly tensors?: readonly (readonly [path: string, dtype: string, shape: number[]])[];
  readonly parameters?: number;
}

interface Opened extends Sample {
  readonly what: string;
  readonly opened: DecodedFile;
  readonly value: Value;
  readonly known: Known | undefined;
}

function open(sample: Sample): Opened {
  const what = `${sample.name} as ${sample.kind}`;
  const opened = decodeFile(new MemorySource(Buffer.from(sample.file, 'base64')));
  assert.equal(opened.problem, undefined, what);
  const [root] = opened.values;
  const value = sample.kind === 'safetensors' && root instanceof Dict ? root.get('x') : root;
  assert.ok(value !== undefined, what);
  return { ...sample, what, opened, value, known: recognise(value) };
}

/** Samples of which no copy can be equal: attributes, classes and states are not written. */
const UNCOPIED =
  /^(?:generator|lazy parameter|optimizer|scheduler|data set|layers|model|tied|state_dict|checkpoint|subclass.*|jagged along.*)$/;

/** Elements that the copied expression cannot give: torch makes no tensors of such types from numbers. */
const UNTYPED = /elements of (?:bits\w+|float4\w+)$/;

describeWithPythons('files of torch', ['torch', 'numpy'], (python) => {
  let samples: readonly Opened[] = [];
  let peer: PeerProcess;

  before(async function () {
    peer = PeerProcess.start(python, '-B', path.resolve('test/interop/python/torch_values.py'));
    const read: Opened[] = [];
    for (let line = await peer.line(); line !== 'null'; line = await peer.line())
      read.push(open(JSON.parse(line) as Sample));
    samples = read;
    assert.ok(samples.length > 400);
  });

  it('show tensors with the type, the shape and the elements that torch gives them', () => {
    for (const { what, dtype, shape, values, bytes, known } of samples) {
      if (dtype === undefined) continue;
      const array = known?.array;
      assert.ok(known && array, what);
      assert.deepEqual([array.type.name, array.shape], [dtype, shape], what);
      const text = writeForm('json', plainJson(known.plain()).value, { maxLength: 10_000_000 });
      if (values !== null) assert.deepEqual(JSON.parse(text), values, what);
      if (bytes === null || !fitsNpy(array)) continue;
      const npy = Buffer.concat([...npyPieces(array)].map((piece) => Buffer.from(piece)));
      assert.equal(npy.subarray(npy.length - (bytes?.length ?? 0) / 2).toString('hex'), bytes, what);
    }
  });

  it('cause no alarm, and name the classes that torch does not have', () => {
    for (const { what, name, isData, opened, known, tensors } of samples) {
      assert.ok(known !== undefined || tensors !== undefined, what);
      const isOwn = name.startsWith('subclass') || name === 'model' || name.startsWith('jagged');
      const levels = isOwn && !isData ? ['known', 'classes'] : ['plain', 'known'];
      assert.ok(levels.includes(opened.actions.level), `${what} is said to be ${opened.actions.level}`);
    }
  });

  it('list the tensors of modules and checkpoints by the paths that lead to them, and count their elements', () => {
    for (const { what, opened, value, tensors, parameters } of samples) {
      if (tensors === undefined) continue;
      const lines = listTensors(value).map((line) => line.trim().split(/ {2,}/));
      const paths = new Map(tensors.map(([place, ...rest]) => [place, rest]));
      assert.equal(lines.length, tensors.length, what);
      for (const [name = '', dtype = '', shape = ''] of lines) {
        const place = name.startsWith('data') ? name : `data[${JSON.stringify(name)}]`;
        const sizes = shape.match(/\d+/g)?.map(Number) ?? [];
        assert.deepEqual([dtype, sizes], paths.get(place), `${what}: ${place}`);
        assert.equal(recognise(findPlace(value, name).value)?.array?.type.name, dtype, `${what}: ${place}`);
      }
      if (parameters !== undefined && opened.kind === 'torch')
        assert.equal(summarizeCheckpoint(opened)?.parameters, parameters, what);
    }
  });

  it('are copied as expressions that make equal values in torch', async () => {
    const copied = samples.filter(
      ({ name, kind }) => kind === 'archive' && !UNCOPIED.test(name) && !UNTYPED.test(name),
    );
    assert.ok(copied.length > 80);
    for (const { name, value } of copied) {
      const source = writeForm('python', value, { maxLength: 10_000_000 });
      peer.write(`${JSON.stringify({ name, source })}\n`);
    }
    peer.end();
    const problems: unknown[] = [];
    for (const _ of copied) {
      const answer = JSON.parse(await peer.line()) as { readonly problem: string | null };
      if (answer.problem !== null) problems.push(answer);
    }
    assert.deepEqual(problems, []);
  });
});
