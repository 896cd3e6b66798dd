import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readRows, showFile } from './vectors';

const LIBRARIES = {
  standard: 'the standard library',
  numpy: 'numpy',
  pandas: 'pandas',
  scipy: 'scipy',
  sklearn: 'scikit-learn',
  pillow: 'Pillow',
  dateutil: 'dateutil',
  pytz: 'pytz',
  joblib: 'joblib',
  torch: 'torch',
} as const;

for (const [library, title] of Object.entries(LIBRARIES))
  describe(`A pickle of ${title}`, () => {
    for (const { name, pickles, line, level, copied } of readRows(library))
      it(`of ${name}, shown as ${line}, is the same in each version`, async () => {
        for (const [version, pickle] of Object.entries(pickles))
          assert.deepEqual(await showFile(Buffer.from(pickle, 'base64')), { line, level, copied }, version);
      });
  });
