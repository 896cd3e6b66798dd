import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Inspection } from '../../../../src/core/inspection/inspection';
import { flatLiteral } from '../../../../src/core/render/flatLiteral';
import { Search, type SearchQuery } from '../../../../src/core/inspection/search';
import {
  ByteArray,
  Dict,
  InertCall,
  InertName,
  ValueSet,
  type Value,
} from '../../../../src/core/values/value';
import { childAt, childCount, isContainer } from '../../../../src/core/values/children';
import { arbitraryValue } from '../values/arbitraryValue';
import { tuple } from '../values/values';

/** The expressions of what a search finds. */
function find(value: Value, text: string, where: SearchQuery['where'] = 'both'): string[] {
  const search = new Search(value, [], { text, where }, 1000);
  while (!search.state.isDone) search.advance(3);
  assert.equal(search.state.count, search.state.paths.length);
  const inspection = new Inspection(value);
  return search.state.paths.map((path) => inspection.node(path).expression);
}

/** Every place that can be reached, containers once, with the key and value there. */
function everything(value: Value): { path: number[]; key: Value | undefined; value: Value }[] {
  const seen = new Set<Value>([value]);
  const visit = (container: Value, path: number[]): ReturnType<typeof everything> =>
    Array.from({ length: childCount(container) }, (_, i) => i).flatMap((i) => {
      const child = childAt(container, i)!;
      const place = {
        path: [...path, i],
        key: child.step.kind === 'key' ? child.step.key : undefined,
        value: child.value,
      };
      if (!isContainer(child.value) || seen.has(child.value)) return [place];
      seen.add(child.value);
      return [place, ...visit(child.value, place.path)];
    });
  return visit(value, []);
}

describe('the search in a value', () => {
  const value = Dict.from([
    ['name', 'Pickle'],
    ['list', [1n, 42n, 'a pickle']],
    [tuple('pickle', 1n), null],
    ['bytes', Uint8Array.from([0xde, 0xad, 0xbe, 0xef])],
    ['set', ValueSet.from(['x'])],
    ['call', new InertCall(new InertName('os', 'system'), tuple('rm'))],
  ]);

  it('finds keys and values, ignoring case', () => {
    assert.deepEqual(find(value, 'PICKLE'), ['data["name"]', 'data["list"][2]', 'data[("pickle", 1)]']);
    assert.deepEqual(find(value, 'pickle', 'keys'), ['data[("pickle", 1)]']);
    assert.deepEqual(find(value, 'pickle', 'values'), ['data["name"]', 'data["list"][2]']);
  });

  it('finds numbers, None, bytes by their digits or text, members and names', () => {
    assert.deepEqual(find(value, '42'), ['data["list"][1]']);
    assert.deepEqual(find(value, 'none'), ['data[("pickle", 1)]']);
    assert.deepEqual(find(value, 'ad be'), ['data["bytes"]']);
    assert.deepEqual(find([Uint8Array.from(Buffer.from('dill'))], 'dill'), ['data[0]']);
    assert.deepEqual(find(value, 'x', 'values'), ['list(data["set"])[0]']);
    assert.deepEqual(find(value, 'os.sys'), ['data["call"].callable']);
  });

  it('finds a shared or cyclic value once', () => {
    const list: Value[] = ['here'];
    list.push(list, [list]);
    assert.deepEqual(
      find(
        Dict.from([
          ['a', list],
          ['b', list],
        ]),
        'here',
      ),
      ['data["a"][0]'],
    );
  });

  it('agrees with a search of every place', () => {
    fc.assert(
      fc.property(
        arbitraryValue(),
        fc.string({ minLength: 1, maxLength: 2 }),
        fc.nat(5),
        (any, text, limit) => {
          const wanted = text.toLowerCase();
          const isIn = (part: Value): boolean => {
            if (part instanceof Uint8Array || part instanceof ByteArray || isContainer(part)) return false;
            const shown = typeof part === 'string' ? part : flatLiteral(part, 1000);
            return shown.toLowerCase().includes(wanted);
          };
          const expected = everything(any).filter(
            ({ key, value: inner }) => (typeof key === 'string' && isIn(key)) || isIn(inner),
          );
          const textOnly = (paths: readonly (readonly number[])[]): string[] =>
            paths
              .filter((path) => expected.some((place) => place.path.join() === path.join()))
              .map((path) => path.join());
          const search = new Search(any, [], { text, where: 'both' }, 1e9);
          search.advance(1e9);
          assert.deepEqual(
            textOnly(search.state.paths),
            expected.map(({ path }) => path.join()),
          );
          const limited = new Search(any, [], { text, where: 'both' }, limit);
          limited.advance(1e9);
          assert.equal(limited.state.count, search.state.count);
          assert.deepEqual(limited.state.paths, search.state.paths.slice(0, limit));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keeps the first matches unless they are nested very deeply', () => {
    const depth = 10_000;
    let value: Value = [];
    for (let level = 0; level < depth; level++) value = ['here', value];
    const search = new Search(value, [], { text: 'here', where: 'both' }, 1_000);
    search.advance(1e9);
    const { count, paths } = search.state;
    assert.equal(count, depth);
    assert.ok(paths.length > 100 && paths.length < 1_000, `${paths.length} paths`);
    assert.deepEqual(
      paths.map((path) => path.length),
      paths.map((_, i) => i + 1),
    );
  });

  it('searches a million entries in small steps', () => {
    const large = Dict.from(Array.from({ length: 1_000_000 }, (_, i) => [`key ${i}`, BigInt(i)] as const));
    const search = new Search(large, [], { text: '999999', where: 'both' }, 10);
    let steps = 0;
    for (; !search.state.isDone; steps++) search.advance(20_000);
    assert.deepEqual(search.state.paths, [[999_999]]);
    assert.equal(search.state.visited, 1_000_000);
    assert.ok(steps >= 50);
  });
});
