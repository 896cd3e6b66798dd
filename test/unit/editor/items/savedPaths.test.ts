import assert from 'node:assert/strict';
import { SavedPaths } from '../../../../src/editor/items/savedPaths';

/** Where VS Code keeps things, and how often it was written to. */
class State {
  private readonly values = new Map<string, unknown>();
  updates = 0;

  keys(): readonly string[] {
    return [...this.values.keys()];
  }

  get<T>(key: string, otherwise?: T): T {
    return (this.values.get(key) ?? otherwise) as T;
  }

  update(key: string, value: unknown): Promise<void> {
    this.updates++;
    this.values.set(key, value);
    return Promise.resolve();
  }
}

describe('the path of a saved item', () => {
  it('is known at once, and many paths are written together', () => {
    const state = new State();
    const saved = new SavedPaths(state);
    for (let id = 0; id < 100; id++) saved.set(`item ${id}`, `/path/${id}`);
    assert.equal(saved.get('item 7'), '/path/7');
    saved.dispose();
    assert.equal(state.updates, 1);
    assert.equal(new SavedPaths(state).get('item 99'), '/path/99');
  });

  it('is dropped with the item', async () => {
    const state = new State();
    const saved = new SavedPaths(state);
    saved.set('gone', '/gone');
    saved.set('here', '/here');
    saved.dispose();
    await saved.keepOnly(new Set(['here']));
    assert.equal(saved.get('gone'), undefined);
    assert.equal(saved.get('here'), '/here');
  });

  it('is kept only for the newest of very many items', () => {
    const state = new State();
    const saved = new SavedPaths(state);
    for (let id = 0; id < 6_000; id++) saved.set(`item ${id}`, 'path');
    saved.dispose();
    assert.equal(saved.get('item 999'), undefined);
    assert.equal(saved.get('item 1000'), 'path');
  });
});
