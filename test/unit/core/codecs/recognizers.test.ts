import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Recognition } from '../../../../src/core/codecs/format';
import { JsonRecognizer } from '../../../../src/core/codecs/json/recognizer';
import { XmlRecognizer } from '../../../../src/core/codecs/xml/recognizer';
import { inSteps } from '../wire/scriptedChannel';

function json(text: string, depth = 1000): Recognition {
  const recognizer = new JsonRecognizer(depth);
  recognizer.update(Buffer.from(text));
  return recognizer.state;
}

function xml(text: string, depth = 1000): Recognition {
  const recognizer = new XmlRecognizer(depth);
  recognizer.update(Buffer.from(text));
  return recognizer.state;
}

/** Whole, open before its end at every byte, and no value any more with another one behind it. */
function assertSelfContained(recognize: (text: string) => Recognition, text: string): void {
  assert.equal(recognize(text), 'whole');
  assert.equal(recognize(`${text} \r\n\t`), 'whole');
  assert.equal(recognize(`${text}x`), 'not');
  assert.equal(recognize(`${text}${text}`), 'not');
  // At some ends only where there are many: each is read from the start.
  const step = Math.ceil(text.length / 200);
  for (let end = 0; end < text.length; end += step) {
    assert.equal(recognize(text.slice(0, end)), 'open', text.slice(0, end));
  }
}

describe('recognizing JSON', () => {
  it('recognizes the end of any object or array', () => {
    const value = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()));
    fc.assert(
      fc.property(value, fc.constantFrom(0, 1), (content, indent) => {
        assertSelfContained(json, JSON.stringify(content, undefined, indent).replace(/[^\0-\x7f]/g, '?'));
      }),
      { numRuns: 30 },
    );
  });

  for (const text of [
    '[NaN, Infinity, -Infinity]',
    '{"a\\"}": "\\\\"}',
    '[1e-5,-0.0,12345678901234567890]',
    '"a"',
  ]) {
    it(`takes ${text}`, () => assertSelfContained(json, text));
  }

  for (const text of [
    '{name}',
    '{\\rtf1}',
    '[INFO] started',
    '[1 2]',
    '[1,]',
    '{"a"}',
    '{"a":1,}',
    '{,}',
    '[}',
    '[truely]',
    '["a\nb"]',
    '{"a":1}}',
    '[undefined]',
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(json(text), 'not'));
  }

  it('refuses brackets that are nested too deeply', () => {
    assert.equal(json('[[1]]', 2), 'whole');
    assert.equal(json('[[[', 2), 'not');
  });

  it('agrees with JSON.parse on which text is complete', () => {
    const text = fc.string({ unit: charactersOf('{}[]",:1 atrue\\'), maxLength: 12 });
    fc.assert(
      fc.property(text, (inner) => {
        for (const candidate of [`[${inner}]`, `{${inner}}`]) {
          if (parses(candidate)) assert.equal(json(candidate), 'whole', candidate);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('recognizing XML', () => {
  for (const text of [
    '<root/>',
    '<a></a>',
    '<root><a>1</a><b>x&lt;y</b></root>',
    '<?xml version="1.0" encoding="utf-8"?>\n<!-- > -- > --><root a="1>2" b = \'"\'><c d="/"/></root>',
    '<r><![CDATA[ ]] > </r> ]]]></r>',
    '<é:b-c.1 xml:lang="x"></é:b-c.1 >',
  ]) {
    it(`takes ${text}`, () => {
      assert.equal(xml(text), 'whole');
      assert.equal(xml(`${text}\n<!-- after -->\n`), 'whole');
      assert.equal(xml(`${text}x`), 'not');
      assert.equal(xml(`${text}<x/>`), 'not');
      const bytes = Buffer.from(text);
      for (let end = 0; end < bytes.length; end++) assert.equal(stateOf(bytes.subarray(0, end)), 'open');
    });
  }

  for (const text of [
    '<p>a<br>b</p>',
    '<a></b>',
    '</a>',
    '<!DOCTYPE html><html></html>',
    '<a b></a>',
    '<a b=1></a>',
    '<a b="<"></a>',
    '<1/>',
    '< a/>',
    '<a/b>',
    '<![CDATA[x]]><a/>',
    '<<<',
  ]) {
    it(`refuses ${text}`, () => assert.equal(xml(text), 'not'));
  }

  it('refuses elements that are nested too deeply', () => {
    assert.equal(xml('<a><b></b></a>', 2), 'whole');
    assert.equal(xml('<a><b><c>', 2), 'not');
  });

  it('refuses endless names', () => {
    assert.equal(xml(`<${'a'.repeat(5000)}`), 'not');
  });
});

describe('recognizers', () => {
  it('have the same result whatever the chunks of the content are', () => {
    const text = fc.string({ unit: charactersOf('<a/>="!-[]{}:1,\\ ?'), maxLength: 30 });
    fc.assert(
      fc.property(text, fc.constantFrom('<a>', '{"a":', '[', '<!--'), (end, start) => {
        for (const Recognizer of [JsonRecognizer, XmlRecognizer]) {
          const [whole, stepwise] = [new Recognizer(5), new Recognizer(5)];
          whole.update(Buffer.from(start + end));
          for (const step of inSteps(Buffer.from(start + end), 1)) stepwise.update(step);
          assert.equal(stepwise.state, whole.state);
        }
      }),
      { numRuns: 500 },
    );
  });
});

function charactersOf(text: string): fc.Arbitrary<string> {
  return fc.constantFrom(...Array.from(text));
}

function stateOf(bytes: Uint8Array): Recognition {
  const recognizer = new XmlRecognizer(1000);
  recognizer.update(bytes);
  return recognizer.state;
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
