import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  decodePickleFile,
  encodePickle,
  PickleAccount,
  type PickleFile,
} from '../../../../../src/core/codecs/pickle/codec';
import { runsCode, type Effect } from '../../../../../src/core/codecs/pickle/format';
import { MemoryBudget } from '../../../../../src/core/codecs/memoryBudget';
import { DecodeError, LimitError } from '../../../../../src/core/errors';
import { Dict } from '../../../../../src/core/values/value';
import { arbitraryValue } from '../../values/arbitraryValue';
import { assertSameValue } from '../../values/sameValue';
import { pickleBomb, PICKLE_THAT_DROPS_A_CALL, PICKLE_WITH_CLASSES, PLAIN_PICKLE } from './samplePickles';

const encode = (value: Parameters<typeof encodePickle>[0]): Uint8Array =>
  encodePickle(value, { nestingDepth: 1000 });

/** Reads opcodes and arguments written as Latin-1 characters. */
function read(pickle: string): PickleFile {
  return decodePickleFile(Buffer.from(pickle, 'latin1'));
}

/** For each effect of some kinds: the called or named object, how often, and how many results are dropped. */
function effects({ actions }: PickleFile, ...kinds: Effect['kind'][]): [string, number, number][] {
  return actions.effects
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ text, count, dropped }) => [text, count, dropped]);
}

describe('decodePickleFile', () => {
  it('reads one pickle after another', () => {
    fc.assert(
      fc.property(fc.array(arbitraryValue(), { minLength: 1, maxLength: 4 }), (values) => {
        const { values: read, actions, problem } = decodePickleFile(Buffer.concat(values.map(encode)));
        assert.equal(problem, undefined);
        assert.equal(read.length, values.length);
        read.forEach((value, i) => assertSameValue(value, values[i]!));
        assert.equal(runsCode(actions), false);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps what it could read of a truncated file, and reports the position', () => {
    const file = Buffer.concat([PLAIN_PICKLE, PLAIN_PICKLE]);
    for (let length = 0; length < file.length; length++) {
      const { values, problem } = decodePickleFile(file.subarray(0, length));
      assert.equal(values.length, length < PLAIN_PICKLE.length ? 0 : 1);
      assert.equal(problem instanceof DecodeError, length !== PLAIN_PICKLE.length, String(length));
    }
    const { problem } = decodePickleFile(file.subarray(0, -1));
    assert.match(problem!.message, new RegExp(`offset ${file.length - 1}`));
  });

  it('never throws, whatever the bytes are', () => {
    const pickles = [PLAIN_PICKLE, PICKLE_WITH_CLASSES, PICKLE_THAT_DROPS_A_CALL, pickleBomb(5)];
    const changed = fc
      .tuple(fc.constantFrom(...pickles), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }))
      .map(([pickle, changes]) => {
        const bytes = Buffer.from(pickle);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 50 })), (bytes) => {
        const { values, problem } = decodePickleFile(bytes);
        assert.ok(values.length > 0 || problem !== undefined);
      }),
      { numRuns: 1000 },
    );
  });

  const others: [what: string, bytes: Buffer, reason: RegExp][] = [
    ['an empty file', Buffer.alloc(0), /the file is empty/],
    ['a file compressed by gzip', gzipSync(PLAIN_PICKLE), /compressed with gzip/],
    ['a text', Buffer.from('Hello'), /it is text/],
    ['a page', Buffer.from('<!DOCTYPE html><p>'), /HTML page/],
    ['JSON', Buffer.from('{"a": 1}'), /JSON/],
    ['HDF5', Buffer.from('\x89HDF\r\n\x1a\n\0\0', 'latin1'), /HDF5/],
    ['an LZ4 frame', Buffer.from('\x04\x22\x4d\x18\0', 'latin1'), /LZ4/],
    ['a length before it', Buffer.concat([Buffer.from([0, 0, 0, 21]), PLAIN_PICKLE]), /length in 4 bytes/],
  ];
  it('names the import that a reader makes of a last line without a newline, from which it drops a character', () => {
    const { actions } = decodePickleFile(Buffer.from('cos\nsystemX', 'latin1'));
    assert.deepEqual(
      actions.effects.map(({ subject }) => subject),
      ['os.system'],
    );
    assert.deepEqual(
      decodePickleFile(Buffer.from('cosX', 'latin1')).actions.effects.map((one) => one.subject),
      ['os.'],
    );
  });

  for (const [what, bytes, reason] of others) {
    it(`says what is wrong with ${what}`, () => {
      const { values, problem } = decodePickleFile(bytes);
      assert.deepEqual(values, []);
      assert.match(problem!.message, reason);
    });
  }

  it('refuses a file that would take too much memory, and says what to do', () => {
    const budget = new MemoryBudget(1_000_000);
    const { values, problem } = decodePickleFile(
      Buffer.from(`(${'\x8f'.repeat(10_000)}l.`, 'latin1'),
      new PickleAccount(budget),
    );
    assert.deepEqual(values, []);
    assert.ok(problem instanceof LimitError);
    assert.match(problem.message, /load it in Python/);
    assert.ok(budget.isExceeded);
  });

  it('charges the memory of sets and bytes that calls make of existing values', () => {
    for (const made of [
      'c__builtin__\nset\n](K\x01K\x02K\x03e',
      'c_codecs\nencode\n\x8c\x05abcdeX\x06\0\0\0latin1',
    ]) {
      const budget = new MemoryBudget();
      const arity = made.includes('latin1') ? '\x86' : '\x85';
      decodePickleFile(Buffer.from(`${made}${arity}R.`, 'latin1'), new PickleAccount(budget));
      const uncalled = new MemoryBudget();
      decodePickleFile(Buffer.from(`${made}${arity}.`, 'latin1'), new PickleAccount(uncalled));
      assert.ok(budget.spent > uncalled.spent + 400, made);
    }
  });

  it('reads a value that is ten thousand million strings when written out', () => {
    const { values, problem } = decodePickleFile(pickleBomb(10));
    assert.deepEqual([values.length, problem], [1, undefined]);
  });
});

