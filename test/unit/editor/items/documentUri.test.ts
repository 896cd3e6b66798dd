import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  formatDocumentUri,
  itemsShown,
  parseDocumentUri,
  type DocumentAddress,
} from '../../../../src/editor/items/documentUri';

describe('the URI of a document', () => {
  it('ends with a name whose extension is that of the language', () => {
    const at = (view: DocumentAddress['view'], name: string, part = 0): string =>
      formatDocumentUri({ source: { item: 'id' }, view, part }, name).path;
    assert.equal(at('content', 'a.json'), '/content/a.json');
    assert.equal(at('content', 'a.ipynb'), '/content/a.ipynb.json');
    for (const name of ['a.pkl', 'a.p']) assert.equal(at('python', name), '/python/a.py');
    assert.equal(at('xml', 'a.b.json'), '/xml/a.b.xml');
    assert.equal(at('hex', 'a.bin'), '/hex/a.bin.hexdump');
    assert.equal(at('hex', 'a.bin', 2), '/hex/a.bin 3.hexdump');
  });

  it('can be parsed into the parts that it was made of', () => {
    const source = fc.oneof(
      fc.stringMatching(/^[0-9a-f]{26}$/).map((item) => ({ item })),
      fc.webUrl().map((file) => ({ file })),
    );
    const path = fc.option(fc.array(fc.nat(1e6)), { nil: undefined });
    const view = fc.constantFrom('content', 'hex', 'json', 'xml', 'python', 'canonical');
    fc.assert(
      fc.property(source, view, path, fc.nat(100), (from, shown, place, part) => {
        const address = { source: from, view: shown, part, ...(place && { path: place }) };
        assert.deepEqual(parseDocumentUri(formatDocumentUri(address, 'name')), address);
      }),
    );
  });

  it('is refused if it does not have this form', () => {
    for (const path of ['', '/', '/other/name'])
      assert.equal(parseDocumentUri({ authority: 'id', path, query: '' }), undefined, path);
    assert.equal(parseDocumentUri({ authority: '', path: '/hex/name', query: '' }), undefined);
    assert.equal(parseDocumentUri({ authority: 'file', path: '/hex/name', query: '' }), undefined);
    assert.equal(parseDocumentUri({ authority: 'id', path: '/hex/name', query: 'part=-1' }), undefined);
  });

  it('identifies the shown items in any view, so that they are not deleted while they are shown', () => {
    const file = { file: 'file:///home/a.json' };
    const open: DocumentAddress[] = [
      { source: { item: 'second' }, view: 'python', part: 0, path: [1] },
      { source: { item: 'first' }, view: 'content', part: 0 },
      { source: { item: 'first' }, view: 'hex', part: 3 },
      { source: file, view: 'canonical', part: 0 },
    ];
    assert.deepEqual(itemsShown(open.map((address) => formatDocumentUri(address, 'name.pkl'))), [
      'first',
      'second',
    ]);
  });
});
