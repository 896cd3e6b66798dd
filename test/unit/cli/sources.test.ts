import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { temporaryDirectory } from '../inbox/temporary';
import { jsonLines, outcomeOf, PROGRAM, Receiver, run, startProgram } from './program';
import { makeWorkplace, type Workplace } from './workplace';

describe('A source on the command line', function () {
  this.timeout(30_000);
  const newDirectory = temporaryDirectory();

  const workplace = (): Workplace => makeWorkplace(newDirectory());

  for (const dialect of ['native', 'classic', 'raw']) {
    it(`may be a pipe, which can be read only once, in the ${dialect} dialect`, async function () {
      if (process.platform === 'win32') return this.skip();
      const { at, inbox } = workplace();
      mkdirSync(at('temporary'));
      const pipes = ['one', 'two'].map(at);
      for (const pipe of pipes) execFileSync('mkfifo', [pipe]);
      const receiver = await Receiver.start(...inbox);
      const sending = outcomeOf(
        startProgram(['send', ...pipes, '--to', receiver.address, '--dialect', dialect, '--json'], {
          TMPDIR: at('temporary'),
        }),
      );
      for (const pipe of pipes) await writeFile(pipe, `content of ${path.basename(pipe)}`);
      const { code, output } = await sending;
      assert.equal(code, 0);
      const sent = jsonLines(output).filter(({ event }) => event === 'sent');
      const sizes = sent.map(({ name, size }) => [name, size]);
      assert.deepEqual(sizes.sort(), [
        ['one', 14],
        ['two', 14],
      ]);
      const received = [await receiver.next(), await receiver.next()].map(({ sha256 }) => sha256);
      assert.deepEqual(received.sort(), sent.map(({ sha256 }) => sha256).sort());
      assert.deepEqual(readdirSync(at('temporary')), []);
      await receiver.stop();
    });
  }

  it('is refused if it is a folder as standard input, and not read as an empty file', function () {
    if (process.platform === 'win32') return this.skip();
    const { at } = workplace();
    mkdirSync(at('folder'));
    const input = openSync(at('folder'), 'r');
    for (const args of [
      ['send', '-', '--to', '127.0.0.1:1'],
      ['send', '-', '--dictionary', '--to', '127.0.0.1:1'],
      ['show', '--file', '-'],
    ]) {
      const stdio = [input, 'pipe', 'pipe'] as const;
      const { status, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], { stdio: [...stdio] });
      assert.deepEqual(
        [status, stderr.toString()],
        [1, 'picklepost: Cannot read standard input: it is a folder. Name a file.\n'],
      );
    }
    closeSync(input);
  });

  it('may be a pipe that nobody writes to, until it is interrupted', async function () {
    if (process.platform === 'win32') return this.skip();
    const { at } = workplace();
    mkdirSync(at('temporary'));
    execFileSync('mkfifo', [at('pipe')]);
    const program = startProgram(['send', at('pipe'), '--to', '127.0.0.1:1'], { TMPDIR: at('temporary') });
    while (readdirSync(at('temporary')).length === 0) await setImmediate();
    program.kill('SIGINT');
    const { code, errors } = await outcomeOf(program);
    assert.deepEqual([code, errors], [130, 'picklepost: Cancelled.\n']);
    assert.deepEqual(readdirSync(at('temporary')), []);
  });

  it('is sent except for files that cannot be read, which are named at the end', async function () {
    if (process.platform !== 'linux') return this.skip();
    const { at, inbox } = workplace();
    mkdirSync(at('folder'));
    for (const name of ['a', 'c']) writeFileSync(at(`folder/${name}`), name);
    // It can be opened by everyone, and read by nobody.
    symlinkSync('/proc/self/mem', at('folder/b'));
    const receiver = await Receiver.start(...inbox);
    const send = ['send', at('missing'), at('folder'), '--to', receiver.address];
    const { code, output, errors } = await run([...send, '--json']);
    assert.equal(code, 1);
    assert.deepEqual(errors.split('\n'), [
      `picklepost: Cannot read ${at('missing')}: there is no such file. Check the path.`,
      `picklepost: Cannot read ${at('folder/b')}: it cannot be read (EIO). Check the path and your permissions.`,
      '',
    ]);
    const lines = jsonLines(output);
    const failed = lines.filter(({ event }) => event === 'failed');
    assert.deepEqual(
      failed.map((line) => [line['code'], line['file']]),
      [
        ['disk', at('missing')],
        ['disk', at('folder/b')],
      ],
    );
    const sent = lines.filter(({ event }) => event === 'sent').map(({ name }) => name);
    assert.deepEqual(sent.sort(), ['a', 'c']);
    await receiver.stop();
  });

  const refusals: [dialect: string, refused: string, reason: RegExp][] = [
    ['classic', 'b.bin', /"b.bin" is not UTF-8 text/],
    ['raw', 'empty', /"empty" is empty/],
    ['classic', 'large', /The receiver refused "large"/],
    ['raw', 'large', /The receiver refused "large"/],
    ['native', 'large', /The receiver did not accept large/],
  ];
  for (const [dialect, refused, reason] of refusals) {
    it(`is sent except for refused items, such as ${refused} in the ${dialect} dialect`, async () => {
      const { at, inbox } = workplace();
      writeFileSync(at('a'), 'a');
      writeFileSync(at('b.bin'), Buffer.of(0xff));
      writeFileSync(at('empty'), '');
      writeFileSync(at('large'), 'x'.repeat(1001));
      writeFileSync(at('z'), 'z');
      const receiver = await Receiver.start(...inbox, '--max-size', '1000');
      const paths = [at('a'), at(refused), at('z')];
      const send = ['send', ...paths, '--to', receiver.address, '--dialect', dialect, '--json'];
      const { code, output, errors } = await run(send);
      assert.equal(code, 1);
      assert.match(errors, reason);
      assert.match(errors, /^picklepost: 1 of 3 items failed/m);
      const lines = jsonLines(output);
      const named = lines.filter(({ event, name }) => event === 'failed' && name !== undefined);
      assert.deepEqual(
        named.map(({ name }) => name),
        [refused],
      );
      const sent = lines.filter(({ event }) => event === 'sent').map(({ name }) => name);
      assert.deepEqual(sent.sort(), ['a', 'z']);
      await receiver.stop();
    });
  }

  it('is sent except for an empty folder and an invalid dictionary', async () => {
    const { at, inbox } = workplace();
    mkdirSync(at('folder'));
    writeFileSync(at('a.json'), '{"a": 1}');
    const receiver = await Receiver.start(...inbox);
    const send = ['send', at('folder'), at('a.json'), '--to', receiver.address];
    const files = await run(send);
    assert.deepEqual([files.code, files.output.match(/^Sent \S+/gm)], [1, ['Sent a.json']]);
    assert.match(files.errors, /There is no file in the folder/);
    writeFileSync(at('folder/b.json'), '{');
    const dictionaries = await run([...send, at('folder/b.json'), '--dictionary']);
    assert.deepEqual([dictionaries.code, dictionaries.output.match(/^Sent \S+/gm)], [1, ['Sent a.pkl']]);
    assert.match(dictionaries.errors, /it is a folder.*\n.*b\.json: Invalid JSON/);
    await receiver.stop();
  });

  it('reports how many items are left when the receiver disconnects', async () => {
    const { at } = workplace();
    for (const name of ['a', 'b', 'c']) writeFileSync(at(name), name);
    // Confirms one text of one byte, and goes.
    const server = createServer((socket) => {
      server.close();
      socket.once('data', () => socket.end('OK'));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const paths = ['a', 'b', 'c'].map(at);
    const { code, output, errors } = await run([
      'send',
      ...paths,
      '--dialect',
      'raw',
      '--to',
      `127.0.0.1:${port}`,
    ]);
    assert.deepEqual([code, output.match(/^Sent \S+/gm)], [3, ['Sent a']]);
    assert.match(errors, /^picklepost: Nothing listens at .*\npicklepost: 2 of 3 items have not been sent/);
  });

  it('is sent except for a file that disappears during sending', async () => {
    const { at, inbox } = workplace();
    for (const name of ['a', 'b', 'c']) writeFileSync(at(name), name);
    const receiver = await Receiver.start(...inbox);
    const gate = await openGate(receiver.port);
    const paths = ['a', 'b', 'c'].map(at);
    const sending = outcomeOf(
      startProgram(['send', ...paths, '--dialect', 'raw', '--to', `127.0.0.1:${gate.port}`]),
    );
    await gate.knock;
    rmSync(at('b'));
    gate.open();
    const { code, output, errors } = await sending;
    assert.deepEqual(
      [code, errors],
      [1, `picklepost: Cannot read ${at('b')}: there is no such file. Check the path.\n`],
    );
    assert.deepEqual(output.match(/^Sent \S+/gm), ['Sent a', 'Sent c']);
    gate.close();
    await receiver.stop();
  });
});

interface Gate {
  readonly port: number;
  /** Settles when somebody has come. */
  readonly knock: Promise<unknown>;
  open(): void;
  close(): void;
}

/** A server that leads to another one as soon as it has been opened. */
async function openGate(target: number): Promise<Gate> {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  const waiting: Socket[] = [];
  const forward = (socket: Socket): unknown =>
    socket.pipe(connect({ host: '127.0.0.1', port: target, allowHalfOpen: true })).pipe(socket);
  let admit = (socket: Socket): unknown => waiting.push(socket);
  server.on('connection', (socket) => admit(socket));
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    knock: once(server, 'connection'),
    open: () => {
      admit = forward;
      waiting.forEach(forward);
    },
    close: () => server.close(),
  };
}
