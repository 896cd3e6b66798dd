import assert from 'node:assert/strict';
import type { NetworkInterfaceInfo } from 'node:os';
import { describe, it } from 'mocha';
import { covers, everyNetwork, isHere, networkAddresses } from '../../../src/net/networks';

function info(address: string, internal = false): NetworkInterfaceInfo {
  const about = { address, netmask: '', mac: '', internal, cidr: null };
  return address.includes(':') ? { ...about, family: 'IPv6', scopeid: 7 } : { ...about, family: 'IPv4' };
}

const interfaces = {
  lo: [info('127.0.0.1', true), info('::1', true)],
  wlan0: [info('fe80::1'), info('fd00::2'), info('192.168.1.7')],
  tun0: [info('10.8.0.3')],
  none: undefined,
};

describe('the networks of this machine', () => {
  it('are listed by interface and address, with IPv4 first and link-local addresses last', () => {
    const zone = process.platform === 'win32' ? '7' : 'wlan0';
    assert.deepEqual(
      networkAddresses(interfaces).map(({ name, host }) => `${name} ${host}`),
      ['wlan0 192.168.1.7', 'tun0 10.8.0.3', 'wlan0 fd00::2', `wlan0 fe80::1%${zone}`],
    );
  });

  it('are all covered by one host, with IPv6 if it is available', () => {
    assert.equal(everyNetwork(interfaces), '::');
    assert.equal(everyNetwork({ eth0: [info('10.0.0.1')] }), '0.0.0.0');
    assert.equal(everyNetwork({}), '0.0.0.0');
  });

  it('include the addresses that this machine has now', () => {
    for (const host of ['127.0.0.1', '::1', '::', '0.0.0.0', '10.8.0.3', 'fe80::1%wlan0'])
      assert.equal(isHere(host, interfaces), true, host);
    for (const host of ['10.8.0.4', 'fe80::2%wlan0']) assert.equal(isHere(host, interfaces), false, host);
    assert.equal(isHere('laptop.local', interfaces), undefined);
  });

  it('cover the connections that come through them', () => {
    for (const [host, local] of [
      ['::', 'fd00::2'],
      ['::', '::ffff:10.0.0.1'],
      ['0.0.0.0', '::ffff:10.0.0.1'],
      ['127.0.0.1', '::ffff:127.0.0.1'],
      ['fe80::1%wlan0', 'fe80::1%7'],
    ] as const)
      assert.ok(covers(host, local), `${host} covers ${local}`);
    for (const [host, local] of [
      ['0.0.0.0', 'fd00::2'],
      ['127.0.0.1', '127.0.0.2'],
      ['127.0.0.1', '10.0.0.1'],
      ['10.0.0.1', ''],
    ] as const)
      assert.ok(!covers(host, local), `${host} does not cover ${local}`);
  });
});
