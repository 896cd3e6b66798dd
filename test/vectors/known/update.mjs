// Writes the rows of a library again, from what its script of test/interop/python gives under several versions of Python:
//
//     node esbuild.mjs --tests
//     python3.8 -B test/interop/python/known_standard.py </dev/null >38.jsonl
//     node test/vectors/known/update.mjs standard "Python 3.8=38.jsonl" "Python 3.13=313.jsonl"
//
// What has changed in what is shown is then to be read in the difference.
import { Buffer } from 'node:buffer';
import { readFileSync, writeFileSync } from 'node:fs';
import { showFile } from '../../../out/test/unit/core/values/known/vectors.js';

/** Protocols. */
const LEFT_OUT = {
  standard: [1, 3],
  numpy: [1, 3],
  pandas: [1, 3, 4],
  sklearn: [2, 5],
};

const [library, ...inputs] = process.argv.slice(2);
const rows = new Map();
const seen = new Set();
for (const input of inputs) {
  const [version, file] = input.split('=');
  for (const line of readFileSync(file, 'utf8').trimEnd().split('\n')) {
    const { name, protocol, pickle } = JSON.parse(line);
    // The same bytes of several versions are written once; protocols that write what another one does, and of large ones 2 and 5, are not.
    if (LEFT_OUT[library]?.includes(protocol) || seen.has(name + pickle)) continue;
    seen.add(name + pickle);
    const bytes = Buffer.from(pickle, 'hex');
    const shown = await showFile(bytes);
    const key = JSON.stringify([name, shown]);
    const row = rows.get(key) ?? { name, ...shown, pickles: {} };
    row.pickles[`${version}, protocol ${protocol}`] = bytes.toString('base64');
    rows.set(key, row);
  }
}
const text = [...rows.values()].map((row) => `${JSON.stringify(row)}\n`).join('');
writeFileSync(new URL(`${library}.jsonl`, import.meta.url), text);
console.log(`${rows.size} rows, ${seen.size} pickles, ${text.length} bytes`);
