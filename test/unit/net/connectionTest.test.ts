import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import { FernetKey } from '../../../src/core/crypto/keys';
import { CancelledError } from '../../../src/core/errors';
import { inEnglish } from '../../../src/core/text';
import {
  outcomeWords,
  testConnection,
  type TestOptions,
  type TestOutcome,
} from '../../../src/net/connectionTest';
import { connectError, unreachableReason } from '../../../src/net/socketErrors';
import { key, ServerFixture, type FixtureOptions } from './serverFixture';
import { freePort } from './sending';

describe('A test of a connection', () => {
  const servers: Server[] = [];
  afterEach(async () => {
    await ServerFixture.stopAll();
    for (const server of servers.splice(0)) server.close();
  });

  /** A program of another kind. @returns its port */
  async function listen(serve: (socket: Socket) => void): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      serve(socket);
    });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  const test = (port: number, options: Partial<TestOptions> = {}): Promise<TestOutcome> =>
    testConnection({ host: '127.0.0.1', port, ...options });

  const words = (outcome: TestOutcome): string => inEnglish(outcomeWords(outcome));

  async function testReceiver(
    options: FixtureOptions,
    own: Partial<TestOptions>,
  ): Promise<{ outcome: TestOutcome; fixture: ServerFixture }> {
    const fixture = await ServerFixture.start(options);
    const outcome = await test(fixture.port, own);
    await fixture.server.stop(1_000);
    return { outcome, fixture };
  }

  it('succeeds if both sides have the key, and leaves no trace', async () => {
    const { outcome, fixture } = await testReceiver({ key }, { key });
    assert(outcome.kind === 'fine' && outcome.roundTrip > 0);
    assert.match(words(outcome), /^Reachable, key verified, [\d.]+ ms$/);
    assert.deepEqual([fixture.failures, fixture.announced], [[], []]);
  });

  it('reports that the identity of the server is not proved without a key, and leaves no trace', async () => {
    const { outcome, fixture } = await testReceiver({ key }, {});
    assert.equal(outcome.kind, 'unverified');
    assert.match(words(outcome), /not verified/);
    assert.deepEqual([fixture.failures, fixture.announced], [[], []]);
  });

  it('reports a different key, for which the receiver logs one line', async () => {
    const { outcome, fixture } = await testReceiver({ key }, { key: FernetKey.generate() });
    assert.equal(outcome.kind, 'wrong-key');
    assert.equal(fixture.failures.length, 1);
  });

  it('reports why a receiver declines', async () => {
    const required = await testReceiver({ key, requireEncryption: true }, {});
    assert.equal(words(required.outcome), 'Declined: it requires a key');
    const without = await testReceiver({}, { key });
    assert.equal(words(without.outcome), 'Declined: it has no key');
    for (const { fixture } of [required, without]) assert.equal(fixture.failures.length, 1);
  });

  it('reports that a receiver is busy', async () => {
    const port = await listen((socket) => socket.end("ERROR: Busy('The receiver is busy. Try again later')"));
    assert.equal((await test(port)).kind, 'busy');
  });

  it('says why a server is not reachable', async () => {
    const refused = await test(await freePort());
    assert(refused.kind === 'unreachable' && refused.why === 'refused');
    const unknown = await test(1, { host: 'nobody.invalid' });
    assert(unknown.kind === 'unreachable' && unknown.why === 'unknown-host');
    assert.equal(words(unknown), 'Not reachable: the host is not known');
  });

  it('distinguishes the errors of the system', () => {
    const reasons = ['ECONNREFUSED', 'ETIMEDOUT', 'ENOTFOUND', 'ENETUNREACH', 'EHOSTUNREACH', 'EPERM'].map(
      (code) => unreachableReason(connectError({ code }, { host: 'a', port: 1, localPort: 0 })),
    );
    assert.deepEqual(reasons, ['refused', 'timed-out', 'unknown-host', 'no-route', 'no-route', 'other']);
  });

  it('does not wait longer than its limit', async () => {
    const port = await listen((socket) => socket.resume());
    const outcome = await test(port, { patience: 50 });
    assert(outcome.kind === 'silent' && outcome.why === 'timed-out');
    assert.equal(words(outcome), 'Not Picklepost: it does not reply');
  });

  const others: [what: string, answer: string, speaks: string | undefined][] = [
    ['a web server', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'HTTP'],
    ['an SSH server', 'SSH-2.0-OpenSSH_9.6\r\n', 'SSH'],
    ['a mail server', '220 mail.example ESMTP\r\n', 'SMTP or FTP'],
    ['a TLS server', '\x15\x03\x01\x00\x02\x02\x46', 'TLS'],
    ['Redis', '-ERR unknown command\r\n', 'Redis'],
    ['a NATS server', 'INFO {"server_id":"A"}\r\n', 'NATS'],
    ['the Python original', "ERROR: InvalidHeader('Invalid operation')", 'the classic protocol'],
    ['an unknown program', '\x00\x01\x02\x03\x04\x05\x06\x07', undefined],
  ];
  for (const [what, answer, speaks] of others) {
    it(`distinguishes ${what} from Picklepost`, async () => {
      const port = await listen((socket) => socket.once('data', () => socket.end(answer, 'latin1')));
      const outcome = await test(port);
      assert(outcome.kind === 'other-program', outcome.kind);
      assert.equal(outcome.speaks, speaks);
    });
  }

  it('recognizes a server that echoes its input as another program', async () => {
    const port = await listen((socket) => socket.pipe(socket));
    assert.equal((await test(port)).kind, 'other-program');
  });

  it('reports that a server closes the connection without replying', async () => {
    const port = await listen((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const outcome = await test(port);
    assert(outcome.kind === 'silent' && outcome.why === 'closed');
  });

  it('fails if a server sends invalid data after the preamble', async () => {
    const nonsense = Buffer.from('89504b500d0a1a0affffffff01', 'hex');
    const port = await listen((socket) => socket.once('data', () => socket.end(nonsense)));
    assert.equal((await test(port)).kind, 'failed');
  });

  it('of a classic receiver reports that something listens, and leaves no trace', async () => {
    const { outcome, fixture } = await testReceiver({}, { dialect: 'classic' });
    assert.equal(outcome.kind, 'listens');
    assert.deepEqual([fixture.failures, fixture.announced], [[], []]);
  });

  it('does not connect to a receiver that would store the connection as an item', async () => {
    const outcome = await test(await freePort(), { dialect: 'raw' });
    assert.equal(outcome.kind, 'untestable');
  });

  it('can be cancelled', async () => {
    const abort = new AbortController();
    const port = await listen((socket) => socket.once('data', () => abort.abort()));
    await assert.rejects(test(port, { signal: abort.signal }), CancelledError);
  });
});
