import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Inspection, type NodeInfo } from '../../../../src/core/inspection/inspection';
import {
  ByteArray,
  Dict,
  InertCall,
  InertName,
  ValueSet,
  type Value,
} from '../../../../src/core/values/value';
import { inEnglish } from '../../../../src/core/text';
import { arbitraryValue } from '../values/arbitraryValue';
import { tuple } from '../values/values';

function childrenOf(value: Value): NodeInfo[] {
  return new Inspection(value).children([], 0, 100);
}

/** What a person reads in a row. */
function rows(value: Value): string[] {
  return childrenOf(value).map(({ key, type, preview }) => `${key}: ${type} ${inEnglish(preview)}`);
}

describe('the inspection of a value', () => {
  it('shows every type by its name and a short preview', () => {
    const value = Dict.from([
      ['none', null],
      ['bool', true],
      ['int', 7n],
      ['float', 1],
      ['str', 'a "quoted" text'],
      ['bytes', Buffer.from([1, 2, 255])],
      ['bytearray', new ByteArray(Buffer.alloc(0))],
      ['list', [1n, 2n]],
      ['tuple', tuple(1n)],
      ['set', ValueSet.from([1n])],
      ['frozenset', ValueSet.from([1n], true)],
      ['dict', Dict.from([['a', 1n]])],
      ['class', new InertName('os', 'system')],
      ['call', new InertCall(new InertName('os', 'system'), tuple('echo hello'))],
    ]);
    assert.deepEqual(rows(value), [
      'none: None None',
      'bool: bool True',
      'int: int 7',
      'float: float 1.0',
      'str: str "a \\"quoted\\" text"',
      'bytes: bytes 01 02 ff (3 bytes)',
      'bytearray: bytearray (0 bytes)',
      'list: list 2 items [1, 2]',
      'tuple: tuple 1 item (1,)',
      'set: set 1 member {1}',
      'frozenset: frozenset 1 member frozenset({1})',
      'dict: dict 1 key {"a": 1}',
      'class: object os.system',
      'call: object os.system("echo hello")',
    ]);
  });

  it('shows keys of different types differently', () => {
    const value = Dict.from([
      ['a b', 0n],
      ['1', 0n],
      [1n, 0n],
      ['None', 0n],
      [null, 0n],
      ['', 0n],
      [tuple(1n, 'x'), 0n],
      ['__proto__', 0n],
      ['b"x"', 0n],
      [Uint8Array.of(120), 0n],
      ['set()', 0n],
      ['f (x)', 0n],
      ['a ', 0n],
      ['a\u202e', 0n],
      ['os.system', 0n],
      [new InertName('os', 'system'), 0n],
      ['x'.repeat(200), 0n],
    ]);
    assert.deepEqual(
      childrenOf(value).map(({ key }) => key),
      [
        ...[
          'a b',
          '"1"',
          '1',
          '"None"',
          'None',
          '""',
          '(1, "x")',
          '__proto__',
          '"b\\"x\\""',
          'b"x"',
          '"set()"',
          'f (x)',
        ],
        ...['"a "', '"a\\u202e"', 'os.system', '<os.system>', `${'x'.repeat(99)}…`],
      ],
    );
  });

  it('returns the Python expression that leads to a value', () => {
    const inspection = new Inspection(Dict.from([['a', [0n, Dict.from([[2n, 'x']])]]]));
    assert.equal(inspection.node([0, 1, 0]).expression, 'data["a"][1][2]');
    assert.equal(inspection.node([0, 1, 0]).preview, '"x"');
  });

  it('cuts long values, and shows their length', () => {
    const [text, pairs, bytes, integer, huge, list, long] = childrenOf([
      'x'.repeat(5000),
      '😀'.repeat(100),
      Buffer.alloc(1000),
      -(10n ** 900n),
      1n << 30_000n,
      new Array<bigint>(1000).fill(123n),
      'x'.repeat(200_000),
    ]).map(({ preview }) => inEnglish(preview));
    assert.match(text!, /^"x{79}…" \(5,000 characters\)$/);
    assert.match(pairs!, /^"(?:😀)+…" \(100 characters\)$/);
    assert.equal(bytes, `${'00 '.repeat(15)}00 … (1,000 bytes)`);
    assert.match(integer!, /^-10{22}…0{8} \(901 digits\)$/);
    assert.match(huge!, /^0x10{21}…0{8} \(30,001 bits\)$/);
    assert.match(list!, /^1,000 items \[123, (?:123, )+(?:1|12|123)?,?…$/);
    assert.match(long!, /\(about 200,000 characters\)$/);
  });

  it('shows the first place of a shared value', () => {
    const shared = [1n];
    const value = Dict.from([
      ['a', shared],
      ['b', [shared]],
      ['c', [1n]],
      ['d', tuple()],
      ['e', tuple()],
    ]);
    const inspection = new Inspection(value);
    assert.deepEqual(
      inspection.children([], 0, 9).map(({ sharedWith }) => sharedWith),
      [undefined, undefined, undefined, undefined, undefined],
    );
    assert.equal(inspection.node([1, 0]).sharedWith, 'data["a"]');
    assert.equal(inEnglish(inspection.node([1, 0]).preview), '1 item [1]');
    assert.equal(inspection.node([1, 0]).childCount, 1);
  });

  it('limits the search for shared values', () => {
    const row = [0n];
    const table = Array.from({ length: 1_000_000 }, () => row);
    const inspection = new Inspection(table);
    assert.equal(inspection.node([5]).sharedWith, 'data[0]');
    assert.equal(inspection.node([999_999]).sharedWith, 'data[0]');
    assert.equal(
      new Inspection([new Array<Value>(500_000).fill(0n), row, row]).node([2]).sharedWith,
      undefined,
    );
  }).timeout(3000);

  it('opens chains of any depth', () => {
    let value: Value = null;
    for (let i = 0; i < 200_000; i++) value = [value];
    const { preview, childCount } = new Inspection(value).node([0, 0]);
    assert.equal(childCount, 1);
    assert.ok(inEnglish(preview).length <= 110);
  });

  it('shows the parts of a call', () => {
    const call = new InertCall(new InertName('a', 'B'), tuple(1n), Dict.from([['k', 2n]]));
    call.state = 'state';
    call.appended.push('first');
    call.entries.push(['key', 'value'], [3n, 'three']);
    const nodes = new Inspection([call]).children([0], 0, 99);
    assert.deepEqual(
      nodes.map(({ key, preview, expression }) => `${key}: ${inEnglish(preview)} ${expression}`),
      [
        'callable: a.B data[0].callable',
        'args: 1 item (1,) data[0].args',
        'kwargs: 1 key {"k": 2} data[0].kwargs',
        'state: "state" data[0].state',
        '0: "first" data[0][0]',
        'key: "value" data[0]["key"]',
        '3: "three" data[0][3]',
      ],
    );
    assert.equal(new Inspection([call]).node([0, 6]).preview, '"three"');
    assert.equal(new Inspection([call]).node([0]).preview, 'a.B(1, k=2)');
  });

  it('writes a part in each form, with paths from the root in its errors', () => {
    const inspection = new Inspection(
      Dict.from([
        ['a', [1n, [2n]]],
        ['b', [0n, NaN]],
      ]),
    );
    const options = { maxLength: 1000 };
    assert.equal(inspection.text([0], 'json', options), '[\n  1,\n  [\n    2\n  ]\n]');
    assert.equal(
      inspection.text([0, 1], 'xml', options),
      '<root type="list">\n  <item type="int">2</item>\n</root>',
    );
    assert.equal(inspection.text([0], 'python', options), '[1, [2]]');
    assert.throws(() => inspection.text([1], 'json', options), /data\["b"\]\[1\]/);
    for (const form of ['json', 'xml', 'python'] as const) {
      assert.throws(() => inspection.text([0], form, { maxLength: 3 }), { code: 'limit-exceeded' });
    }
  });

  it('ends where a value refers to one that contains it', () => {
    const list: Value[] = [];
    list.push(Dict.from([['again', list]]));
    const again = new Inspection(list).node([0, 0]);
    assert.equal(again.refersTo, 'data');
    assert.equal(again.childCount, 0);
  });

  it('reaches the middle of many entries without visiting the others', () => {
    const value = Dict.from(Array.from({ length: 200_000 }, (_, i) => [BigInt(i), null] as const));
    const middle = new Inspection(value).children([], 100_000, 2);
    assert.deepEqual(
      middle.map(({ expression }) => expression),
      ['data[100000]', 'data[100001]'],
    );
  });

  it('returns only existing children', () => {
    const inspection = new Inspection([1n, 2n]);
    assert.equal(inspection.children([], 1, 10).length, 1);
    assert.deepEqual(inspection.children([], 5, 10), []);
    assert.throws(() => inspection.node([2]), { code: 'no-such-item' });
  });

  it('copies a string as it is, and anything else as Python', () => {
    const inspection = new Inspection(['it\'s "a" text', 1]);
    assert.equal(inspection.plainText([0], { maxLength: 100 }), 'it\'s "a" text');
    assert.equal(inspection.plainText([1], { maxLength: 100 }), '1.0');
    assert.throws(() => inspection.plainText([0], { maxLength: 5 }), { code: 'limit-exceeded' });
  });

  it('describes every node of any value in one line that can be cloned', () => {
    fc.assert(
      fc.property(arbitraryValue(), (value) => {
        const inspection = new Inspection(value);
        const visit = (path: readonly number[], budget: { nodes: number }): void => {
          const node = inspection.node(path);
          assert.deepEqual(structuredClone(node), node);
          const preview = inEnglish(node.preview);
          assert.doesNotMatch(preview, /[\n\r]/);
          assert.ok(preview.length < 250, preview);
          if (--budget.nodes < 0) return;
          const children = inspection.children(path, 0, 20);
          assert.equal(children.length, Math.min(node.childCount, 20));
          for (const child of children) visit(child.path, budget);
        };
        visit([], { nodes: 200 });
      }),
    );
  });
});
