import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { anyText } from '../../anyText';
import {
  disarmToolName,
  extensionOf,
  fitName,
  madeUpName,
  safeFolders,
  safeName,
  sourceOf,
  timestamp,
} from '../../../../src/inbox/output/safeName';

describe('A safe name', () => {
  type Case = [name: string, onLinux: string | undefined, onWindows?: string | undefined];
  const cases: Case[] = [
    ['report.txt', 'report.txt', 'report.txt'],
    ['Ünïcödé 文書 👨‍👩‍👧.txt', 'Ünïcödé 文書 👨‍👩‍👧.txt', 'Ünïcödé 文書 👨‍👩‍👧.txt'],
    ['e\u0301.txt', 'e\u0301.txt', 'e\u0301.txt'],
    ['../../etc/passwd', 'passwd', 'passwd'],
    ['C:\\Windows\\evil.dll', 'C:\\Windows\\evil.dll', 'evil.dll'],
    ['/', undefined, undefined],
    ['..', undefined, undefined],
    ['.', undefined, undefined],
    ['', undefined, undefined],
    ['   ', '   ', undefined],
    ['\u3000', '\u3000', '\u3000'],
    ['folder/', undefined, undefined],
    ['.bashrc', '.bashrc', '.bashrc'],
    ['-rf', '-rf', '-rf'],
    ['~root', '~root', '~root'],
    ['_', '_', '_'],
    ['a<b>c:d"e|f?g*h', 'a<b>c:d"e|f?g*h', 'a_b_c_d_e_f_g_h'],
    ['line\nbreak\0and\x1b[31mred', 'line_break_and_[31mred', 'line_break_and_[31mred'],
    ['invoice\u202Efdp.exe', 'invoice_fdp.exe', 'invoice_fdp.exe'],
    ['\uFEFFname.txt', '_name.txt', '_name.txt'],
    ['\u200Fדוח\u200E.txt', '\u200Fדוח\u200E.txt', '\u200Fדוח\u200E.txt'],
    ['e\u0301', 'e\u0301', 'e\u0301'],
    ['\u00e9', '\u00e9', '\u00e9'],
    ['CON.', 'CON.', 'CON_'],
    ['COM¹.txt', 'COM¹.txt', 'COM¹_.txt'],
    ['conin$', 'conin$', 'conin$_'],
    ['a:stream', 'a:stream', 'a_stream'],
    ['. . .', '. . .', undefined],
    ['lone \uD800 surrogate', 'lone _ surrogate', 'lone _ surrogate'],
    ['CON', 'CON', 'CON_'],
    ['nul.txt', 'nul.txt', 'nul_.txt'],
    ['com1.tar.gz', 'com1.tar.gz', 'com1_.tar.gz'],
    ['aux .txt', 'aux .txt', 'aux_ .txt'],
    ['console.txt', 'console.txt', 'console.txt'],
    ['trailing. . ', 'trailing. . ', 'trailing'],
    ['...', '...', undefined],
    ['???', '???', undefined],
    ['\x01', undefined, undefined],
    [`${'n'.repeat(300)}.json`, `${'n'.repeat(250)}.json`, `${'n'.repeat(250)}.json`],
    [`${'é'.repeat(125)}.txt`, `${'é'.repeat(125)}.txt`, `${'é'.repeat(125)}.txt`],
    [`${'é'.repeat(150)}.txt`, `${'é'.repeat(125)}.txt`, `${'é'.repeat(150)}.txt`],
  ];
  for (const [name, onLinux, onWindows] of cases) {
    it(`of ${JSON.stringify(name.slice(0, 40))} is the name itself as far as the system allows`, () => {
      assert.equal(safeName(name, 'linux'), onLinux);
      assert.equal(safeName(name, 'win32'), onWindows);
    });
  }

  it('keeps its extension and its largest length if a number is added', () => {
    assert.equal(fitName('a.txt', ' (2)'), 'a (2).txt');
    assert.equal(fitName('.env', ' (2)'), '.env (2)');
    assert.equal(fitName('n'.repeat(255), ' (10)'), `${'n'.repeat(250)} (10)`);
    assert.equal(fitName(`${'n'.repeat(251)}.txt`, ' (2)'), `${'n'.repeat(247)} (2).txt`);
  });

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

  it('on Linux contains neither a folder nor misleading characters, and does not change again', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const safe = safeName(pieces.join(''), 'linux');
        if (safe === undefined) return;
        assert(safe.length > 0 && Buffer.byteLength(safe) <= 255 && safe !== '.' && safe !== '..');
        assert.doesNotMatch(safe, /[/\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/u);
        assert.equal(safeName(safe, 'linux'), safe);
      }),
      { numRuns: 300 },
    );
  });

  it('on Windows contains nothing that Windows refuses or changes', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const safe = safeName(pieces.join(''), 'win32');
        if (safe === undefined) return;
        assert(safe.length > 0 && safe.length <= 256);
        assert.doesNotMatch(safe, /[/\\\p{Cc}\p{Cs}<>:"|?*\u202A-\u202E\u2066-\u2069]/u);
        assert.doesNotMatch(safe, /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
      }),
      { numRuns: 300 },
    );
  });
});

describe('The name of a folder that programs run commands from', () => {
  it('is changed, however it is written', () => {
    for (const name of [
      '.git',
      '.GIT',
      '.vscode',
      '.idea',
      '.devcontainer',
      '.husky',
      'git~1',
      '.g\u200Cit',
      '.git.',
    ])
      assert.equal(disarmToolName(name), `_${name}`);
  });

  it('is not changed if it only resembles one', () => {
    for (const name of ['.gitignore', 'git', '.github', 'vscode', '.env', '_.git'])
      assert.equal(disarmToolName(name), name);
  });
});

describe('Safe folders', () => {
  it('are the folders of a path, each as a safe name', () => {
    assert.deepEqual(safeFolders('a/b c/file'), ['a', 'b c']);
    assert.deepEqual(safeFolders('a\\con\\file', 'win32'), ['a', 'con_']);
    assert.deepEqual(safeFolders('a/.config/file', 'linux'), ['a', '.config']);
    assert.deepEqual(safeFolders('../../etc/passwd'), ['etc']);
    assert.deepEqual(safeFolders('/absolute/./file'), ['absolute']);
    assert.deepEqual(safeFolders('a/empty/'), ['a', 'empty']);
    assert.deepEqual(safeFolders('file'), []);
    assert.deepEqual(safeFolders(undefined), []);
    assert.equal(safeFolders('a/'.repeat(500)).length, 500);
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

  it('contains the origin and the time of an item', () => {
    assert.equal(timestamp(receivedAt), '20260131-235958');
    assert.equal(
      madeUpName({ from: '192.0.2.7:40000', receivedAt, kind: 'text' }),
      '192.0.2.7_20260131-235958.txt',
    );
    assert.equal(madeUpName({ from: '[::1]:40000', receivedAt, kind: 'file' }), '1_20260131-235958.bin');
  });

  it('contains the sender by its address', () => {
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

  it('is safe whatever the name of the sender is', () => {
    fc.assert(
      fc.property(anyText(), (from) => {
        const name = madeUpName({ from, receivedAt, kind: 'text' });
        assert.equal(safeName(name), name);
      }),
    );
  });
});
