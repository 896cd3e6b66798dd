import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { EarlyPickleScanner } from '../../../../../src/core/codecs/pickle/format';

/** How many bytes, given in steps, are one pickle. */
function scan(bytes: Uint8Array, step = bytes.length): number | undefined {
  const scanner = new EarlyPickleScanner();
  for (let at = 0; at < bytes.length; at += step) {
    const end = scanner.scan(bytes.subarray(at, at + step));
    if (end !== undefined) return at + end;
  }
  return undefined;
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** `pickle.dumps` of Python 3.11 and 2.7 with protocols 0 and 1. */
const PICKLES: readonly (readonly [what: string, pickle: string])[] = [
  ['{}', '(dp0\n.'],
  ['[]', '(lp0\n.'],
  ['{} in protocol 1', '}q\0.'],
  ['{"a": 1, "b": [2.5, None, True]}', '(dp0\nVa\np1\nI1\nsVb\np2\n(lp3\nF2.5\naNaI01\nas.'],
  [
    'the same in protocol 1',
    '}q\0(X\x01\0\0\0aq\x01K\x01X\x01\0\0\0bq\x02]q\x03(G@\x04\0\0\0\0\0\0NI01\neu.',
  ],
  ['("ü", 12345678901234567890)', '(V\xfc\np0\nL12345678901234567890L\ntp1\n.'],
  ["{'a': 'b'} of Python 2", "(dp0\nS'a'\np1\nS'b'\np2\ns."],
  ['a list of a list twice', '(lp0\n(lp1\nag1\na.'],
  [
    'a list of a date',
    '(lp0\ncdatetime\ndate\np1\n(c_codecs\nencode\np2\n(V\\u07e8\x02\x1d\np3\nVlatin1\np4\ntp5\nRp6\ntp7\nRp8\na.',
  ],
];

describe('Pickles of protocols 0 and 1', () => {
  for (const [what, pickle] of PICKLES) {
    it(`end where they end: ${what}`, () => {
      const bytes = latin1(`${pickle}rest`);
      for (const step of [1, 2, 3, 1000]) assert.equal(scan(bytes, step), pickle.length);
    });

    it(`are none before that: ${what}`, () => {
      for (let length = 0; length < pickle.length; length++)
        assert.equal(scan(latin1(pickle).subarray(0, length)), undefined);
    });
  }

  const texts = [
    ').',
    '(l.',
    '].',
    '}.',
    '(lol).',
    '(see above).',
    ']]}.',
    '(I am here.',
    'N.',
    'I1\n.',
    'Va text\n.',
    '(NNt).',
    '(dI1\ns.',
    '(l(l.',
    '}]a.',
    '(lp0\nI1\n.',
  ];
  for (const text of texts) {
    it(`are not recognized in ${JSON.stringify(text)}`, () => {
      assert.equal(scan(latin1(text)), undefined);
    });
  }

  it('are not recognized in words, marks and lines', () => {
    const token = fc.oneof(
      fc.constantFrom(
        '(',
        ')',
        '[',
        ']',
        '{',
        '}',
        '.',
        ',',
        ' ',
        '\n',
        "'",
        '"',
        'a',
        'I',
        'lists',
        'N',
        'tuple',
        'date',
      ),
      fc.string({ maxLength: 12, unit: 'grapheme' }),
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 30 }), (tokens) => {
        assert.equal(scan(Buffer.from(tokens.join('') + '.')), undefined);
      }),
      { numRuns: 5_000 },
    );
  });

  it('take little memory for the memo', () => {
    assert.equal(scan(latin1('(lp99999999\n.')), undefined);
    assert.equal(scan(latin1(`(lp${'9'.repeat(400)}\n.`)), undefined);
  });
});