describe('what loading a pickle in Python would do', () => {
  it('is nothing for plain data, though old protocols write it with names and calls', () => {
    for (const pickle of [
      '\x80\x02c_codecs\nencode\nX\x01\0\0\0aX\x06\0\0\0latin1\x86R.',
      '\x80\x02c__builtin__\nbytearray\n)R.',
      '\x80\x02c__builtin__\nset\n]K\x01a\x85R.',
    ]) {
      const { actions, problem } = read(pickle);
      assert.deepEqual([actions.level, actions.effects, problem], ['plain', [], undefined], pickle);
    }
  });

  it('lists classes and harmless calls once each, with how many there are', () => {
    const file = decodePickleFile(Buffer.concat([PICKLE_WITH_CLASSES, PICKLE_WITH_CLASSES]));
    const jars = effects(file, 'call').filter(([text]) => text.startsWith('shop'));
    assert.deepEqual(jars, [['shop.Jar', 2, 0]]);
  });

  it('includes calls whose result is popped', () => {
    const file = decodePickleFile(PICKLE_THAT_DROPS_A_CALL);
    assertSameValue(file.values[0]!, Dict.from([['a', 1n]]));
    assert.equal(file.actions.level, 'calls');
    assert.deepEqual(effects(file, 'call'), [['os.system("touch /tmp/picklepost-was-here")', 1, 1]]);
  });

  const dropped: [how: string, pickle: string][] = [
    ['popped with a mark', '(cm\nf\n)R1N.'],
    ['overwritten in a dictionary', '}Ncm\nf\n)RsNNs.'],
    ['left on the stack', 'cm\nf\n)RN.'],
    ['popped alone and with the rest of a list', '](cm\nf\n)Re0N.'],
    ['made by INST', '(im\nf\n0N.'],
    ['made by OBJ', '(cm\nf\no0N.'],
    ['made by NEWOBJ', 'cm\nf\n)\x810N.'],
    ['made by NEWOBJ_EX', 'cm\nf\n)}\x920N.'],
    ['made from a name on the stack', '\x8c\x01m\x8c\x01f\x93)R0N.'],
    ['made before the end of a truncated pickle', 'cm\nf\n)R'],
  ];
  for (const [how, pickle] of dropped) {
    it(`includes a call whose result is ${how}`, () => {
      const [[text, ...counts]] = effects(read(pickle), 'call') as [[string, number, number]];
      assert.deepEqual([text.replace('()', ''), ...counts], ['m.f', 1, 1]);
    });
  }

  const kept: [where: string, pickle: string][] = [
    ['the value', 'cm\nf\n)R.'],
    ['a list', '](cm\nf\n)Re.'],
    ['a tuple', 'cm\nf\n)R\x85.'],
    ['a key', '}cm\nf\n)RNs.'],
    ['a value of a dictionary', '}Ncm\nf\n)Rs.'],
    ['a set', '\x8f(cm\nf\n)R\x90.'],
    ['the state of a call', 'cm\ng\n)Rcm\nf\n)Rb.'],
    ['the arguments of a call', 'cm\ng\ncm\nf\n)R\x85R.'],
    ['the callable of a call', 'cm\nf\n)R)R.'],
    ['an item that a call appends', 'cm\ng\n)Rcm\nf\n)Ra.'],
    ['an entry that a call sets', 'cm\ng\n)RNcm\nf\n)Rs.'],
    ['a persistent id', 'cm\nf\n)RQ.'],
  ];
  for (const [where, pickle] of kept) {
    it(`does not count a call as dropped that is part of the value as ${where}`, () => {
      const file = read(pickle);
      assert.equal(file.problem, undefined);
      assert.ok(effects(file, 'call').some(([text]) => text === 'm.f()'));
      assert.ok(effects(file, 'call').every(([, , dropped]) => dropped === 0));
    });
  }

  it('includes names that are not part of the value, and those of the extension registry', () => {
    const file = read('cantigravity\nfly\n0\x82\x05.');
    assert.deepEqual(effects(file, 'reference', 'import'), [
      ['extension(5)', 1, 0],
      ['antigravity.fly', 1, 0],
    ]);
    assert.equal(file.actions.level, 'calls');
  });

  it('lists calls of one callable with different arguments separately, and shows both ends of long arguments', () => {
    const echo = (text: string): string => `cos\nsystem\n(V${text}\ntR0`;
    const long = `ls${' '.repeat(300)}; rm -r x`;
    const file = read(`${[1, 2, 3, 2].map((n) => echo(`echo ${n}`)).join('')}${echo(long)}N.`);
    assert.deepEqual(
      effects(file, 'call').map(([, count]) => count),
      [1, 2, 1, 1],
    );
    assert.match(effects(file, 'call').at(-1)![0], /"ls +… \d+ more characters … +; rm -r x"/);
  });

  it('includes the value that the pickle itself has given to a name', () => {
    const set = (value: string): string => `cm\nn\n0cm\n__dict__\nVname\nV${value}\ns0cm\nname\n`;
    const { actions } = read(`${set('builtins')}${set('eval')}\x93(Vx\ntR.`);
    assert.ok(actions.effects.some(({ text }) => text === 'builtins.eval("x")'));
  });

  it('includes a name of Python 2 that is not ASCII, which Python reads if it is given an encoding', () => {
    assert.equal(read('U\x01\xe9U\x01f\x93)R.').actions.effects[0]?.subject, 'é.f');
  });

  it('includes entries that are set in an imported object before a key without a value', () => {
    assert.deepEqual(effects(read('cm\nn\n(NNNu.'), 'change'), [['m.n.update([None, None])', 1, 0]]);
  });

  it('includes a call whose result gets unhashable keys', () => {
    assert.deepEqual(
      effects(read('cm\nf\n)R]Ns.'), 'call').map(([text]) => text),
      ['m.f().update([[[], None]])'],
    );
  });

  it('shows a call as it is stored, even if it is recognized', () => {
    const file = read('cbuiltins\ngetattr\n(csubprocess\nPopen\nVkill\ntR.');
    assert.deepEqual(
      effects(file, 'call').map(([text]) => text),
      ['builtins.getattr(subprocess.Popen, "kill")'],
    );
  });

  it('lists dangerous actions first among any number of others, and all of them on request', () => {
    const flood = Array.from({ length: 1_500 }, (_, i) => `cm\nf${i}\n(I${i}\ntR0`).join('');
    const pickle = Buffer.from(`${flood}cos\nsystem\n)R.`, 'latin1');
    const { actions } = decodePickleFile(pickle);
    assert.equal(actions.effects[0]?.text, 'os.system()');
    assert.deepEqual([actions.effects.length, actions.unlisted], [200, 1_301]);
    const { effects: all, unlisted } = decodePickleFile(pickle, undefined, undefined, {
      isFull: true,
    }).actions;
    assert.deepEqual([all.length, unlisted], [1_501, 0]);
  });
});

