import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { anyText } from '../../anyText';
import {
  extensionOf,
  madeUpName,
  safeFolders,
  safeName,
  sourceOf,
  timestamp,
} from '../../../../src/inbox/output/safeName';

describe('A safe name', () => {
  const cases: [name: string, safe: string | undefined][] = [
    ['report.txt', 'report.txt'],
    ['Ünïcödé 文書 👨‍👩‍👧.txt', 'Ünïcödé 文書 👨‍👩‍👧.txt'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Windows\\system32\\evil.dll', 'evil.dll'],
    ['/', undefined],
    ['..', undefined],
    ['.', undefined],
    ['', undefined],
    ['   ', undefined],
    ['folder/', undefined],
    ['.bashrc', 'bashrc'],
    ['-rf', 'rf'],
    ['~root', 'root'],
    ['- . -x', 'x'],
    ['a<b>c:d"e|f?g*h', 'a_b_c_d_e_f_g_h'],
    ['line\nbreak\0and\x1b[31mred', 'line_break_and_[31mred'],
    ['invoice\u202Efdp.exe', 'invoice_fdp.exe'],
    ['\uFEFFname.txt', '_name.txt'],
    ['lone \uD800 surrogate', 'lone _ surrogate'],
    ['CON', 'CON_'],
    ['nul.txt', 'nul_.txt'],
    ['com1.tar.gz', 'com1_.tar.gz'],
    ['aux .txt', 'aux_ .txt'],
    ['console.txt', 'console.txt'],
    ['trailing. . ', 'trailing'],
    ['???', undefined],
    [`${'n'.repeat(300)}.json`, `${'n'.repeat(195)}.json`],
    [`${'é'.repeat(150)}.txt`, `${'é'.repeat(98)}.txt`],
    [`a.${'x'.repeat(300)}`, `a.${'x'.repeat(198)}`],
  ];
  for (const [name, safe] of cases) {
    it(`of ${JSON.stringify(name.slice(0, 40))} is ${JSON.stringify(safe?.slice(0, 40))}`, () => {
      assert.equal(safeName(name), safe);
    });
  }

  it('is safe whatever the name, and its own safe name', () => {
    const piece = fc.oneof(
      anyText(),
      fc.constantFrom(
        '..',
        '/',
        '\\',
        '.',
        '-',
        'CON',
        'aux',
        '\u202E',
        '\0',
        ' ',
        '.txt',
        '\uD83D',
        'x'.repeat(250),
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const safe = safeName(pieces.join(''));
        if (safe === undefined) return;
        assert(safe.length > 0 && Buffer.byteLength(safe) <= 200);
        assert.doesNotMatch(safe, /[/\\\p{Cc}\p{Cs}<>:"|?*\u202A-\u202E\u2066-\u2069]|^[.\-~\s]|[.\s]$/u);
        assert.doesNotMatch(safe, /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
        assert.equal(safeName(safe), safe);
      }),
      { numRuns: 300 },
    );
  });
});

describe('Safe folders', () => {
  it('are the folders of a path, each as a safe name', () => {
    assert.deepEqual(safeFolders('a/b c/file'), ['a', 'b c']);
    assert.deepEqual(safeFolders('a\\con\\file'), ['a', 'con_']);
    assert.deepEqual(safeFolders('../../etc/passwd'), ['etc']);
    assert.deepEqual(safeFolders('/absolute/./file'), ['absolute']);
    assert.deepEqual(safeFolders('file'), []);
    assert.deepEqual(safeFolders(undefined), []);
    assert.equal(safeFolders('a/'.repeat(100)).length, 32);
  });

  it('stay in the folder, whatever the path', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (path) => {
        for (const name of safeFolders(path)) assert.equal(safeName(name), name);
      }),
    );
  });
});

describe('A made-up name', () => {
  const receivedAt = new Date(2026, 0, 31, 23, 59, 58).getTime();

  it('tells where and when an item came from', () => {
    assert.equal(timestamp(receivedAt), '20260131-235958');
    assert.equal(
      madeUpName({ from: '192.0.2.7:40000', receivedAt, kind: 'text' }),
      '192.0.2.7_20260131-235958.txt',
    );
    assert.equal(madeUpName({ from: '[::1]:40000', receivedAt, kind: 'file' }), '1_20260131-235958.bin');
  });

  it('takes the sender from its address', () => {
    assert.equal(sourceOf('192.0.2.7:40000'), '192.0.2.7');
    assert.equal(sourceOf('[2001:db8::7]:40000'), '2001-db8--7');
    assert.equal(sourceOf('localhost:1'), 'localhost');
  });

  it('has the usual extension', () => {
    assert.equal(extensionOf({ kind: 'text' }), 'txt');
    assert.equal(extensionOf({ kind: 'file' }), 'bin');
    assert.equal(extensionOf({ kind: 'dictionary', format: 'binary' }), 'pkl');
    assert.equal(extensionOf({ kind: 'dictionary', format: 'json' }), 'json');
    assert.equal(extensionOf({ kind: 'dictionary', format: 'xml' }), 'xml');
  });

  it('is safe whatever the sender is called', () => {
    fc.assert(
      fc.property(anyText(), (from) => {
        const name = madeUpName({ from, receivedAt, kind: 'text' });
        assert.equal(safeName(name), name);
      }),
    );
  });
});
