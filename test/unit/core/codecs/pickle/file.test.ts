import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  decodePickleFile,
  encodePickle,
  PickleAccount,
  runsCode,
  type CallSummary,
  type PickleFile,
} from '../../../../../src/core/codecs/pickle/codec';
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

function call(callable: string, example: string, count: number, dropped: number): CallSummary {
  return { callable, example, count, dropped };
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

  it('keeps what it could read of a file that is cut off anywhere, and says where', () => {
    const file = Buffer.concat([PLAIN_PICKLE, PLAIN_PICKLE]);
    for (let length = 0; length < file.length; length++) {
      const { values, problem } = decodePickleFile(file.subarray(0, length));
      assert.equal(values.length, length < PLAIN_PICKLE.length ? 0 : 1);
      assert.equal(problem instanceof DecodeError, length !== PLAIN_PICKLE.length, String(length));
    }
    const { problem } = decodePickleFile(file.subarray(0, -1));
    assert.match(problem!.message, new RegExp(`offset ${file.length - 1}`));
  });

  it('throws nothing, whatever the bytes are', () => {
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
    ['a file that gzip has compressed', gzipSync(PLAIN_PICKLE), /compressed with gzip/],
    ['a text', Buffer.from('Hello'), /no opcode 0x48 \(at offset 0\)/],
  ];
  for (const [what, bytes, reason] of others) {
    it(`says what is wrong with ${what}`, () => {
      const { values, problem } = decodePickleFile(bytes);
      assert.deepEqual(values, []);
      assert.match(problem!.message, reason);
    });
  }

  it('refuses what would take more memory than allowed, with what to do', () => {
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

  it('charges for sets and bytes that calls make of what is there already', () => {
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
      assert.deepEqual([actions.names, actions.calls, problem], [[], [], undefined], pickle);
    }
  });

  it('lists names once, and calls by what is called', () => {
    const { actions } = decodePickleFile(Buffer.concat([PICKLE_WITH_CLASSES, PICKLE_WITH_CLASSES]));
    assert.deepEqual(actions.names, ['shop.Jar', 'datetime.datetime', 'collections.OrderedDict']);
    assert.deepEqual(
      actions.calls.map(({ callable, count, dropped }) => [callable, count, dropped]),
      [
        ['shop.Jar', 2, 0],
        ['datetime.datetime', 2, 0],
        ['collections.OrderedDict', 2, 0],
      ],
    );
    assert.equal(actions.isCut, false);
  });

  it('has calls whose result is popped', () => {
    const { values, actions } = decodePickleFile(PICKLE_THAT_DROPS_A_CALL);
    assertSameValue(values[0]!, Dict.from([['a', 1n]]));
    const example = 'os.system("touch /tmp/picklepost-was-here")';
    assert.deepEqual(actions, {
      names: ['os.system'],
      calls: [call('os.system', example, 1, 1)],
      isCut: false,
    });
  });

  const dropped: [how: string, pickle: string][] = [
    ['popped with a mark', '(cm\nf\n)R1N.'],
    ['overwritten in a dictionary', '}Ncm\nf\n)RsNNs.'],
    ['left on the stack', 'cm\nf\n)RN.'],
    ['popped by itself and with the rest of a list', '](cm\nf\n)Re0N.'],
    ['made by INST', '(im\nf\n0N.'],
    ['made by OBJ', '(cm\nf\no0N.'],
    ['made by NEWOBJ', 'cm\nf\n)\x810N.'],
    ['made by NEWOBJ_EX', 'cm\nf\n)}\x920N.'],
    ['made of a name on the stack', '\x8c\x01m\x8c\x01f\x93)R0N.'],
    ['made before the pickle is cut off', 'cm\nf\n)R'],
  ];
  for (const [how, pickle] of dropped) {
    it(`has a call whose result is ${how}`, () => {
      assert.deepEqual(read(pickle).actions.calls, [call('m.f', 'm.f()', 1, 1)]);
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
    ['what is called', 'cm\nf\n)R)R.'],
    ['what a call appends', 'cm\ng\n)Rcm\nf\n)Ra.'],
    ['what a call sets', 'cm\ng\n)RNcm\nf\n)Rs.'],
    ['a persistent id', 'cm\nf\n)RQ.'],
  ];
  for (const [where, pickle] of kept) {
    it(`has a call that is part of the value as ${where}`, () => {
      const { actions, problem } = read(pickle);
      assert.equal(problem, undefined);
      assert.deepEqual(
        actions.calls.filter(({ callable }) => callable === 'm.f'),
        [call('m.f', 'm.f()', 1, 0)],
      );
      assert.ok(actions.calls.every((each) => each.dropped === 0));
    });
  }

  it('has names that are nowhere in the value, and those of the extension registry', () => {
    const { actions } = read('cantigravity\nfly\n0\x82\x05.');
    assert.deepEqual(actions.names, ['antigravity.fly', 'extension(5)']);
    assert.ok(runsCode(actions));
  });

  it('lists dropped calls first, and says when it does not list all', () => {
    const names = Array.from({ length: 150 }, (_, i) => `cm\nf${i}\n)R`).join('');
    const { actions } = read(`(${names}l(cos\nsystem\n)R1.`);
    assert.deepEqual(actions.calls[0], call('os.system', 'os.system()', 1, 1));
    assert.deepEqual([actions.names.length, actions.calls.length, actions.isCut], [100, 100, true]);
  });
});
