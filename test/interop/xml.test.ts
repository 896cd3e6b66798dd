import assert from 'node:assert/strict';
import fc from 'fast-check';
import { before, describe, it } from 'mocha';
import { formatXml, xmlCodec } from '../../src/core/codecs/xml/codec';
import { DEFAULT_LIMITS } from '../../src/core/limits';
import { Dict, type Value } from '../../src/core/values/value';
import { assertSameValue } from '../unit/core/values/sameValue';
import { arbitraryText, arbitraryValue } from '../unit/core/values/arbitraryValue';
import { describeValue } from './neutral';
import { needsPython, runPython } from './python';

/** One line of xml_values.py. */
interface Answer {
  readonly flat: Record<string, string | null>;
  /** Null where tuples are tangled up in a way that takes more than a simple reader. */
  readonly description: string | null;
}

function askPython(documents: readonly Uint8Array[]): Answer[] {
  const lines = documents.map((xml) => `${Buffer.from(xml).toString('hex')}\n`);
  return runPython('xml_values.py', lines.join('')).map((line) => JSON.parse(line) as Answer);
}

function encode(value: Value): Uint8Array {
  return xmlCodec.encode(value, DEFAULT_LIMITS);
}

describe('XML, against Python', () => {
  before(function () {
    needsPython(this);
  });

  const styles: [style: string, write: (value: Value) => Uint8Array][] = [
    ['in one line', encode],
    ['indented', (value) => Buffer.from(formatXml(value, { indent: 2, maxLength: 1e6 }))],
  ];
  for (const [style, write] of styles) {
    it(`writes any value, ${style}, so that a reader of the dialect based on ElementTree reads it`, () => {
      const values = fc.sample(arbitraryValue(), { numRuns: 500, seed: 5 });
      const documents = values.map(write);
      const descriptions = askPython(documents).map(({ description }) => description);
      assert.ok(descriptions.filter((description) => description === null).length < 10);
      descriptions.forEach((description, i) => {
        if (description !== null) assert.equal(description, describeValue(values[i]!), String(documents[i]!));
      });
    });
  }

  it('writes the dictionary that the original program expects, if its texts and names are possible in XML', () => {
    const name = fc.stringMatching(/^[A-Za-z_äé中][A-Za-z0-9_.äé中-]{0,10}$/);
    const text = arbitraryText().filter((value) => /^[^\p{Cc}\p{Cs}\ufffe\uffff]*$/u.test(value));
    const dictionaries = fc.sample(fc.dictionary(name, text), { numRuns: 300, seed: 7 });
    const answers = askPython(dictionaries.map((entries) => encode(Dict.from(Object.entries(entries)))));
    answers.forEach(({ flat }, i) => {
      const expected = Object.entries(dictionaries[i]!).map(([key, value]) => [
        key,
        value === '' ? null : value,
      ]);
      assert.deepEqual(Object.entries(flat), expected);
    });
  });

  it('reads the text of every value that the original program sends', () => {
    for (const line of runPython('xml_original.py')) {
      const { xml, texts } = JSON.parse(line) as { xml: string; texts: Record<string, string> };
      assertSameValue(
        xmlCodec.decode(Buffer.from(xml), DEFAULT_LIMITS).value,
        Dict.from(Object.entries(texts)),
      );
    }
  });
});
