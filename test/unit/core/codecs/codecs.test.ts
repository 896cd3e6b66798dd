import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Codec } from '../../../../src/core/codecs/codec';
import { codecs } from '../../../../src/core/codecs/codecs';
import {
  formatOfName,
  FORMATS,
  isAllowed,
  isTextFormat,
  TEXT_FORMATS,
  withoutExtension,
} from '../../../../src/core/codecs/formats';
import { shownForm, TEXT_FORMS } from '../../../../src/core/codecs/forms';
import { writeForm } from '../../../../src/core/codecs/writeForm';
import { MemoryBudget } from '../../../../src/core/codecs/memoryBudget';
import { dictionaryFormat, formatOfStart } from '../../../../src/core/codecs/recognize';
import { LimitError } from '../../../../src/core/errors';
import { DEFAULT_LIMITS } from '../../../../src/core/limits';
import { Dict } from '../../../../src/core/values/value';
import { assertSameValue } from '../values/sameValue';

const VALUE = Dict.from([
  ['name', 'Grün'],
  ['list', [1n, 2.5, null, true]],
]);

function encode(codec: Codec): Buffer {
  return Buffer.from(codec.encode(VALUE, DEFAULT_LIMITS));
}

describe('a receiver', () => {
  it('that refuses formats which can name code refuses only pickles', () => {
    const accepted = (allowPickle: boolean): unknown[] =>
      [...FORMATS, undefined].filter((format) => isAllowed(format, { allowPickle }));
    assert.deepEqual(accepted(true), ['binary', 'json', 'xml', undefined]);
    assert.deepEqual(accepted(false), ['json', 'xml', undefined]);
  });
});

describe('every codec of the table', () => {
  for (const format of FORMATS) {
    const codec: Codec = codecs[format];

    it(`reads what it writes (${format})`, () => {
      assertSameValue(codec.decode(encode(codec), DEFAULT_LIMITS).value, VALUE);
    });

    it(`is recognized by any first part of what it writes (${format})`, () => {
      const bytes = encode(codec);
      assert.equal(formatOfStart(bytes, false), format);
      assert.equal(dictionaryFormat(bytes), format);
      for (let length = 0; length < 8; length++) {
        const found = formatOfStart(bytes.subarray(0, length), false);
        assert.ok(found === format || found === undefined, `${length} bytes: ${found}`);
      }
    });

    it(`knows when what it writes is complete, and not before (${format})`, () => {
      const bytes = encode(codec);
      const recognizer = codec.recognizer(DEFAULT_LIMITS.nestingDepth);
      recognizer.update(bytes.subarray(0, -1));
      assert.equal(recognizer.state, 'open');
      assert.equal(recognizer.update(bytes.subarray(-1)), 1);
      assert.equal(recognizer.state, codec.isText ? 'whole' : 'ended');
      assert.ok(recognizer.isContainer);
    });

    it(`charges the memory of decoded values (${format})`, () => {
      const budget = new MemoryBudget(100);
      const reading = { ...DEFAULT_LIMITS, budget };
      assert.throws(() => codec.decode(encode(codec), reading), LimitError);
      assert.ok(budget.isExceeded);
    });

    it(`is known by the extension of the files that it writes (${format})`, () => {
      const name = `/a/some.thing.${codec.extensions[0].toUpperCase()}`;
      assert.equal(formatOfName(name), format);
      assert.equal(withoutExtension(name), '/a/some.thing');
    });

    it(`is shown in a form that it can read again, or in Python (${format})`, () => {
      const form = shownForm(format);
      const text = writeForm(form, VALUE, { maxLength: 10_000 });
      if (isTextFormat(format)) assertSameValue(codec.decode(Buffer.from(text), DEFAULT_LIMITS).value, VALUE);
      else assert.equal(form, 'python');
    });
  }

  it('has unique extensions, titles and forms', () => {
    const extensions = FORMATS.flatMap((format) => {
      const { extensions: own, sharedExtensions = [] }: Codec = codecs[format];
      return [...own, ...sharedExtensions];
    });
    assert.equal(new Set(extensions).size, extensions.length);
    const titles = FORMATS.map((format) => codecs[format].title.toLowerCase());
    assert.equal(
      new Set([...titles, ...TEXT_FORMS]).size,
      titles.length + TEXT_FORMS.length - TEXT_FORMATS.length,
    );
  });

  it('leaves names alone whose extension belongs to no format', () => {
    assert.equal(withoutExtension('notes.txt'), 'notes.txt');
    assert.equal(withoutExtension('program.p'), 'program');
    assert.equal(formatOfName('program.p'), undefined);
    assert.equal(formatOfName('json'), undefined);
    assert.equal(formatOfName('a.json/b'), undefined);
  });

  it('does not recognize quoted or plain text as a dictionary', () => {
    for (const text of ['"quoted"', 'plain', '', '  ', '\ufeff'])
      assert.equal(dictionaryFormat(Buffer.from(text)), undefined, text);
  });
});
