import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { decodePickle } from '../../../../src/core/codecs/pickle/codec';
import { PicklepostError } from '../../../../src/core/errors';
import { findPlace } from '../../../../src/core/inspection/findPlace';
import { Inspection } from '../../../../src/core/inspection/inspection';
import { readKeyLiteral, readPath } from '../../../../src/core/inspection/pathText';
import { Dict, InertCall, InertName, Tuple, ValueSet, type Value } from '../../../../src/core/values/value';

const key = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.bigInt(),
  fc.boolean(),
  fc.constant(null),
);
const { value: anyValue } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.bigInt(),
    fc.string(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => new Tuple(items)),
    fc.array(key, { maxLength: 4 }).map((members) => ValueSet.from(members)),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((entries) => Dict.from(entries)),
  ),
}));

/** A pickle of `{'day': datetime.date(2024, 2, 29)}`. */
const DATE = 'gASVKQAAAAAAAAB9lIwDZGF5lIwIZGF0ZXRpbWWUjARkYXRllJOUQwQH6AIdlIWUUpRzLg==';

describe('A path', () => {
  it('leads to the value of the node whose expression it is', () => {
    fc.assert(
      fc.property(anyValue, (root) => {
        const inspection = new Inspection(root);
        const visit = (path: readonly number[]): void => {
          const { expression, childCount } = inspection.node(path);
          assert.equal(findPlace(root, expression).value, inspection.value(path));
          for (let i = 0; i < childCount; i++) visit([...path, i]);
        };
        visit([]);
      }),
    );
  });

  const root = Dict.from([
    ['a', [1n, 2n, [3n, 4n]]],
    ['layer.weight', 'w'],
    ['inner', Dict.from([['layer.bias', 'b']])],
    [5n, 'five'],
  ] as [Value, Value][]);

  it('may have attributes whose names Python does not allow, as modules of torch have', () => {
    const layer = new InertCall(new InertName('m', 'Layer'), new Tuple([]), undefined, true);
    layer.state = Dict.from([['weight', 'w']]);
    const model = new InertCall(new InertName('m', 'Model'), new Tuple([]), undefined, true);
    model.state = Dict.from([
      ['0', layer],
      ['a-b', layer],
    ]);
    assert.equal(findPlace(model, 'data.0.weight').value, 'w');
    assert.equal(findPlace(model, '.a-b.weight').value, 'w');
  });

  it('may omit `data`, use either quotes, and count from the end', () => {
    assert.equal(findPlace(root, `["a"][2][0]`).value, 3n);
    assert.equal(findPlace(root, `data['a'][-1][-2]`).value, 3n);
    assert.equal(findPlace(root, ' data [ "a" ] [ 1 ]').value, 2n);
    assert.equal(findPlace(root, 'data[5]').value, 'five');
    assert.equal(findPlace(root, 'data').value, root);
  });

  it('may be a name, also of a nested entry', () => {
    assert.equal(findPlace(root, 'layer.weight').value, 'w');
    assert.equal(findPlace(root, 'layer.bias').value, 'b');
  });

  it('leads to the parts of a stored call', () => {
    const { value } = decodePickle(Buffer.from(DATE, 'base64'));
    assert.equal(findPlace(value, 'data["day"]').isStored, false);
    assert.ok(findPlace(value, 'data["day"].args').value instanceof Tuple);
  });

  it('that leads nowhere is refused, with a list of what exists instead', () => {
    const refusals: [path: string, message: RegExp][] = [
      [
        'data["b"]',
        /There is no \["b"\] in data\. It has \["layer\.weight"\]|There is no \["b"\] in data\. It has /,
      ],
      ['data["a"][7]', /There is no \[7\] in data\["a"\]\. It has \[0\] to \[2\]\./],
      ['data["a"][0][0]', /There is no \[0\] in data\["a"\]\[0\]\. data\["a"\]\[0\] has no parts\./],
      ['layer.weigth', /There is no \["layer\.weigth"\] in data\. It has \["layer\.weight"\]/],
      ['data["a"', /There is no/],
    ];
    for (const [path, message] of refusals)
      assert.throws(
        () => findPlace(root, path),
        (error: unknown) =>
          error instanceof PicklepostError && error.code === 'no-such-item' && message.test(error.message),
        path,
      );
  });

  it('of any text is read or refused, and throws nothing else', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: fc.constantFrom('data', '[', ']', '(', ')', '.', "'", '"', '\\', '0', '-') }),
        ),
        (text) => {
          readPath(text);
          readKeyLiteral(text);
          try {
            findPlace(root, text);
          } catch (error) {
            assert.ok(error instanceof PicklepostError);
          }
        },
      ),
    );
  });
});
