import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatOfFile } from '../../../src/editor/fileFormat';

describe('the format of a file', () => {
  it('is known by its name, whatever it begins with', () => {
    const none = Buffer.from('(lp0');
    assert.equal(formatOfFile('/a/b.PKL', none), 'binary');
    assert.equal(formatOfFile('/a/b.pickle', none), 'binary');
    assert.equal(formatOfFile('/a/settings.jsonc', none), 'json');
    assert.equal(formatOfFile('/a/b.xml', none), 'xml');
  });

  it('is known by its beginning where the name says nothing', () => {
    assert.equal(formatOfFile('/a/data', Buffer.from('8004', 'hex')), 'binary');
    assert.equal(formatOfFile('/a/data', Buffer.from('  {"a": 1}')), 'json');
    assert.equal(formatOfFile('/a/data', Buffer.from('<root/>')), 'xml');
    assert.equal(formatOfFile('/a/notes.txt', Buffer.from('one')), undefined);
    assert.equal(formatOfFile('/a/notes.txt', Buffer.alloc(0)), undefined);
  });
});
