import assert from 'node:assert/strict';
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, it } from 'mocha';
import { temporaryDirectory } from '../inbox/temporary';
import { HoldingProxy } from '../net/holdingProxy';
import { jsonLines, outcomeOf, Receiver, run, startProgram, stopsListening, succeed } from './program';
import { makeWorkplace, type Workplace } from './workplace';

const MIB = 2 ** 20;
const FILE_SIZE = 12 * MIB;
const hasSignals = process.platform !== 'win32';

describe('A receive server that runs as a service', function () {
  this.timeout(60_000);
  const newDirectory = temporaryDirectory();
  let proxy: HoldingProxy | undefined;
  afterEach(() => proxy?.close());

  function workplace(): Workplace {
    const place = makeWorkplace(newDirectory(), { 'hello.txt': 'Hello World!' });
    writeFileSync(place.at('large.bin'), randomBytes(FILE_SIZE));
    return place;
  }

  it('frees the port when SIGTERM ends it during a transfer, and resumes the transfer once it runs again', async function () {
    if (!hasSignals) return this.skip();
    const { at, inbox } = workplace();
    const receiver = await Receiver.start(...inbox, '--save-to', at('saved'));
    proxy = await HoldingProxy.start(receiver.port, FILE_SIZE / 2);
    const sending = outcomeOf(startProgram(['send', at('large.bin'), '--wait', '--to', proxy.address]));
    await proxy.held();
    proxy.release();
    receiver.program.kill('SIGTERM');
    assert.equal(await receiver.exitCode(), 0);
    await stopsListening(receiver.port);
    assert.deepEqual(readdirSync(at('inbox/items')), []);
    const again = await Receiver.start(...inbox, '--save-to', at('saved'), '--port', String(receiver.port));
    assert.equal((await again.next())['event'], 'received');
    assert.equal((await sending).code, 0);
    assert((proxy.carried.at(-1) ?? 0) < FILE_SIZE - 3 * MIB, String(proxy.carried));
    assert(readFileSync(at('saved/large.bin')).equals(readFileSync(at('large.bin'))));
    await again.stop();
  });

  it('keeps what a sender has sent until SIGTERM, so that only the missing part is sent later', async function () {
    if (!hasSignals) return this.skip();
    const { at, inbox } = workplace();
    const receiver = await Receiver.start(...inbox, '--save-to', at('saved'));
    proxy = await HoldingProxy.start(receiver.port, FILE_SIZE / 2);
    const send = ['send', at('large.bin'), '--to', proxy.address];
    const program = startProgram(send);
    const sending = outcomeOf(program);
    await proxy.held();
    proxy.release();
    program.kill('SIGTERM');
    const { code, errors } = await sending;
    assert.deepEqual([code, errors], [143, 'picklepost: Cancelled.\n']);
    await succeed(send);
    assert((proxy.carried.at(-1) ?? 0) < FILE_SIZE - 3 * MIB, String(proxy.carried));
    let line = await receiver.next();
    // The connection that was lost is told of as well, sooner or later.
    if (line['event'] === 'failed') line = await receiver.next();
    assert.equal(line['savedTo'], at('saved/large.bin'));
    assert(readFileSync(at('saved/large.bin')).equals(readFileSync(at('large.bin'))));
    await receiver.stop();
  });

  it('reads its key again at SIGHUP, and keeps the previous one if the file is not a key', async function () {
    if (!hasSignals) return this.skip();
    const { at, inbox } = workplace();
    for (const name of ['old.key', 'new.key']) await succeed(['key', 'new', at(name)]);
    copyFileSync(at('old.key'), at('used.key'));
    const receiver = await Receiver.start(...inbox, '--key-file', at('used.key'));
    const send = (key: string): ReturnType<typeof run> =>
      run(['send', at('hello.txt'), '--to', receiver.address, '--key-file', at(key)]);

    copyFileSync(at('new.key'), at('used.key'));
    receiver.program.kill('SIGHUP');
    assert.equal((await receiver.next())['event'], 'reloaded');
    assert.equal((await send('new.key')).code, 0);
    assert.equal((await receiver.next())['event'], 'received');
    assert.equal((await send('old.key')).code, 1);
    assert.equal((await receiver.next())['event'], 'failed');

    writeFileSync(at('used.key'), 'no key');
    receiver.program.kill('SIGHUP');
    const { event, code } = await receiver.next();
    assert.deepEqual([event, code], ['failed', 'invalid-key']);
    assert.equal((await send('new.key')).code, 0);
    await receiver.stop();
  });

  it('reports its status at SIGUSR2, and at regular intervals', async function () {
    if (!hasSignals) return this.skip();
    const { at, inbox } = workplace();
    const receiver = await Receiver.start(...inbox);
    await succeed(['send', at('hello.txt'), '--to', receiver.address]);
    await receiver.next();
    receiver.program.kill('SIGUSR2');
    const { event, received, bytes, failed, memory } = await receiver.next();
    assert.deepEqual([event, received, bytes, failed], ['health', 1, 12, 0]);
    assert(Number(memory) > MIB);
    await receiver.stop();

    const timed = await Receiver.start(...inbox, '--health', '1');
    assert.equal((await timed.next())['event'], 'health');
    await timed.stop();

    const program = startProgram(['receive', '--port', '0', ...inbox, '--health', '1']);
    const outcome = outcomeOf(program);
    let text = '';
    while (!text.includes('Health')) text += String(await once(program.stdout, 'data'));
    program.kill('SIGTERM');
    assert.equal((await outcome).code, 0);
    assert.match(
      text,
      /Health: up 0:00:\d\d, connections: 0, received: 0 \(0 B\), failed connections: 0, memory: \d+\.?\d* MB\./,
    );
  });

  it('writes the time in each line for programs', async () => {
    const { at, inbox } = workplace();
    const program = startProgram(['receive', '--json', '--port', '0', '--once', ...inbox]);
    const outcome = outcomeOf(program);
    const [line] = (await once(program.stdout, 'data')) as [Buffer];
    const [listening] = jsonLines(line.toString());
    await succeed(['send', at('hello.txt'), '--to', `127.0.0.1:${String(listening?.['port'])}`]);
    const { output } = await outcome;
    for (const { time } of [listening!, ...jsonLines(output)])
      assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });
});

