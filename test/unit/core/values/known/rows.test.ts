import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readRows, showFile } from './vectors';

for (const library of ['standard', 'numpy', 'pandas', 'torch'])
  describe(`A pickle of ${library === 'standard' ? 'the standard library' : library}`, () => {
    for (const { name, pickles, line, level, copied } of readRows(library))
      it(`of ${name}, shown as ${line}, is the same in each version`, () => {
        for (const [version, pickle] of Object.entries(pickles))
          assert.deepEqual(showFile(Buffer.from(pickle, 'base64')), { line, level, copied }, version);
      });
  });
