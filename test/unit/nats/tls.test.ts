import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import { parseInboxAddress } from '../../../src/nats/inboxAddress';
import type { InboxAccess } from '../../../src/nats/inboxConnection';
import { openInbox, temporaryDirectory } from '../inbox/temporary';
import { createInbox, fileItem, Reader, send } from './inboxFixture';
import { NatsServer, skipWithoutNats } from './natsServer';

const HAS_OPENSSL = spawnSync('openssl', ['version']).status === 0;
const EXTENSIONS = `basicConstraints=critical,CA:FALSE
subjectAltName=IP:127.0.0.1
`;

/** An authority of its own, and a certificate of it for this machine. */
function makeCertificates(directory: string): { authority: string; certificate: string; key: string } {
  const at = (name: string): string => path.join(directory, name);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'pipe' });
  const newKey = (name: string): string[] => [
    ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', at(name)],
  ];
  openssl(
    ...['req', '-x509', ...newKey('ca.key'), '-out', at('ca.pem'), '-subj', '/CN=Test authority'],
    ...['-days', '2'],
  );
  openssl('req', ...newKey('server.key'), '-out', at('server.csr'), '-subj', '/CN=nats');
  writeFileSync(at('extensions'), EXTENSIONS);
  openssl(
    ...['x509', '-req', '-in', at('server.csr'), '-CA', at('ca.pem'), '-CAkey', at('ca.key')],
    ...['-CAcreateserial', '-days', '2', '-out', at('server.pem'), '-extfile', at('extensions')],
  );
  return { authority: at('ca.pem'), certificate: at('server.pem'), key: at('server.key') };
}

describe('A shared inbox over TLS', function () {
  skipWithoutNats(this);
  if (!HAS_OPENSSL) {
    console.warn('\nSKIPPED: "A shared inbox over TLS" needs openssl in PATH to make certificates.\n');
    this.beforeAll(function skip() {
      this.skip();
    });
  }
  const directory = temporaryDirectory();
  const servers: NatsServer[] = [];
  let authorities: string;
  let byPassword: NatsServer;
  let byToken: NatsServer;
  let plain: NatsServer;
  const item = fileItem('results.txt', Buffer.from('42'));

  before(async () => {
    const { authority, certificate, key } = makeCertificates(path.dirname(directory()));
    authorities = readFileSync(authority, 'utf8');
    const tls = `tls { cert_file: "${certificate}", key_file: "${key}", timeout: 5 }`;
    byPassword = await NatsServer.start({
      config: `${tls}\nauthorization { user: alice, password: a-secret }`,
    });
    byToken = await NatsServer.start({ config: `${tls}\nauthorization { token: t0ken }` });
    plain = await NatsServer.start();
    servers.push(byPassword, byToken, plain);
  });
  after(async () => {
    for (const server of servers) await server.dispose();
  });

  function access(url: string, credentials?: string): InboxAccess {
    return {
      ...{ address: parseInboxAddress(url), name: 'alice', authorities },
      ...(credentials !== undefined && { credentials }),
    };
  }

  it('accepts a password or a token if the person trusts the authority of its certificate', async () => {
    for (const [server, credentials] of [
      [byPassword, 'alice:a-secret'],
      [byToken, 't0ken'],
    ] as const) {
      const to = access(`tls://${server.address}/bio`, credentials);
      await createInbox(to);
      const [receipt] = await send(to, [item]);
      assert.equal(receipt?.sequence, 1);
      const reader = new Reader(to, await openInbox(directory()));
      await reader.until(({ fetched }) => fetched.length === 1);
      await reader.stop();
    }
  });

  it('refuses a wrong password and a wrong token', async () => {
    for (const [server, credentials] of [
      [byPassword, 'alice:wrong'],
      [byPassword, 'a-secret'],
      [byToken, 'wrong'],
    ] as const)
      await assert.rejects(send(access(`tls://${server.address}/bio`, credentials), [item]), {
        code: 'refused',
      });
  });

  it('is refused if the certificate of the server is not trusted, or is for another name', async () => {
    const { authorities: _none, ...stranger } = access(`tls://${byToken.address}/bio`, 't0ken');
    await assert.rejects(send(stranger, [item]), /certificate/);
    const byName = access(`tls://localhost:${byToken.port}/bio`, 't0ken');
    await assert.rejects(send(byName, [item]), /altnames|certificate/);
  });

  it('encrypts a connection by nats:// if the server requires it, and refuses tls:// if the server cannot', async () => {
    const [receipt] = await send(access(`nats://${byToken.address}/bio`, 't0ken'), [item]);
    assert.equal(receipt?.existed, true);
    await assert.rejects(send(access(`tls://${plain.address}/bio`, 't0ken'), [item]), {
      code: 'connection-failed',
    });
  });
});
