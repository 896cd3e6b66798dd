import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { writeForm } from '../../../../../src/core/codecs/writeForm';
import { decodePickleFile } from '../../../../../src/core/codecs/pickle/file';
import { decodePickle } from '../../../../../src/core/codecs/pickle/reader';
import { csvPieces } from '../../../../../src/core/data/csv';
import { recognise } from '../../../../../src/core/values/known/recognise';
import { plainJson } from '../../../../../src/core/values/known/plainJson';
import { InertCall, InertName, Tuple, type Value } from '../../../../../src/core/values/value';

const VECTORS = path.resolve('test/vectors/known');
const FOLDERS = ['pandas15', 'pandas22', 'pandas30'];

function read(folder: string, name: string, protocol: number): Value {
  return decodePickle(readFileSync(path.join(VECTORS, folder, `${name}.p${protocol}.pkl`))).value;
}

/** As pandas 1.5.3 writes those of its folder; the others hold the same. */
const CSV: Readonly<Record<string, string>> = {
  series: 'id,f\nr1,1.5\nr2,\nr3,-0.0\n',
  empty: '""\n',
  interleaved: ',a,b,c,d\n0,1,0.5,2,0.25\n',
  multi: 'i,b,f\n1,True,1.5\n2,False,\n3,True,-0.0\n',
  frame: [
    'id,i,f,s,b,t,tz,c,n,st,td',
    'r1,1,1.5,x,True,2024-01-01 00:00:00.000,2024-01-01 00:00:00+01:00,a,1,p,0 days 00:00:01',
    'r2,2,,ü,False,2024-02-29 12:34:56.789,2024-01-01 00:00:00+01:00,b,,,0 days 00:00:02',
    'r3,3,-0.0,,True,,2024-01-01 00:00:00+01:00,a,3,q,0 days 00:00:03\n',
  ].join('\n'),
};

describe('A file of pandas', () => {
  for (const folder of FOLDERS)
    for (const protocol of [2, 4, 5])
      for (const name of Object.keys(CSV))
        it(`causes no warning: ${folder}, ${name} at protocol ${protocol}`, () => {
          const bytes = readFileSync(path.join(VECTORS, folder, `${name}.p${protocol}.pkl`));
          assert.equal(decodePickleFile(bytes).actions.level, 'known');
        });
});

describe('A recognized value', () => {
  for (const folder of FOLDERS)
    for (const protocol of [2, 4, 5])
      for (const [name, csv] of Object.entries(CSV))
        it(`of ${folder}, ${name} at protocol ${protocol}, is shown as the table that pandas writes as CSV`, () => {
          const table = recognise(read(folder, name, protocol))?.table?.();
          assert.ok(table);
          assert.equal([...csvPieces(table, true)].join(''), csv);
        });

  for (const folder of FOLDERS)
    for (const protocol of [2, 4, 5])
      it(`of ${folder}, arrays at protocol ${protocol}, has the same elements as in numpy`, () => {
        const { value } = plainJson(read(folder, 'arrays', protocol));
        const text = writeForm('json', value, { maxLength: 100_000 });
        assert.deepEqual(
          JSON.parse(text),
          JSON.parse(readFileSync(path.join(VECTORS, 'arrays.json'), 'utf8')),
        );
      });

  it('is shown as its call if its length is wrong or extremely large', () => {
    const dtype = new InertCall(new InertName('numpy', 'dtype'), new Tuple(['f8', false, true]));
    dtype.state = new Tuple([3n, '<', null, null, null, -1n, -1n, 0n]);
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: -4n, max: 2n ** 62n }), { maxLength: 5 }),
        fc.nat(64),
        (shape, size) => {
          const args = new Tuple([new InertName('numpy', 'ndarray'), new Tuple([0n]), Buffer.from('b')]);
          const call = new InertCall(new InertName('numpy.core.multiarray', '_reconstruct'), args);
          call.state = new Tuple([1n, new Tuple([...shape]), dtype, false, new Uint8Array(size)]);
          const fits =
            shape.every((length) => length >= 0n) && shape.reduce((a, b) => a * b, 8n) === BigInt(size);
          assert.equal(recognise(call) !== undefined, fits);
        },
      ),
    );
  });
});
