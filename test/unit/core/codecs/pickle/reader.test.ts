import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { decodePickle } from '../../../../../src/core/codecs/pickle/codec';
import { DecodeError } from '../../../../../src/core/errors';
import {
  ByteArray,
  Dict,
  type InertCall,
  InertName,
  InertReference,
  ValueSet,
  type Value,
} from '../../../../../src/core/values/value';
import { assertSameValue } from '../../values/sameValue';
import { bytes, call, tuple } from '../../values/values';

const name = (module: string, attribute: string): InertName => new InertName(module, attribute);

/** Reads opcodes and arguments written as Latin-1 characters. */
function load(pickle: string): Value {
  return decodePickle(Buffer.from(pickle, 'latin1')).value;
}

function assertRefused(pickle: string, reason: RegExp, offset?: number): void {
  assert.throws(
    () => load(pickle),
    (error) => {
      assert.ok(error instanceof DecodeError, String(error));
      assert.match(error.message, reason);
      if (offset !== undefined) assert.equal(error.offset, offset);
      return true;
    },
  );
}

describe('decodePickle', () => {
  describe('of what Python wrote by each protocol', () => {
    // {'a': [1, -2**70, 1.5, True, None, 'é😀'], 't': (b'x\xff', bytearray(b'y'), {7}, frozenset(['f'])),
    //  'e': (b'', bytearray(), set(), frozenset(), (), [], {}, '')}
    const pickles = [
      '286470300a56610a70310a286c70320a49310a614c2d313138303539313632303731373431313330333432344c0a6146312e350a614930310a614e6156e95c5530303031663630300a70330a617356740a70340a28635f636f646563730a656e636f64650a70350a285678ff0a70360a566c6174696e310a70370a7470380a5270390a635f5f6275696c74696e5f5f0a6279746561727261790a7031300a2867350a2856790a7031310a67370a747031320a527031330a747031340a527031350a635f5f6275696c74696e5f5f0a7365740a7031360a28286c7031370a49370a61747031380a527031390a635f5f6275696c74696e5f5f0a66726f7a656e7365740a7032300a28286c7032310a56660a7032320a61747032330a527032340a747032350a7356650a7032360a28635f5f6275696c74696e5f5f0a62797465730a7032370a2874527032380a6731300a2874527032390a6731360a28286c7033300a747033310a527033320a6732300a28286c7033330a747033340a527033350a2874286c7033360a28647033370a560a7033380a747033390a732e',
      '7d71002858010000006171015d7102284b014c2d313138303539313632303731373431313330333432344c0a473ff80000000000004930310a4e5806000000c3a9f09f9880710365580100000074710428635f636f646563730a656e636f64650a710528580300000078c3bf710658060000006c6174696e317107747108527109635f5f6275696c74696e5f5f0a6279746561727261790a710a28680528580100000079710b680774710c52710d74710e52710f635f5f6275696c74696e5f5f0a7365740a7110285d71114b0761747112527113635f5f6275696c74696e5f5f0a66726f7a656e7365740a7114285d7115580100000066711661747117527118747119580100000065711a28635f5f6275696c74696e5f5f0a62797465730a711b2952711c680a2952711d6810285d711e74711f5271206814285d7121747122527123295d71247d712558000000007126747127752e',
      '80027d71002858010000006171015d7102284b018a090000000000000000c0473ff8000000000000884e5806000000c3a9f09f9880710365580100000074710428635f636f646563730a656e636f64650a7105580300000078c3bf710658060000006c6174696e317107867108527109635f5f6275696c74696e5f5f0a6279746561727261790a710a6805580100000079710b680786710c52710d85710e52710f635f5f6275696c74696e5f5f0a7365740a71105d71114b0761857112527113635f5f6275696c74696e5f5f0a66726f7a656e7365740a71145d7115580100000066711661857117527118747119580100000065711a28635f5f6275696c74696e5f5f0a62797465730a711b2952711c680a2952711d68105d711e85711f52712068145d7121857122527123295d71247d712558000000007126747127752e',
      '80037d71002858010000006171015d7102284b018a090000000000000000c0473ff8000000000000884e5806000000c3a9f09f9880710365580100000074710428430278ff7105636275696c74696e730a6279746561727261790a71064301797107857108527109636275696c74696e730a7365740a710a5d710b4b076185710c52710d636275696c74696e730a66726f7a656e7365740a710e5d710f58010000006671106185711152711274711358010000006571142843007115680629527116680a5d7117857118527119680e5d711a85711b52711c295d711d7d711e5800000000711f747120752e',
      '80049584000000000000007d94288c0161945d94284b018a090000000000000000c0473ff8000000000000884e8c06c3a9f09f988094658c01749428430278ff948c086275696c74696e73948c0962797465617272617994939443017994859452948f94284b0790288c016694919474948c0165942843009468082952948f94289194295d947d948c00947494752e',
      '80059573000000000000007d94288c0161945d94284b018a090000000000000000c0473ff8000000000000884e8c06c3a9f09f988094658c01749428430278ff9496010000000000000079948f94284b0790288c016694919474948c01659428430094960000000000000000948f94289194295d947d948c00947494752e',
    ];
    const empty = tuple(
      bytes(),
      new ByteArray(bytes()),
      new ValueSet(false),
      new ValueSet(true),
      tuple(),
      [],
      new Dict(),
      '',
    );
    const expected = Dict.from([
      ['a', [1n, -(2n ** 70n), 1.5, true, null, 'é😀']],
      [
        't',
        tuple(bytes(0x78, 0xff), new ByteArray(bytes(0x79)), ValueSet.from([7n]), ValueSet.from(['f'], true)),
      ],
      ['e', empty],
    ]);
    pickles.forEach((hex, protocol) => {
      it(`reads plain data of protocol ${protocol}`, () => {
        const pickle = Buffer.from(hex, 'hex');
        const { value, length } = decodePickle(pickle);
        assertSameValue(value, expected);
        assert.equal(length, pickle.length);
      });
    });

    const objects = [
      'ccopy_reg\n_reconstructor\np0\n(cshop\nFoo\np1\nc__builtin__\nobject\np2\nNtp3\nRp4\n(dp5\nVx\np6\nI1\nsb.',
      'ccopy_reg\n_reconstructor\nq\0(cshop\nFoo\nq\x01c__builtin__\nobject\nq\x02Ntq\x03Rq\x04}q\x05X\x01\0\0\0xq\x06K\x01sb.',
      '\x80\x02cshop\nFoo\nq\0)\x81q\x01}q\x02X\x01\0\0\0xq\x03K\x01sb.',
      '\x80\x04\x95\x1d\0\0\0\0\0\0\0\x8c\x04shop\x94\x8c\x03Foo\x94\x93\x94)\x81\x94}\x94\x8c\x01x\x94K\x01sb.',
    ];
    objects.forEach((pickle, i) => {
      it(`reads an object in the same way however it was written (${i})`, () => {
        assertSameValue(load(pickle), call(name('shop', 'Foo'), tuple(), { state: Dict.from([['x', 1n]]) }));
      });
    });

    it('reads an integer of a subclass with its class and value', () => {
      const pickle = 'ccopy_reg\n_reconstructor\np0\n(cshop\nI\np1\nc__builtin__\nlong\np2\nI5\ntp3\nRp4\n.';
      assertSameValue(load(pickle), call(name('shop', 'I'), tuple(5n)));
    });

    it('reads an ordered dictionary with its entries', () => {
      const pickle = '\x80\x02ccollections\nOrderedDict\nq\0)Rq\x01X\x01\0\0\0kq\x02K\x01s.';
      const expected = call(name('collections', 'OrderedDict'), tuple(), { entries: [['k', 1n]] });
      assertSameValue(load(pickle), expected);
    });
  });

  describe('of single opcodes', () => {
    const cases: [what: string, pickle: string, value: Value][] = [
      ['NONE, NEWTRUE and NEWFALSE', 'N\x88\x89\x87.', tuple(null, true, false)],
      ['INT as an integer', 'I-12345678901234567890\n.', -12345678901234567890n],
      ['INT as a boolean', '(I00\nI01\nI0\nI1\nt.', tuple(false, true, 0n, 1n)],
      ['BININT', 'J\xff\xff\xff\xff.', -1n],
      ['BININT1', 'K\xff.', 255n],
      ['BININT2', 'M\xff\xff.', 65535n],
      ['LONG', 'L-7L\n.', -7n],
      ['LONG without its letter', 'L+7\n.', 7n],
      ['LONG1 without bytes', '\x8a\0.', 0n],
      ['LONG1 of one byte', '\x8a\x01\xff.', -1n],
      ['LONG1 of six bytes', '\x8a\x06\0\0\0\0\0\x80.', -(2n ** 47n)],
      ['LONG1 of seven bytes', '\x8a\x07\xff\xff\xff\xff\xff\xff\x7f.', 2n ** 55n - 1n],
      ['LONG1 of eight bytes', '\x8a\x08\0\0\0\0\0\0\0\x80.', -(2n ** 63n)],
      ['LONG1 of nine bytes', '\x8a\x09\0\0\0\0\0\0\0\x80\0.', 2n ** 63n],
      ['LONG4', '\x8b\x02\0\0\0\0\xff.', -256n],
      ['FLOAT', 'F-1.5e300\n.', -1.5e300],
      ['FLOAT of the special values', '(Fnan\nFinf\nF-inf\nF-0.0\nt.', tuple(NaN, Infinity, -Infinity, -0)],
      ['BINFLOAT', 'G\x80\0\0\0\0\0\0\0.', -0],
      ['STRING with escapes', "S'a\\x41\\101\\n\\\\\\'\\\"\\q'\n.", 'aAA\n\\\'"\\q'],
      ['STRING in double quotes', 'S"it\'s"\n.', "it's"],
      ['STRING of ASCII as a string', "S''\n.", ''],
      ['STRING of other bytes as bytes', "S'\\xff'\n.", Uint8Array.of(255)],
      ['BINSTRING', 'T\x02\0\0\0ab.', 'ab'],
      ['SHORT_BINSTRING as bytes', 'U\x02a\x80.', Uint8Array.of(97, 128)],
      ['UNICODE with escapes', 'V\xe9\\u20ac\\U0001f600\\\\u0041\\x\\\n.', 'é€😀\\\\u0041\\x\\'],
      ['UNICODE with a lone surrogate', 'V\\udc80\n.', '\udc80'],
      ['BINUNICODE with a lone surrogate', 'X\x03\0\0\0\xed\xa0\x80.', '\ud800'],
      ['BINUNICODE with a replacement character', 'X\x03\0\0\0\xef\xbf\xbd.', '\ufffd'],
      ['BINUNICODE with a byte order mark', 'X\x03\0\0\0\xef\xbb\xbf.', '\ufeff'],
      ['SHORT_BINUNICODE', '\x8c\x02\xc3\xa9.', 'é'],
      ['BINUNICODE8', '\x8d\x01\0\0\0\0\0\0\0a.', 'a'],
      ['BINBYTES', 'B\x01\0\0\0\xff.', Uint8Array.of(255)],
      ['BINBYTES8', '\x8e\x01\0\0\0\0\0\0\0\xff.', Uint8Array.of(255)],
      ['BYTEARRAY8', '\x96\x01\0\0\0\0\0\0\0\xff.', new ByteArray(Uint8Array.of(255))],
      ['LIST and APPEND', '(NlNa.', [null, null]],
      ['APPENDS', '](K\x01K\x02e.', [1n, 2n]],
      ['DICT and SETITEM', '(K\x01Nd\x88\x89s.', Dict.from([[1n, false]])],
      [
        'SETITEMS',
        '}(\x8c\x01aK\x01\x8c\x01bK\x02\x8c\x01aK\x03u.',
        Dict.from([
          ['a', 3n],
          ['b', 2n],
        ]),
      ],
      ['ADDITEMS', '\x8f(K\x01\x88K\x02\x90.', ValueSet.from([1n, 2n])],
      ['FROZENSET', '(K\x01\x91.', ValueSet.from([1n], true)],
      ['POP of a value and of a mark', 'K\x01K\x020((K\x03010.', 1n],
      ['MEMOIZE and BINGET', 'K\x05\x940h\0.', 5n],
      ['PUT and GET', 'K\x05p1000000000\n0g1000000000\n.', 5n],
      [
        'BINPUT, LONG_BINPUT and LONG_BINGET',
        'Nq\x07r\xff\xff\xff\xff0j\x07\0\0\0j\xff\xff\xff\xff\x86.',
        tuple(null, null),
      ],
      ['MEMOIZE after a gap', 'Nq\x05\x88\x940h\x01.', true],
      ['FRAME', '\x95\x02\0\0\0\0\0\0\0N.', null],
      ['GLOBAL', 'cos.path\ncaf\xc3\xa9\n.', name('os.path', 'café')],
      ['STACK_GLOBAL', '\x8c\x02os\x8c\x06system\x93.', name('os', 'system')],
      ['REDUCE', 'cos\nsystem\n\x8c\x02ls\x85R.', call(name('os', 'system'), tuple('ls'))],
      ['NEWOBJ', 'cm\nC\nK\x01\x85\x81.', call(name('m', 'C'), tuple(1n))],
      ['NEWOBJ_EX', 'cm\nC\n)}\x92.', call(name('m', 'C'), tuple(), { kwargs: new Dict() })],
      ['OBJ', '(cm\nC\nK\x01o.', call(name('m', 'C'), tuple(1n))],
      ['INST', '(K\x01im\nC\n.', call(name('m', 'C'), tuple(1n))],
      ['BUILD', 'cm\nC\n)\x81}b.', call(name('m', 'C'), tuple(), { state: new Dict() })],
      [
        'APPENDS to an object',
        'cm\nC\n)R(K\x01K\x02e.',
        call(name('m', 'C'), tuple(), { appended: [1n, 2n] }),
      ],
      ['ADDITEMS to an object', 'cm\nC\n)R(K\x01\x90.', call(name('m', 'C'), tuple(), { appended: [1n] })],
      ['SETITEMS to an object', 'cm\nC\n)R(]Nu.', call(name('m', 'C'), tuple(), { entries: [[[], null]] })],
      ['PERSID', 'Pid 1\n.', new InertReference('persistent', 'id 1')],
      ['BINPERSID', 'K\x01Q.', new InertReference('persistent', 1n)],
      ['EXT1', '\x82\x07.', new InertReference('extension', 7n)],
      ['EXT2', '\x83\0\x01.', new InertReference('extension', 256n)],
      ['EXT4', '\x84\0\0\0\x01.', new InertReference('extension', 2n ** 24n)],
      [
        'NEXT_BUFFER',
        '\x97\x97\x98\x86.',
        tuple(new InertReference('buffer', 0n), new InertReference('buffer', 1n)),
      ],
    ];
    for (const [what, pickle, value] of cases) {
      it(`reads ${what}`, () => assertSameValue(load(pickle), value));
    }

    it('reads tuples of one, two and three items', () => {
      assertSameValue(
        load('N\x85NN\x86NNN\x87\x87.'),
        tuple(tuple(null), tuple(null, null), tuple(null, null, null)),
      );
    });

    it('reads all references to a list as the same list', () => {
      const shared: Value[] = [];
      assertSameValue(load(']2\x86.'), tuple(shared, shared));
      assertSameValue(load(']q\x03h\x03\x86.'), tuple(shared, shared));
    });
  });

  describe('of references', () => {
    it('reads a list that holds itself', () => {
      const list: Value[] = [];
      list.push(list);
      assertSameValue(load(']\x94h\0a.'), list);
    });

    it('reads a tuple that holds itself through a list', () => {
      const cycle = tuple([]);
      (cycle.items[0] as Value[]).push(cycle);
      // pickle.dumps(t, 4) of t = ([],); t[0].append(t)
      assertSameValue(load('\x80\x04\x95\x0b\0\0\0\0\0\0\0]\x94h\0\x85\x94a0h\x01.'), cycle);
    });

    it('reads a set with an object whose state is that set', () => {
      const set = new ValueSet(false);
      set.add(call(name('m', 'C'), tuple(), { state: Dict.from([['s', set]]) }));
      assertSameValue(load('\x8f\x94(cm\nC\n)\x81}\x8c\x01sh\0sb\x90.'), set);
    });

    it('reads an object that is its own state', () => {
      const object = call(name('m', 'C'), tuple());
      object.state = object;
      assertSameValue(load('cm\nC\n)\x81\x94h\0b.'), object);
    });
  });

  describe('of calls that stand for plain data', () => {
    const cases: [what: string, pickle: string, value: Value][] = [
      [
        'bytes by Latin-1',
        'c_codecs\nencode\n(X\x03\0\0\0a\xc3\xbfX\x06\0\0\0latin1tR.',
        Uint8Array.of(97, 255),
      ],
      [
        'a bytearray of Python 2',
        'c__builtin__\nbytearray\n(X\x02\0\0\0\xc3\xbfX\x07\0\0\0latin-1tR.',
        new ByteArray(Uint8Array.of(255)),
      ],
      ['a set of an empty list', 'c__builtin__\nset\n(]tR.', new ValueSet(false)],
      ['an empty set', 'cbuiltins\nset\n)R.', new ValueSet(false)],
      ['a long', 'c__builtin__\nlong\nK\x05\x85R.', 5n],
      ['a new object', 'ccopyreg\n__newobj__\ncm\nC\nK\x01\x86R.', call(name('m', 'C'), tuple(1n))],
    ];
    for (const [what, pickle, value] of cases) {
      it(`reads ${what}`, () => assertSameValue(load(pickle), value));
    }

    const builtins = (attribute: string, ...args: Value[]): InertCall =>
      call(name('builtins', attribute), tuple(...args));
    const inert: [what: string, pickle: string, value: Value][] = [
      [
        'another encoding',
        'c_codecs\nencode\n\x8c\x01a\x8c\x05rot13\x86R.',
        call(name('_codecs', 'encode'), tuple('a', 'rot13')),
      ],
      [
        'text beyond Latin-1',
        'c_codecs\nencode\n\x8c\x02\xc4\x80\x8c\x06latin1\x86R.',
        call(name('_codecs', 'encode'), tuple('Ā', 'latin1')),
      ],
      ['a set of a text', 'cbuiltins\nset\n\x8c\x02ab\x85R.', builtins('set', 'ab')],
      [
        'a bytearray of a length',
        'cbuiltins\nbytearray\nJ\xff\xff\xff\x7f\x85R.',
        builtins('bytearray', 2n ** 31n - 1n),
      ],
      ['an integer of a text', 'cbuiltins\nint\n\x8c\x011\x85R.', builtins('int', '1')],
      ['a set of two things', 'cbuiltins\nset\n]]\x86R.', builtins('set', [], [])],
      [
        'complex numbers',
        'cbuiltins\ncomplex\nG\0\0\0\0\0\0\0\0G\0\0\0\0\0\0\0\0\x86R.',
        builtins('complex', 0, 0),
      ],
      ['evaluation', 'cbuiltins\neval\n\x8c\x031+1\x85R.', builtins('eval', '1+1')],
      ['arguments that are not a tuple', 'cbuiltins\nset\n]R.', call(name('builtins', 'set'), [])],
    ];
    for (const [what, pickle, value] of inert) {
      it(`leaves ${what} inert`, () => assertSameValue(load(pickle), value));
    }

    it('copies a list that it converts, as the list may grow later', () => {
      const list: Value[] = [1n, 2n];
      assertSameValue(
        load(']\x94K\x01a0cbuiltins\nset\nh\0\x85Rh\0K\x02a\x86.'),
        tuple(ValueSet.from([1n]), list),
      );
    });

    it('does not convert the names themselves', () => {
      assertSameValue(load('cbuiltins\nset\n.'), name('builtins', 'set'));
    });
  });

  describe('of unusual input that CPython accepts', () => {
    const cases: [what: string, pickle: string, value: Value][] = [
      ['an octal integer', 'I012\n.', 10n],
      ['a hexadecimal integer', 'I0x10\n.', 16n],
      ['an empty integer before a NUL', 'I\0x\n.', false],
      ['a longer text before a NUL', 'I\0xy\n.', 0n],
      ['a hexadecimal long', 'L0x10L\n.', 16n],
      ['a binary integer', 'I0b101\n.', 5n],
      ['an integer with underscores', 'I1_000\n.', 1000n],
      ['an integer with blanks', 'I 5 \n.', 5n],
      ['an integer before a NUL', 'I5\0x\n.', 5n],
      ['a boolean with a sign', 'I+1\n.', true],
      ['a memo index with blanks and underscores', 'K\x05p 1_0 \n0g010\n.', 5n],
      ['no items that are appended to a value that accepts none', '](\x90(e.', []],
      ['an empty state for plain data', '}Nb]Nb0.', Dict.from([])],
      ['items that are set in a list', ']K\x07aK\0K\x05s.', [5n]],
      ['the last item of a list', ']K\x07aJ\xff\xff\xff\xffK\x05s.', [5n]],
    ];
    for (const [what, pickle, value] of cases) {
      it(`reads ${what}`, () => assertSameValue(load(pickle), value));
    }

    it('reads bytes that are appended to a bytearray', () => {
      const value = load('\x96\x01\0\0\0\0\0\0\0aK\x62a(K\x63K\x64eK\0K\x41s.');
      assert.ok(value instanceof ByteArray);
      assert.equal(Buffer.from(value.bytes).toString(), 'Abcd');
    });
  });

  describe('of malformed input', () => {
    const cases: [what: string, pickle: string, reason: RegExp, offset?: number][] = [
      ['empty input', '', /ends too early/, 0],
      ['an unknown opcode', 'N\xff.', /no opcode 0xff/, 1],
      ['a newer protocol', '\x80\x06N.', /protocol 6/, 0],
      ['STOP on an empty stack', '.', /empty stack/, 0],
      ['a value below a mark', 'N(.', /empty stack/, 2],
      ['an opcode that peeks at an empty stack', '2.', /empty stack/],
      ['POP on an empty stack', '0.', /empty stack/],
      ['TUPLE2 of one item', 'N\x86.', /empty stack/],
      ['a tuple that reaches below a mark', 'N(N\x86.', /empty stack/, 3],
      ['a missing mark', 'Nt.', /mark is missing/, 1],
      ['an unknown memo index', 'h\x05.', /the memo has no entry 5/],
      ['a memo index that is not a number', 'Np-1\n.', /index of a memo entry/],
      ['a key without a value', '}(Nu.', /key has no value/],
      ['an unhashable key', '}]Ns.', /a list cannot be a dictionary key/, 3],
      ['an unhashable key inside of a tuple', '}]\x85Ns.', /a list cannot be a dictionary key/],
      ['an unhashable member', '\x8f(}\x90.', /a dict cannot be a dictionary key or a member/],
      ['an unhashable member of a call of set', 'cbuiltins\nset\n]]a\x85R.', /a list cannot be/],
      ['an item for a value that accepts none', '}Na.', /appends to a dict/],
      ['a key for a value that accepts none', 'K\x05NNs.', /sets a key of a int/],
      ['an index outside of a list', ']NNs.', /item of a list/],
      ['a member for a value that accepts none', '(\x91(N\x90.', /appends to a frozenset/],
      ['a state for plain data', ']K\x01b.', /sets the state of a list/],
      ['an object without a class', '(o.', /no class/],
      ['a name that is not a text', 'NN\x93.', /name is not a text/],
      ['a name that is not UTF-8', 'c\xff\nx\n.', /not UTF-8/],
      ['extension code 0', '\x82\0.', /not an extension code/],
      ['a negative extension code', '\x84\xff\xff\xff\xff.', /not an extension code/],
      ['a negative length', 'T\xff\xff\xff\xff.', /length is negative/],
      ['a negative length of an integer', '\x8b\xff\xff\xff\xff.', /length is negative/],
      ['an overlong character', '\x8c\x02\xc0\x80.', /not UTF-8/],
      ['an overlong character of three bytes', '\x8c\x03\xe0\x80\x80.', /not UTF-8/],
      ['a character beyond Unicode', '\x8c\x04\xf4\x90\x80\x80.', /not UTF-8/],
      ['a truncated character', '\x8c\x02\xe2\x82.', /not UTF-8/],
      ['a character that continues after its text', '\x8c\x02\xe2\x82\x82\x01.', /not UTF-8/],
      ['a byte that starts no character', '\x8c\x04\xf9\x80\x80\x80.', /not UTF-8/],
      ['two continuation bytes', '\x8c\x02\xbf\x80.', /not UTF-8/],
      ['a lone continuation byte', '\x8c\x01\x80.', /not UTF-8/],
      ['an unquoted string', 'Sabc\n.', /malformed quote/],
      ['half a pair of quotes', "S'\n.", /malformed quote/],
      ['a truncated escape in a string', "S'\\x4'\n.", /escape/],
      ['a single backslash in a string', "S'\\'\n.", /escape/],
      ['a truncated escape in text', 'V\\u12\n.', /escape/],
      ['an escape beyond Unicode', 'V\\U00110000\n.', /escape/],
      ['an integer with a letter', 'I1a\n.', /integer is malformed/],
      ['an integer with an invalid octal digit', 'I019\n.', /integer is malformed/],
      ['an integer without digits', 'L\n.', /integer is malformed/],
      ['an invalid float', 'F1.2.3\n.', /float/],
      ['a frame that is longer than the input', '\x95\x09\0\0\0\0\0\0\0N.', /ends too early/],
    ];
    for (const [what, pickle, reason, offset] of cases) {
      it(`refuses ${what}`, () => assertRefused(pickle, reason, offset));
    }
  });

  describe('of hostile input', () => {
    const opcodes = ['T', 'X', 'B', '\x8b', '\x8d', '\x8e', '\x96', '\x95'];
    for (const opcode of opcodes) {
      it(`allocates nothing for 2 GB that opcode 0x${opcode.charCodeAt(0).toString(16)} only claims`, () => {
        const before = process.memoryUsage().arrayBuffers;
        assertRefused(`${opcode}\xff\xff\xff\x7f\0\0\0\0`, /ends too early/);
        assert.ok(process.memoryUsage().arrayBuffers - before < 2 ** 20);
      });
    }

    it('refuses a length of 2^64', () => assertRefused(`\x8e${'\xff'.repeat(8)}`, /ends too early/));

    it('remembers at the highest index without making room for those below', () => {
      const puts = Array.from(
        { length: 1000 },
        (_, i) => `r${String.fromCharCode(i & 0xff, i >> 8, 0, 0xff)}`,
      );
      assertSameValue(load(`N${puts.join('')}.`), null);
    });

    it('reads lists 100,000 deep', () => {
      const depth = 100_000;
      let value = load(`${']'.repeat(depth)}${'a'.repeat(depth - 1)}.`);
      let levels = 1;
      for (; Array.isArray(value) && value.length === 1; levels++) value = value[0]!;
      assert.equal(levels, depth);
    });

    it('reads tuples 100,000 deep as a key', () => {
      const value = load(`})${'\x85'.repeat(100_000)}Ns.`);
      assert.equal((value as Dict).size, 1);
    });

    it('reads a key of 2^60 tuples that share their parts', () => {
      assert.equal((load(`})${'2\x86'.repeat(60)}Ns.`) as Dict).size, 1);
    });

    it('takes little memory for keys that share long texts', () => {
      const key = (i: number): string => `h\0M${String.fromCharCode(i & 0xff, i >> 8)}\x86N`;
      const keys = Array.from({ length: 10_000 }, (_, i) => key(i)).join('');
      const text = `X\x00\x00\x01\x00${'x'.repeat(2 ** 16)}`;
      assert.equal((load(`${text}\x940}(${keys}u.`) as Dict).size, 10_000);
    });

    it('reads an integer of 100,000 decimal digits and refuses a longer one', () => {
      const digits = '9'.repeat(100_000);
      assert.equal(load(`L${digits}L\n.`), 10n ** 100_000n - 1n);
      assertRefused(`L${digits}9L\n.`, /more than 100000 digits/);
    });

    it('reads a binary integer of a million bits', () => {
      const bytes = `${'\xff'.repeat(124_999)}\x7f`;
      assert.equal(load(`\x8b\x48\xe8\x01\0${bytes}.`), 2n ** 999_999n - 1n);
    });

    it('treats __proto__ and constructor like any other keys', () => {
      const value = load('}(\x8c\x09__proto__}\x8c\x08pollutedK\x01s\x8c\x0bconstructorNu.') as Dict;
      assert.deepEqual(value.keys, ['__proto__', 'constructor']);
      assert.equal(({} as { polluted?: unknown }).polluted, undefined);
    });

    it('reads any bytes, or refuses them by a DecodeError', () => {
      // Bytes that are opcodes, for the most part, so that it gets somewhere.
      const opcode = fc.constantFrom(
        ...Buffer.from('(.01JKMNRQ]}abdelosutq\x85\x86\x87\x88\x8f\x90\x91\x93\x94\x81\x92hg', 'latin1'),
      );
      const bytes = fc.array(fc.oneof({ arbitrary: opcode, weight: 8 }, fc.nat(255)), { maxLength: 200 });
      fc.assert(
        fc.property(bytes, (input) => {
          try {
            decodePickle(Uint8Array.from([...Buffer.from(']}cm\nC\n)\x94', 'latin1'), ...input]));
          } catch (error) {
            if (!(error instanceof DecodeError)) throw error;
          }
        }),
        { numRuns: 5000 },
      );
    });
  });

  it('reads one pickle and returns where it ends', () => {
    assert.equal(decodePickle(Buffer.from('K\x01.K\x02.', 'latin1')).length, 3);
  });

  it('returns bytes that stay the same when the input is overwritten', () => {
    const input = Buffer.from('C\x02ab.', 'latin1');
    const { value } = decodePickle(input);
    input.fill(0);
    assertSameValue(value, Uint8Array.of(97, 98));
    assert.equal(Object.getPrototypeOf(value), Uint8Array.prototype);
  });
});