const PARTIAL = (called: string): string => `cfunctools\npartial\n(${called}tR(${called})}Ntb.`;

describe('the level of a pickle', () => {
  const levels: [level: string, what: string, pickle: string][] = [
    ['plain', 'a complex number', 'cbuiltins\ncomplex\n(F1.0\nF2.0\ntR.'],
    ['calls', 'a complex number with a state', 'cbuiltins\ncomplex\n(F1.0\nF2.0\ntR}b.'],
    ['calls', 'a complex number with unusual arguments', 'cbuiltins\ncomplex\n(]tR.'],
    [
      'known',
      'an element type of numpy',
      'cnumpy\ndtype\n(Vf8\nI00\nI01\ntR(K\x03V<\nNNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb.',
    ],
    ['calls', 'an unknown name in numpy', 'cnumpy\nload\n(Vx\ntR.'],
    ['classes', 'an object of an unknown class', 'cshop\nJar\n)\x81}b.'],
    ['classes', 'a class that is only imported', 'cshop\nJar\n.'],
    ['classes', 'a persistent id', 'Pid\n.'],
    ['calls', 'a function', 'cshop\njar\n)R.'],
    ['calls', 'the state of an imported object', 'cshop\nJar\n}b.'],
    ['calls', 'an item of an imported object', 'cos\nenviron\nVa\nVb\ns.'],
    ['calls', 'an addition to an imported object', 'csys\npath\nVa\na.'],
    ['calls', 'an empty addition to an imported object', 'cm\nn\n(e.'],
    ['calls', 'an entry of the extension registry', '\x82\x01.'],
    ['calls', 'a state that is set twice', 'cshop\njar\n)R}b}b.'],
    ['classes', 'a member of an enumeration by its value', 'cshop\nColor\nK\x01\x85R.'],
    ['calls', 'a call of a class with a text, which may be code', 'cshop\nColor\n(Vred\ntR.'],
    ['calls', 'a call of a function with a number', 'cshop\ncolor\nK\x01\x85R.'],
    ['calls', 'a call of a function of Python with a number', 'csubprocess\nPopen\nK\x01\x85R.'],
    ['plain', 'a member of an enumeration of Python', 'chttp\nHTTPStatus\nM\x94\x01\x85R.'],
    ['classes', 'a member by its name', 'cbuiltins\ngetattr\n(cshop\nColor\nVRED\ntR.'],
    ['calls', 'a part of a module', 'cbuiltins\ngetattr\n(cshop\nshelf\nVRED\ntR.'],
    ['calls', 'a method of a class of Python', 'cbuiltins\ngetattr\n(csubprocess\nPopen\nVkill\ntR.'],
    ['classes', 'a partial of an unknown function', PARTIAL('cshop\njar\n')],
    ['calls', 'a partial of a function of Python', PARTIAL('cos\nsystem\n')],
    ['classes', 'an object of a class of Python', 'coptparse\nValues\n)\x81}Va\nK\x01sb.'],
    [
      'calls',
      'an iterator that calls a function, and a tuple of it',
      'cbuiltins\ntuple\ncbuiltins\nmap\ncos\nsystem\n](Vls\ne\x86\x81\x85\x81.',
    ],
    [
      'calls',
      'an object whose base is called',
      'ccopyreg\n_reconstructor\n(csubprocess\nPopen\ncsubprocess\nPopen\nVls\ntR.',
    ],
    [
      'classes',
      'a dictionary of an unknown class',
      'ccopyreg\n_reconstructor\n(cshop\nJar\nc__builtin__\ndict\n}tR.',
    ],
    [
      'calls',
      'a function of Python that an unknown class gets',
      'ctempfile\n_TemporaryFileCloser\n)\x81}Vunlink\ncos\nsystem\nsb.',
    ],
    ['classes', 'a function of Python that is only imported', '}Vf\ncos\nsystem\ns.'],
    ['calls', 'a state of a value that only Python knows', ']cbuiltins\nprint\n)Rb.'],
    ['calls', 'a byte that only Python knows', '\x96\x01\0\0\0\0\0\0\0acm\nf\n)Ra.'],
    ['calls', 'a slice of a list', ']Nacbuiltins\nslice\nK\0K\x01N\x87R]Nas.'],
    ['calls', 'a name that only Python knows', 'cm\nf\n)RVsystem\n\x93.'],
  ];
  for (const [level, what, pickle] of levels) {
    it(`is ${level} for ${what}`, () => {
      const { actions, problem } = read(pickle);
      assert.deepEqual([problem, actions.level], [undefined, level]);
    });
  }
});

