import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatOfFile, isPickleFile } from '../../../../src/core/codecs/fileFormat';

describe('the format of a file', () => {
  it('is known by its name, whatever it begins with', () => {
    const none = Buffer.from('(lp0');
    assert.equal(formatOfFile('/a/b.PKL', none), 'binary');
    assert.equal(formatOfFile('/a/b.pickle', none), 'binary');
    assert.equal(formatOfFile('/a/settings.jsonc', none), 'json');
    assert.equal(formatOfFile('/a/b.xml', none), 'xml');
  });

  it('is known by its first bytes if the name says nothing', () => {
    assert.equal(formatOfFile('/a/data', Buffer.from('8004', 'hex')), 'binary');
    assert.equal(formatOfFile('/a/data', Buffer.from('  {"a": 1}')), 'json');
    assert.equal(formatOfFile('/a/data', Buffer.from('<root/>')), 'xml');
    assert.equal(formatOfFile('/a/data', Buffer.from('\ufeff{"a": 1}', 'utf16le')), 'json');
    assert.equal(formatOfFile('/a/data', Buffer.from('<root/>', 'utf16le').swap16()), 'xml');
    assert.equal(formatOfFile('/a/data', Buffer.from('one', 'utf16le')), undefined);
    assert.equal(formatOfFile('/a/data', Buffer.from('7b000000220000', 'hex')), 'json');
    assert.equal(formatOfFile('/a/notes.txt', Buffer.from('one')), undefined);
    assert.equal(formatOfFile('/a/notes.txt', Buffer.alloc(0)), undefined);
  });

  it('is pickle for the editor for pickle files if its name or its first bytes say so', () => {
    const start = Buffer.from('80049500', 'hex');
    assert.ok(isPickleFile('model.bin', start));
    assert.ok(isPickleFile('Model.PKL', Buffer.from('(lp0')));
    assert.ok(isPickleFile('model.pickle', Buffer.alloc(0)));
    // Pascal, Prolog and others use it too.
    assert.ok(!isPickleFile('program.p', Buffer.from('begin')));
    assert.ok(!isPickleFile('photo.bin', Buffer.from('80ff', 'hex')));
    assert.ok(!isPickleFile('one.bin', Buffer.from('80', 'hex')));
  });
});
