import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { textForms } from '../../src/core/codecs/forms';
import { decodePickleFile } from '../../src/core/codecs/pickle/file';
import { formatPreview } from '../../src/core/render/preview';
import { recognise } from '../../src/core/values/known/recognise';
import { needsPython, runPython } from './python';

/** A line of a script: a pickle in hexadecimal. */
interface Sample {
  readonly name: string;
  readonly protocol: number;
  readonly pickle: string;
}

describe('x', () => {
  it('x', () => {
    const python = process.env.PY ?? 'python3';
    const script = process.env.SC ?? 'known_standard.py';
    const lines = runPython(script, '', python).map((line) => {
      const sample = JSON.parse(line) as Sample;
      const { values, actions, problem } = decodePickleFile(Buffer.from(sample.pickle, 'hex'));
      const value = values[0]!;
      const known = recognise(value);
      let source = '';
      try { source = textForms.python.write(value, { maxLength: 1e6 }); } catch (error) { source = String(error); }
      return { pickle: sample.pickle, name: sample.name, protocol: sample.protocol, level: actions.level, line: formatPreview(value), known: known?.type, lib: known?.library, source, problem: problem?.message };
    });
    const checked = runPython(script, lines.map((l) => JSON.stringify(l)).join('\n'), python);
    const by = new Map<string, string[]>();
    for (const text of checked) {
      const c = JSON.parse(text) as Record<string, string> & {protocol: number};
      const key = [c.name, c.level, c.known === undefined ? '-' : `${c.lib}:${c.known}`, c.line, c.source!.replace(/\s+/g, ' ').slice(0, 150), c.problem ?? 'ok'].join(' | ');
      by.set(key, [...(by.get(key) ?? []), String(c.protocol)]);
    }
    for (const [key, protocols] of by) console.log(protocols.join(''), key);
  });
});