describe('The systemd unit of the docs', function () {
  this.timeout(60_000);
  const newDirectory = temporaryDirectory();
  const unit = readFileSync('docs/picklepost.service', 'utf8');
  const start = /^ExecStart=(.*)$/m.exec(unit)?.[1] ?? '';

  it('starts a server that ends with 0 at its stop signal, and frees the port', async function () {
    if (!hasSignals) return this.skip();
    const { at } = makeWorkplace(newDirectory());
    await succeed(['key', 'new', at('lab.key')]);
    const args = start
      .replace('/etc/picklepost', at(''))
      .replace('/var/lib/picklepost', at(''))
      .replace('--host 0.0.0.0 --port 6868', '--port 0')
      .split(' ')
      .slice(1);
    const program = startProgram(args);
    const outcome = outcomeOf(program);
    const [line] = (await once(program.stdout, 'data')) as [Buffer];
    const [listening] = jsonLines(line.toString());
    assert.match(unit, /^ExecReload=\/bin\/kill -HUP \$MAINPID$/m);
    program.kill('SIGHUP');
    const [reloaded] = (await once(program.stdout, 'data')) as [Buffer];
    assert.equal(jsonLines(reloaded.toString())[0]?.['event'], 'reloaded');
    program.kill('SIGTERM');
    assert.equal((await outcome).code, 0);
    await stopsListening(Number(listening?.['port']));
  });

  it('is valid and hardened according to systemd-analyze', function () {
    const { at } = makeWorkplace(newDirectory());
    // The program need not be installed here, nor the user be there.
    writeFileSync(at('picklepost.service'), unit.replace('/usr/local/bin/picklepost', process.execPath));
    const analyze = (...args: string[]): SpawnSyncReturns<string> =>
      spawnSync('systemd-analyze', [...args, at('picklepost.service')], { encoding: 'utf8' });
    const verified = analyze('verify');
    if (verified.error !== undefined) {
      console.log(
        '      SKIPPED: systemd-analyze is not installed, so nobody has checked the unit of the docs.',
      );
      return this.skip();
    }
    assert.deepEqual([verified.status, verified.stderr], [0, '']);
    // Tenths of what systemd calls exposure: 0 is none, 100 is what a unit without any such line has.
    const exposure = analyze('security', '--offline=true', '--threshold=20');
    assert.equal(exposure.status, 0, exposure.stdout);
  });
});

describe('The exit code of the command line', function () {
  this.timeout(30_000);
  const newDirectory = temporaryDirectory();

  it('is 3 if the server is not reachable, so that a script can try again', async () => {
    const { at, inbox } = makeWorkplace(newDirectory(), { 'hello.txt': 'Hello World!' });
    const receiver = await Receiver.start(...inbox);
    await receiver.stop();
    assert.equal((await run(['send', at('hello.txt'), '--to', receiver.address])).code, 3);
  });

  it('is 1 if trying again does not help: for a missing file or a refused item', async () => {
    const { at, inbox } = makeWorkplace(newDirectory(), { 'hello.txt': 'Hello World!' });
    const receiver = await Receiver.start(...inbox, '--max-size', '5');
    assert.equal((await run(['send', at('missing'), '--to', receiver.address])).code, 1);
    assert.equal((await run(['send', at('hello.txt'), '--to', receiver.address])).code, 1);
    await receiver.stop();
  });
});
