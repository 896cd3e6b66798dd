import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { shareAddressOf, formatAddress, isLoopback, parseAddress } from '../../../../src/core/wire/address';

describe('addresses', () => {
  it('have the default port if none is written', () => {
    assert.deepEqual(parseAddress('lab.example', 6868), { host: 'lab.example', port: 6868 });
    assert.deepEqual(parseAddress('fe80::1%eth0', 6868), { host: 'fe80::1%eth0', port: 6868 });
    assert.deepEqual(parseAddress('[::1]', 6868), { host: '::1', port: 6868 });
  });

  it('have one share within an IPv6 network', () => {
    assert.equal(shareAddressOf('192.0.2.7:40000'), '192.0.2.7');
    const shares = ['[2001:db8:0:7::1]:1', '[2001:db8:0:7:1:2:3:4]:2', '[2001:db8:0:8::1]:3'].map(
      shareAddressOf,
    );
    assert.equal(shares[0], shares[1]);
    assert.notEqual(shares[0], shares[2]);
  });

  it('have a port that is read', () => {
    assert.deepEqual(parseAddress(' 127.0.0.1:1 ', 6868), { host: '127.0.0.1', port: 1 });
    assert.deepEqual(parseAddress('[::1]:65535', 6868), { host: '::1', port: 65535 });
  });

  it('are refused if they are invalid', () => {
    for (const text of ['', ' ', 'a b', 'host:', 'host:0', 'host:65536', 'http://host', 'host:port']) {
      assert.equal(parseAddress(text, 6868), undefined, text);
    }
  });

  it('are the same after they were written and read again', () => {
    const host = fc.oneof(fc.ipV4(), fc.domain(), fc.ipV6());
    fc.assert(
      fc.property(host, fc.integer({ min: 1, max: 65535 }), (name, port) => {
        assert.deepEqual(parseAddress(formatAddress({ host: name, port }), 6868), { host: name, port });
      }),
    );
  });

  it('are recognized as this machine', () => {
    for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost']) assert.ok(isLoopback(host), host);
    for (const host of ['0.0.0.0', '192.168.1.2', 'localhost.example', '::'])
      assert.ok(!isLoopback(host), host);
  });
});
