import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { reprOf } from '../../../../../src/core/values/known/pythonText';
import { InertCall, InertName, Tuple } from '../../../../../src/core/values/value';

describe('A value as Python prints it', () => {
  it('is the stored call if it is not recognized', () => {
    const system = new InertCall(new InertName('os', 'system'), new Tuple(['ls', 1n]));
    assert.equal(reprOf(system), "os.system('ls', 1)");
    assert.equal(reprOf([new InertCall(system, new Tuple([]))]), "[os.system('ls', 1)()]");
  });
});