describe('a pickle that can be read in two ways', () => {
  const frame = (size: number): string => `\x95${String.fromCharCode(size)}${'\0'.repeat(7)}`;

  it('is reported with the calls of both', () => {
    // A reader of files takes what follows the frame for the length, which is four bytes of the text in memory.
    const counted = `${frame(1)}B\x06\0\0\0\x01\0\0\0xN`;
    const { actions } = read(`\x80\x05cm\nseen\n)R0${counted}0cm\nlast\n)R.`);
    assert.deepEqual([actions.isAmbiguous, actions.level], [true, 'calls']);
    assert.deepEqual(
      actions.effects.map(({ subject }) => subject),
      ['m.seen', 'm.last'],
    );
  });

  const bodies: [what: string, size: number, body: string][] = [
    ['bytes with a count', 5, 'B\x04\0\0\0AAAA'],
    ['a text', 3, '\x8c\x04AAAA'],
    ['a name', 4, 'cmm\nnn\n'],
    ['a line', 3, 'Vhello\n'],
    ['an integer', 2, 'J\x07\0\0\0'],
    ['another frame', 30, `N${frame(2)}N${'N'.repeat(30)}`],
    ['data after the end of the pickle', 3, 'N.NN'],
    ['a name that is valid only for a reader of files', 3, 'cm\n\xffname\n'],
  ];
  for (const [what, size, body] of bodies) {
    it(`is one whose frame ends within ${what}`, () => {
      assert.equal(read(`\x80\x05${frame(size)}${body}.`).actions.isAmbiguous, true);
    });
  }

  it('is not one whose frames end where opcodes end', () => {
    const { actions, problem } = read(`\x80\x04${frame(2)}](${frame(4)}K\x01e.`);
    assert.deepEqual([actions.isAmbiguous, actions.level, problem], [false, 'plain', undefined]);
  });
});

