import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  ByteArray,
  Dict,
  InertCall,
  InertName,
  ValueSet,
  type Value,
} from '../../../../src/core/values/value';
import { arbitraryInertLeaf, arbitraryLeaf, arbitraryValue } from './arbitraryValue';
import { assertSameContent, assertSameValue, findDifference } from './sameValue';
import { tuple } from './values';

describe('sameValue', () => {
  const different: [why: string, a: Value, b: Value][] = [
    ['int and float', 1n, 1],
    ['int and bool', 1n, true],
    ['zero and minus zero', 0, -0],
    ['text and bytes', 'a', Uint8Array.of(97)],
    ['bytes and bytearray', Uint8Array.of(97), new ByteArray(Uint8Array.of(97))],
    ['list and tuple', [1n], tuple(1n)],
    ['set and frozenset', ValueSet.from([1n]), ValueSet.from([1n], true)],
    [
      'the order of keys',
      Dict.from([
        ['a', 1n],
        ['b', 1n],
      ]),
      Dict.from([
        ['b', 1n],
        ['a', 1n],
      ]),
    ],
    ['the spelling of a key', Dict.from([[1n, null]]), Dict.from([[1, null]])],
    ['the length of a list', [null], [null, null]],
    ['names', new InertName('os', 'system'), new InertName('os', 'popen')],
    ['state and keyword arguments', callWithState(), new InertCall(null, null, 1n)],
  ];
  for (const [why, a, b] of different) {
    it(`distinguishes values by ${why}`, () => {
      assert.notEqual(findDifference(a, b, { sharing: true }), undefined);
      assert.notEqual(findDifference([a], [b], { sharing: false }), undefined);
    });
  }

  it('distinguishes a shared list from two equal ones, unless only the content matters', () => {
    const shared: Value[] = [];
    assert.notEqual(findDifference([shared, shared], [[], []], { sharing: true }), undefined);
    assertSameContent([shared, shared], [[], []]);
  });

  it('finds a cycle equal to itself, and not to one of another length', () => {
    const [one, other, longer]: Value[][] = [[], [], []];
    one!.push(one!);
    other!.push(other!);
    longer!.push([longer!]);
    assertSameValue(one!, other!);
    assert.notEqual(findDifference(one!, longer!, { sharing: true }), undefined);
  });

  it('finds every value equal to itself', () => {
    const leaf = fc.oneof(arbitraryLeaf(), arbitraryInertLeaf());
    const everything = arbitraryValue({
      leaf,
      containers: ['list', 'tuple', 'set', 'frozenset', 'dict', 'bytearray', 'call'],
    });
    fc.assert(fc.property(everything, (value) => assertSameValue(value, value)));
  });
});

describe('arbitraryValue', () => {
  it('makes trees without shared parts', () => {
    fc.assert(
      fc.property(arbitraryValue({ references: 'tree', containers: ['list'] }), (value) => {
        const seen = new Set<Value>();
        const visit = (at: Value): void => {
          if (!Array.isArray(at)) return;
          assert.equal(seen.has(at), false);
          seen.add(at);
          at.forEach(visit);
        };
        visit(value);
      }),
    );
  });

  it('makes graphs in which lists contain themselves', () => {
    const isCyclic = (value: Value): boolean => Array.isArray(value) && value.includes(value);
    assert.equal(fc.sample(arbitraryValue(), { numRuns: 500, seed: 1 }).some(isCyclic), true);
  });
});

function callWithState(): InertCall {
  const call = new InertCall(null, null);
  call.state = 1n;
  return call;
}
