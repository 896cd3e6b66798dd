import assert from 'node:assert/strict';
import { chosenRows } from '../../src/editor/shell/chosenRows';
import { PreconditionError } from '../../src/editor/shell/reporter';

describe('the rows that a command is about', () => {
  const view = { selection: ['selected'] };

  it('are those it was called with, otherwise the selected ones', () => {
    assert.deepEqual(chosenRows(view, 'clicked', ['clicked', 'other']), ['clicked', 'other']);
    assert.deepEqual(chosenRows(view, 'clicked'), ['clicked']);
    assert.deepEqual(chosenRows(view), ['selected']);
  });

  it('are asked for again if one of them has just been replaced', () => {
    assert.throws(() => chosenRows(view, 'clicked', ['clicked', undefined]), PreconditionError);
  });
});
