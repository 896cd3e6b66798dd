import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { levelOf } from '../../../../../src/core/codecs/pickle/level';
import { decodePickle } from '../../../../../src/core/codecs/pickle/reader';
import { csvPieces } from '../../../../../src/core/data/csv';
import { recognise } from '../../../../../src/core/values/known/recognise';
import { Dict, InertCall, InertName, Tuple, type Value } from '../../../../../src/core/values/value';
import { readRows } from './vectors';

/** A value with each call in it replaced by another one, from the inside out. */
function rebuild(
  value: Value,
  change: (call: InertCall) => InertCall,
  seen = new Map<Value, Value>(),
): Value {
  const known = seen.get(value);
  if (known !== undefined) return known;
  const again = (one: Value): Value => rebuild(one, change, seen);
  let made = value;
  if (Array.isArray(value)) made = value.map(again);
  else if (value instanceof Tuple) made = new Tuple(value.items.map(again));
  else if (value instanceof Dict)
    made = Dict.from([...value].map(([key, item]) => [again(key), again(item)]));
  else if (value instanceof InertCall) {
    const call = new InertCall(again(value.callable), again(value.args), value.kwargs, value.isNew);
    if (value.state !== undefined) call.state = again(value.state);
    call.appended.push(...value.appended.map(again));
    made = change(call);
  }
  seen.set(value, made);
  return made;
}

/** What is shown of a value, and which of its calls are not known. */
function show(value: Value): { unknown: string[]; csv: string } {
  const unknown: string[] = [];
  rebuild(value, (call) => {
    const level = levelOf(call);
    if (level !== 'plain' && level !== 'known') unknown.push(nameOf(call));
    return call;
  });
  const table = recognise(value)?.table?.();
  return { unknown, csv: table === undefined ? '' : [...csvPieces(table, true)].join('') };
}

function nameOf({ callable }: InertCall): string {
  return callable instanceof InertName ? callable.qualifiedName : '';
}

describe('A frame of a version of pandas that is not installed', () => {
  it('is recognized as pandas 1.3 and 1.4 write it, with blocks that are calls of a partial', () => {
    const file = path.resolve('test/vectors/known/pandas15/frame.p4.pkl');
    const frame = decodePickle(readFileSync(file)).value;
    let blocks = 0;
    const changed = rebuild(frame, (call) => {
      if (nameOf(call) !== 'pandas._libs.internals._unpickle_block') return call;
      blocks++;
      // pandas/core/internals/blocks.py of 1.3: `functools.partial(new_block, ndim=2)(values, placement)`.
      const newBlock = new InertName('pandas.core.internals.blocks', 'new_block');
      const partial = new InertCall(new InertName('functools', 'partial'), new Tuple([newBlock]));
      partial.state = new Tuple([newBlock, new Tuple([]), Dict.from([['ndim', 2n]]), null]);
      return new InertCall(partial, new Tuple((call.args as Tuple).items.slice(0, 2)));
    });
    assert.ok(blocks > 5);
    assert.deepEqual(show(changed), show(frame));
    assert.deepEqual(show(changed).unknown, []);
    assert.match(show(changed).csv, /^id,i,f,s/);
  });

  it('is recognized as pandas 1.0 writes it, with the manager named `_data` and without flags', () => {
    for (const name of ['frame', 'frame mixed', 'frame of dates', 'series dates', 'series category']) {
      const row = readRows('pandas').find((one) => one.name === name);
      const pickle = row?.pickles['pandas 1.1, protocol 2'];
      assert.ok(pickle !== undefined, name);
      const value = decodePickle(Buffer.from(pickle, 'base64')).value;
      let managers = 0;
      const changed = rebuild(value, (call) => {
        if (!(call.state instanceof Dict) || !call.state.has('_mgr')) return call;
        managers++;
        const state = [...call.state].filter(([key]) => key !== '_flags');
        call.state = Dict.from(state.map(([key, held]) => [key === '_mgr' ? '_data' : key, held]));
        return call;
      });
      assert.equal(managers, 1);
      assert.deepEqual(show(changed), show(value), name);
      assert.deepEqual(show(changed).unknown, [], name);
      assert.notEqual(show(changed).csv, '', name);
    }
  });
});
