import { spawnSync } from 'node:child_process';
import { codecs } from '../../src/core/codecs/codecs';
import { Dict, type Value } from '../../src/core/values/value';
import type { Format } from '../../src/core/item/item';
import type { Section } from './main';
import { medianSeconds, milliseconds, ratio } from './measure';

const DEPTH = { nestingDepth: 1000 };

/** Reads and writes what it gets on standard input, five times each, and prints the median seconds. */
const PYTHON = `
import sys, time, json, pickle, statistics, xml.etree.ElementTree as ET
format = sys.argv[1]
data = sys.stdin.buffer.read()
read, write = {
  'binary': (pickle.loads, lambda v: pickle.dumps(v, 4)),
  'json': (json.loads, lambda v: json.dumps(v).encode()),
  'xml': (ET.fromstring, lambda v: ET.tostring(v)),
}[format]
def median(f, x):
    times = []
    for i in range(6):
        t = time.perf_counter(); r = f(x); times.append(time.perf_counter() - t)
    return statistics.median(times[1:]), r
r, value = median(read, data)
w, _ = median(write, value)
print(r, w)
`;

/** Bytes of the dictionary in each format. */
const SIZE = 10_000_000;

/** A dictionary of ten megabytes through each codec, beside Python's. */
export async function benchCodecs(): Promise<Section> {
  const rows: string[][] = [];
  for (const format of ['binary', 'json', 'xml'] satisfies Format[]) {
    const codec = codecs[format];
    const bytesOfEntry = codec.encode(sampleDictionary(SAMPLE), DEPTH).length / SAMPLE;
    const value = sampleDictionary(Math.round(SIZE / bytesOfEntry));
    const bytes = codec.encode(value, DEPTH);
    const read = await medianSeconds(() => codec.decode(bytes, DEPTH));
    const write = await medianSeconds(() => codec.encode(value, DEPTH));
    const python = measurePython(format, bytes);
    rows.push([
      codec.title,
      `${(bytes.length / 1e6).toFixed(1)} MB`,
      ...compare(read, python?.read),
      ...compare(write, python?.write),
    ]);
  }
  return {
    title: 'Codecs',
    method:
      'A nested dictionary of about 10 MB in each format (strings, integers, floats, lists, booleans) read and written, compared with C Python: `pickle`, `json`, and `xml.etree.ElementTree`, which keeps no types.',
    columns: ['format', 'size', 'read', 'Python', 'ratio', 'write', 'Python', 'ratio'],
    rows,
  };
}

function compare(own: number, python: number | undefined): string[] {
  return [
    milliseconds(own),
    python === undefined ? 'not installed' : milliseconds(python),
    python === undefined ? '' : ratio(own, python),
  ];
}

function measurePython(format: Format, bytes: Uint8Array): { read: number; write: number } | undefined {
  const { status, stdout } = spawnSync('python3', ['-c', PYTHON, format], {
    input: bytes,
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  if (status !== 0) return undefined;
  const [read = NaN, write = NaN] = stdout.split(' ').map(Number);
  return { read, write };
}

/** Entries from which the size of more is known. */
const SAMPLE = 10_000;

function sampleDictionary(entries: number): Value {
  const measurement = (i: number): Value =>
    Dict.from([
      ['name', `measurement ${i}`],
      ['index', BigInt(i)],
      ['serial', BigInt(i) * 7_919_000_003n],
      ['mean', i / 7],
      ['valid', i % 3 === 0],
      ['note', i % 5 === 0 ? null : 'ünïcode and plain text'],
      ['samples', Array.from({ length: 8 }, (_, k) => Math.sin(i + k))],
      ['tags', ['a', 'b', `c${i % 10}`]],
    ]);
  return Dict.from(Array.from({ length: entries }, (_, i) => [`key_${i}`, measurement(i)] as const));
}
