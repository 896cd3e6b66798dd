import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import dnsPacket from 'dns-packet';
import { afterEach, describe, it } from 'mocha';
import { Announcement } from '../../../../src/net/discovery/announcement';
import { Announcer } from '../../../../src/net/discovery/announcer';
import { announce, Browser, type Announcing } from '../../../../src/net/discovery/discovery';
import type { FoundServer } from '../../../../src/net/discovery/foundServices';
import { MulticastSocket } from '../../../../src/net/discovery/multicastSocket';
import type { Disposable } from '../../../../src/core/scheduling/event';
import { freeUdpPort, LOOPBACK } from './loopback';

const GROUP = '224.0.0.251';

const announcementOf = (displayName: string, port: number): Announcement =>
  new Announcement({ displayName, addresses: ['127.0.0.1'], port });

describe('Discovery', () => {
  const ending: (() => unknown)[] = [];
  let port: number;
  beforeEach(async () => {
    port = await freeUdpPort();
  });
  afterEach(async () => {
    for (const end of ending.splice(0)) await end();
  });

  const own = <T extends Disposable>(one: T): T => {
    ending.push(() => one.dispose());
    return one;
  };
  const browse = (): Browser => own(new Browser(assert.ifError, () => [LOOPBACK], port));

  /** @returns the name under which it is announced */
  async function announced(
    displayName: string,
    serverPort: number,
  ): Promise<{ name: string; announcing: Announcing }> {
    return new Promise((resolve) => {
      const options = {
        ...{ displayName, port: serverPort, multicastPort: port },
        onAnnounced: (name: string) => resolve({ name, announcing }),
      };
      const announcing = announce('0.0.0.0', options, () => [LOOPBACK]);
      ending.push(() => announcing.stop());
    });
  }

  /** Settles when the list is as it should be. */
  async function until(browser: Browser, isSo: (servers: readonly FoundServer[]) => boolean): Promise<void> {
    while (!isSo(browser.servers))
      await new Promise<void>((resolve) => {
        const subscription = browser.onDidChange(() => {
          subscription.dispose();
          resolve();
        });
      });
  }

  it('finds an announced server, and removes it when it is withdrawn', async () => {
    const browser = browse();
    const { name, announcing } = await announced('Anna', 6868);
    await until(browser, (servers) => servers.length === 1);
    assert.deepEqual([name, browser.servers], ['Anna', [{ name: 'Anna', host: '127.0.0.1', port: 6868 }]]);
    await announcing.stop();
    await until(browser, (servers) => servers.length === 0);
  });

  it('finds a server that was announced before', async () => {
    await announced('Anna', 6868);
    // The answer to the announcement itself goes to nobody yet.
    const browser = browse();
    await until(browser, (servers) => servers.length === 1);
  });

  it('adds a number to the second server with the same name', async () => {
    const browser = browse();
    assert.equal((await announced('Anna', 1)).name, 'Anna');
    assert.equal((await announced('anna', 2)).name, 'anna (2)');
    await until(browser, (servers) => servers.length === 2);
  });

  it('adds a number to one of two servers that probe the same name at the same time', async () => {
    const both = await Promise.all([announced('Anna', 1), announced('Anna', 2)]);
    assert.deepEqual(both.map(({ name }) => name).sort(), ['Anna', 'Anna (2)']);
  });

  it('changes the name of a server if another one starts to use it', async () => {
    const names: string[] = [];
    let isRenamed: (() => void) | undefined;
    const renamed = new Promise<void>((resolve) => (isRenamed = resolve));
    const announcer = new Announcer(LOOPBACK, {
      ...{ displayName: 'Anna', port: 1, multicastPort: port },
      onAnnounced: (name) => {
        names.push(name);
        if (names.length === 2) isRenamed?.();
        else void other.respond(records);
      },
    });
    ending.push(() => announcer.stop());
    const records = announcementOf('Anna', 2).records();
    const handlers = {
      onFailed: assert.ifError,
      onQuery: () => void (names.length > 0 && other.respond(records)),
    };
    const other = new MulticastSocket(LOOPBACK, handlers, port);
    ending.push(() => other.close());
    await renamed;
    assert.deepEqual(names, ['Anna', 'Anna (2)']);
  });

  it('continues after packets that cannot be decoded, claim too many records, or come from another port', async () => {
    const browser = browse();
    const attacker = createSocket({ type: 'udp4', reuseAddr: true });
    attacker.bind(port, '127.0.0.1');
    await once(attacker, 'listening');
    attacker.setMulticastInterface('127.0.0.1');
    const stranger = createSocket('udp4').bind(0, '127.0.0.1');
    await once(stranger, 'listening');
    stranger.setMulticastInterface('127.0.0.1');
    ending.push(
      () => attacker.close(),
      () => stranger.close(),
    );
    const fake = dnsPacket.encode({
      type: 'response',
      answers: announcementOf('Mallory', 666).records(),
    });
    const huge = Buffer.alloc(9000, 0xc0);
    const loop = Buffer.from('0000840000000001000000000c00c00c000c00010000000a0002c00c', 'hex');
    for (const packet of [Buffer.alloc(0), Buffer.alloc(12, 0xff), huge, loop, fake.subarray(0, 40)])
      await new Promise((resolve) => attacker.send(packet, port, GROUP, resolve));
    await new Promise((resolve) => stranger.send(fake, port, GROUP, resolve));
    await announced('Anna', 6868);
    await until(browser, (servers) => servers.some(({ name }) => name === 'Anna'));
    assert.deepEqual(
      browser.servers.map(({ name }) => name),
      ['Anna'],
    );
  });

  it('opens no socket for a server that only this machine can reach', async () => {
    const announcing = announce('127.0.0.1', { displayName: 'Anna', port: 1, multicastPort: port });
    assert.equal(announcing.networks, 0);
    await announcing.stop();
  });
});