describe('after an error', () => {
  it('names and calls are searched, and marked as such', () => {
    const { actions, problem } = read('K\x05K\x06K\x07s\xffcos\nsystem\n(Vls\ntR.');
    assert.ok(problem instanceof DecodeError);
    const [effect] = actions.effects;
    assert.deepEqual([effect?.text, effect?.only], ['os.system("ls")', 'rest']);
  });

  it('no names are reported if there is only text', () => {
    assert.deepEqual(read('<html>\nconcise\nname\n').actions.effects, []);
  });
});

describe('a damaged pickle', () => {
  it('whose line ends were converted is repaired, and says so', () => {
    const { values, problem, isRepaired } = read("(dp0\r\nS'a'\r\np1\r\nI1\r\ns.");
    assert.equal(isRepaired, true);
    assertSameValue(values[0]!, Dict.from([['a', 1n]]));
    assert.match(problem!.message, /line ends were converted to CR LF/);
  });

  it('that was written as UTF-8 is repaired, and says so', () => {
    const { values, problem } = decodePickleFile(Buffer.from(PLAIN_PICKLE.toString('latin1'), 'utf8'));
    assertSameValue(values[0]!, Dict.from([['a', 1n]]));
    assert.match(problem!.message, /written as UTF-8/);
  });
});
