import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { XmlRecognizer } from '../../../../../src/core/codecs/xml/recognizer';

function recognize(text: string, depth = 1_000): string {
  const recognizer = new XmlRecognizer(depth);
  recognizer.update(Buffer.from(text));
  return recognizer.state;
}

describe('The names of open XML elements', () => {
  it('must be closed in reverse order, and are compared byte by byte', () => {
    assert.equal(recognize('<a><bc d="1"/><bc></bc ></a>'), 'whole');
    for (const wrong of ['<a></b>', '<ab></a>', '<a></ab>', '<a><b></a></b>', '<a></a></a>'])
      assert.equal(recognize(wrong), 'not', wrong);
  });

  it('are refused if one of them, or all of them together, are too long', () => {
    const open = (count: number): string => `<${'a'.repeat(900)}>`.repeat(count);
    assert.equal(recognize(open(18)), 'open');
    assert.equal(recognize(open(20)), 'not');
    assert.equal(recognize(`<${'a'.repeat(1001)}`), 'not');
  });
});
