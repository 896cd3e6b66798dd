import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseLink } from '../../../../src/editor/shell/link';

const read = (query: string, path = '/pair') => parseLink({ path, query }, 6868)?.address;

describe('a link', () => {
  it('contains an address, and nothing else', () => {
    assert.deepEqual(read('address=192.168.1.20:7000'), { host: '192.168.1.20', port: 7000 });
    assert.deepEqual(read('address=lab.example'), { host: 'lab.example', port: 6868 });
    assert.deepEqual(read('address=%5Bfd00%3A%3A2%5D%3A7000'), { host: 'fd00::2', port: 7000 });
    assert.deepEqual(read('address=[fe80::1%25eth0]:7000'), { host: 'fe80::1%eth0', port: 7000 });
  });

  it('opens pairing or sending by its path, with one parameter each', () => {
    const address = { host: 'lab', port: 7000 };
    assert.deepEqual(parseLink({ path: '/send', query: 'to=lab:7000' }, 6868), { action: 'send', address });
    assert.deepEqual(parseLink({ path: '/pair', query: 'address=lab:7000' }, 6868), {
      action: 'pair',
      address,
    });
    for (const query of [
      'address=lab',
      'to=lab&file=/etc/passwd',
      'to=lab&key=abc',
      'to=lab&dialect=raw',
      'to=',
    ])
      assert.equal(read(query, '/send'), undefined, query);
  });

  it('is refused if it has a code, a key, or any other missing or additional part', () => {
    for (const query of [
      ...[
        '',
        'address=',
        'address',
        'code=42-amber-falcon',
        'address=lab&code=42-amber-falcon',
        'address=a&address=b',
      ],
      ...['address=lab:0', 'address=lab:65536', 'address=lab:7000/x', 'address=user@lab', 'address=lab 7000'],
    ])
      assert.equal(read(query), undefined, query);
    for (const path of ['', '/', '/pair/', '/PAIR', '/pair/x', '/send'])
      assert.equal(read('address=lab', path), undefined);
  });

  it('is refused if its address could be mistaken for something else', () => {
    for (const host of [
      'la\u202eb',
      'la\u0000b',
      'l\u001b[31mab',
      'lаb',
      'l\u200bab',
      '$(key)',
      '[x](command:y)',
      'a'.repeat(254),
    ])
      assert.equal(read(`address=${encodeURIComponent(host)}`), undefined, host);
    assert.equal(read(`address=lab&${'x'.repeat(1_000_000)}`), undefined);
  });

  it('only leads to addresses of plain characters, whatever the link is', () => {
    const query = fc.oneof(
      fc.string(),
      fc.string().map((text) => `address=${encodeURIComponent(text)}`),
    );
    fc.assert(
      fc.property(query, (text) => {
        const address = read(text);
        if (!address) return;
        assert.match(address.host, /^[a-z0-9._:%-]+$/i);
        assert.ok(address.port >= 1 && address.port <= 65535);
      }),
      { numRuns: 2000 },
    );
  });
});
