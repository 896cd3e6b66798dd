import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { temporaryDirectory } from '../inbox/temporary';
import { jsonLines, outcomeOf, Receiver, run, startProgram, succeed, type Line } from './program';
import { makeWorkplace, type Workplace } from './workplace';

const DICTIONARY =
  '{"a": {"b": [1, 1.0, "x<y"]}, "big": 123456789012345678901234567890, "n": null} // a comment\n';
const AS_PYTHON = '{"a": {"b": [1, 1.0, "x<y"]}, "big": 123456789012345678901234567890, "n": None}\n';

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** What a line says of an item, but for what differs each time. */
function facts({ event, kind, format, encrypted, size, sha256 }: Line): Line {
  return { event, kind, format, encrypted, size, sha256 };
}

describe('Sending and receiving on the command line', function () {
  this.timeout(30_000);
  const newDirectory = temporaryDirectory();

  /** A folder with a key, a text, and a JSON file; and options for an inbox in it. */
  async function workplace(): Promise<Workplace> {
    const place = makeWorkplace(newDirectory(), { 'hello.txt': 'Hello World!', 'data.json': DICTIONARY });
    await succeed(['key', 'new', place.at('key')]);
    return place;
  }

  it('transfers a message to the receiving person, which is kept with the item', async () => {
    const { at, inbox } = await workplace();
    const receiver = await Receiver.start(...inbox);
    const to = ['--to', receiver.address];
    await succeed(['send', at('hello.txt'), '--message', 'As promised\n\u202e', ...to]);
    assert.equal((await receiver.next())['message'], 'As promised\n\u202e');
    const [listed] = jsonLines(await succeed(['list', ...inbox, '--json']));
    assert.equal(listed?.['message'], 'As promised\n\u202e');
    for (const [args, reason] of [
      [['--message', 'x', '--dialect', 'classic'], /--message is for Picklepost only/],
      [['--message', 'x'.repeat(201)], /has 201 characters, and at most 200 can be sent/],
    ] as const) {
      const { code, errors } = await run(['send', at('hello.txt'), ...args, ...to]);
      assert.equal(code, 2);
      assert.match(errors, reason);
    }
  });

  it('receives items with each of several keys, and still has them when all keys are gone', async () => {
    const { at, inbox } = await workplace();
    await succeed(['key', 'new', at('newer')]);
    const keys = ['key', 'newer'].flatMap((name) => ['--key-file', at(name)]);
    const receiver = await Receiver.start(...inbox, ...keys, '--require-encryption');
    for (const name of ['key', 'newer'])
      await succeed(['send', at('hello.txt'), '--to', receiver.address, '--key-file', at(name)]);
    const items = [await receiver.next(), await receiver.next()];
    assert.deepEqual(
      items.map(({ key }) => key),
      ['key', 'newer'],
    );
    for (const name of ['key', 'newer']) rmSync(at(name));
    for (const { id } of items)
      assert.equal(await succeed(['export', String(id), ...inbox, '--to', '-']), 'Hello World!');
  });

  for (const encryption of ['plain', 'encrypted'] as const) {
    it(`transfers texts, files and dictionaries in every format to other programs, ${encryption}`, async () => {
      const { at, inbox } = await workplace();
      const key = encryption === 'encrypted' ? ['--key-file', at('key')] : [];
      writeFileSync(at('bytes.bin'), Buffer.from([0xff, 0, 0x80]));
      const receiver = await Receiver.start(...inbox, ...key);
      const send = (...args: string[]): Promise<string> =>
        succeed(['send', ...args, '--to', receiver.address, '--json', ...key]);
      const encrypted = encryption === 'encrypted';

      const lines = jsonLines(await send(at('hello.txt'), '--dialect', 'classic'));
      const sent = lines.find(({ event }) => event === 'sent');
      const content = { size: 12, sha256: sha256('Hello World!') };
      const receipt = { ...content, confirmed: true, verified: false, to: receiver.address };
      assert.deepEqual(sent, { event: 'sent', kind: 'file', name: 'hello.txt', format: null, ...receipt });
      const text = { event: 'received', kind: 'text', format: null, encrypted, ...content };
      assert.deepEqual(facts(await receiver.next()), text);
      await send(at('hello.txt'), '--dialect', 'raw');
      assert.deepEqual(facts(await receiver.next()), text);
      for (const [word, format] of [
        ['pickle', 'binary'],
        ['json', 'json'],
        ['xml', 'xml'],
      ] as const) {
        await send(at('data.json'), '--dictionary', '--format', word, '--dialect', 'classic');
        const line = await receiver.next();
        assert.deepEqual(
          [line['kind'], line['format'], line['encrypted']],
          ['dictionary', format, encrypted],
        );
        const shown = await run(['show', String(line['id']), '--as', 'python', ...inbox]);
        assert.deepEqual([shown.code, shown.output], [0, AS_PYTHON]);
        await send(at('data.json'), '--dictionary', '--format', format, '--dialect', 'raw');
        assert.deepEqual(facts(await receiver.next()), facts(line));
      }
      await send(at('bytes.bin'), '--dialect', 'raw');
      const file = {
        event: 'received',
        kind: 'file',
        format: null,
        encrypted,
        size: 3,
        sha256: sha256(Buffer.from([0xff, 0, 0x80])),
      };
      assert.deepEqual(facts(await receiver.next()), file);
      assert.equal(await receiver.stop(), '');
    });
  }

  for (const security of ['with a key', 'without a key'] as const) {
    it(`transfers a folder with its files to another Picklepost, ${security}`, async () => {
      const { at, inbox } = await workplace();
      const key = security === 'with a key' ? ['--key-file', at('key')] : [];
      const large = Buffer.alloc(3_000_000, 'large');
      mkdirSync(at('folder/inner'), { recursive: true });
      writeFileSync(at('folder/inner/large.bin'), large);
      writeFileSync(at('folder/hello.txt'), 'Hello World!');
      utimesSync(at('folder/hello.txt'), 1_700_000_000, 1_700_000_000);
      const receiver = await Receiver.start(...inbox, ...key, '--save-to', at('saved'));
      const lines = jsonLines(
        await succeed(['send', at('folder'), '--keep-paths', '--to', receiver.address, '--json', ...key]),
      );
      const received = [await receiver.next(), await receiver.next()];
      const sent = lines.filter(({ event }) => event === 'sent');
      const progress = lines.filter(({ event }) => event === 'progress');
      for (const side of [sent, received]) {
        const found = side.map(({ path, sha256, verified }) => ({ path, sha256, verified }));
        assert.deepEqual(
          new Set(found.map((one) => JSON.stringify(one))),
          new Set([
            JSON.stringify({ path: 'folder/hello.txt', sha256: sha256('Hello World!'), verified: true }),
            // The receiver takes over the hash of what it has checked piece by piece.
            JSON.stringify({
              path: 'folder/inner/large.bin',
              sha256: sha256(large),
              verified: false,
            }),
          ]),
        );
      }
      assert(progress.every(({ bytes, size }) => Number(bytes) <= Number(size)));
      assert(readFileSync(at('saved/folder/inner/large.bin')).equals(large));
      assert.equal(statSync(at('saved/folder/hello.txt')).mtimeMs, 1_700_000_000_000);
      await receiver.stop();
    });
  }

  it('waits for an unreachable server with --wait, and says so', async () => {
    const { at, inbox } = await workplace();
    const first = await Receiver.start(...inbox);
    await first.stop();
    const program = startProgram(['send', at('hello.txt'), '--wait', '--json', '--to', first.address]);
    const outcome = outcomeOf(program);
    const [waiting] = (await once(program.stdout, 'data')) as [Buffer];
    assert.deepEqual(
      jsonLines(waiting.toString()).map(({ event, code }) => [event, code]),
      [['waiting', 'connection-failed']],
    );
    const receiver = await Receiver.start(...inbox, '--port', String(first.port));
    assert.equal((await outcome).code, 0);
    assert.equal((await receiver.next())['name'], 'hello.txt');
    await receiver.stop();
  });

  it('says what is wrong with a folder that has no files', async () => {
    const { at } = await workplace();
    mkdirSync(at('empty'));
    const { code, errors } = await run(['send', at('empty'), '--to', '127.0.0.1:1']);
    assert.equal(code, 1);
    assert.match(errors, /There is no file in the folder/);
  });

  it('sends several files at once, and standard input', async () => {
    const { at, inbox } = await workplace();
    const receiver = await Receiver.start(...inbox);
    const long = 'line\n'.repeat(100_000);
    const output = await succeed(
      ['send', at('hello.txt'), '-', at('data.json'), '--to', receiver.address],
      long,
    );
    assert.deepEqual(output.match(/^Sent \S+ \(.*?\)/gm)?.sort(), [
      'Sent data.json (93 B)',
      'Sent hello.txt (12 B)',
      'Sent stdin (500 kB)',
    ]);
    const digests = [await receiver.next(), await receiver.next(), await receiver.next()].map(
      (line) => line['sha256'],
    );
    assert.deepEqual(digests.sort(), ['Hello World!', long, DICTIONARY].map(sha256).sort());
    await succeed(['send', '-', '--dictionary', '--to', receiver.address], '{"from": "standard input"}');
    assert.equal((await receiver.next())['format'], 'binary');
    await receiver.stop();
  });

  it('saves the plain content before the sender gets its answer', async () => {
    const { at, inbox } = await workplace();
    const receiver = await Receiver.start(...inbox, '--save-to', at('saved'));
    const socket = connect(receiver.port, '127.0.0.1');
    socket.write(Buffer.from('0c00000c48656c6c6f20576f726c6421', 'hex'));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    const saved = readdirSync(at('saved'));
    assert.equal(answer.toString(), 'OK');
    assert.equal(saved.length, 1);
    assert.equal(readFileSync(at(path.join('saved', saved[0]!)), 'utf8'), 'Hello World!');
    socket.end(Buffer.from('10', 'hex'));
    assert.equal((await receiver.next())['savedTo'], at(path.join('saved', saved[0]!)));
    await receiver.stop();
  });

  it('does not confirm what could not be saved', async () => {
    const { at, inbox } = await workplace();
    const receiver = await Receiver.start(...inbox, '--save-to', at('saved'));
    rmdirSync(at('saved'));
    writeFileSync(at('saved'), '');
    const { code } = await run(['send', at('data.json'), '--to', receiver.address]);
    assert.equal(code, 1);
    const { event, code: reason } = await receiver.next();
    assert.deepEqual([event, reason], ['failed', 'disk']);
    await receiver.stop();
  });

  it('does not start if nothing could be saved', async () => {
    const { at, inbox } = await workplace();
    for (const [folder, reason] of [
      [at('hello.txt'), /Cannot save to .*hello\.txt: it is a file/],
      [at('hello.txt/in'), /Cannot make the folder .*in: a part of the path is a file/],
    ] as const) {
      const { code, output, errors } = await run(['receive', '--port', '0', '--save-to', folder, ...inbox]);
      assert.deepEqual([code, output], [1, '']);
      assert.match(errors, reason);
    }
  });

  it('prints received items with --print, and their content cannot control the terminal', async () => {
    const { at, inbox } = await workplace();
    writeFileSync(at('hello.txt'), 'Hello\x1b[2J World!\n');
    const program = startProgram(['receive', '--print', '--port', '0', ...inbox]);
    const outcome = outcomeOf(program);
    const [listening] = (await once(program.stdout, 'data')) as [Buffer];
    const address = /Listening at (\S+)\./.exec(listening.toString())?.[1] ?? '';
    writeFileSync(at('short.txt'), 'short\n');
    await succeed(['send', at('hello.txt'), at('short.txt'), '--to', address]);
    await succeed(['send', at('data.json'), '--dictionary', '--to', address]);
    program.kill('SIGINT');
    const { code, output, errors } = await outcome;
    assert.equal(code, 0);
    assert.equal(errors, '');
    const about = 'from 127\\.0\\.0\\.1:\\d+: \\w{15}, verified: SHA-256 \\w{64}\\n';
    assert.match(
      output,
      new RegExp(
        `Received hello.txt \\(file, 17 B, encrypted, sender not verified\\) ${about}Hello\\\\x1b\\[2J World!\nReceived`,
      ),
    );
    assert.match(
      output,
      new RegExp(
        `Received short.txt \\(file, 6 B, encrypted, sender not verified\\) ${about}short\nReceived`,
      ),
    );
    assert(output.endsWith(AS_PYTHON), output);
  });

  it('reports a wrong key on both sides, keeps nothing, and continues', async () => {
    const { at, inbox } = await workplace();
    await succeed(['key', 'new', at('other')]);
    const receiver = await Receiver.start(...inbox, '--key-file', at('key'));
    const send = ['send', at('hello.txt'), '--to', receiver.address, '--key-file'];
    const { code, errors } = await run([...send, at('other')]);
    assert.equal(code, 1);
    assert.match(errors, /The receiver does not have the/);
    const { event, code: reason } = await receiver.next();
    assert.deepEqual([event, reason], ['failed', 'invalid-token']);
    await succeed([...send, at('key')]);
    assert.equal((await receiver.next())['event'], 'received');
    await receiver.stop();
    assert.equal(jsonLines(await succeed(['list', '--json', ...inbox])).length, 1);
  });

  it('refuses items according to its options', async () => {
    const { at, inbox } = await workplace();
    writeFileSync(at('large.txt'), 'x'.repeat(1001));
    const cases: [options: string[], send: string[], code: string][] = [
      [['--require-encryption', '--key-file', at('key')], [at('hello.txt')], 'encryption-required'],
      [['--max-size', '1000'], [at('large.txt')], 'limit-exceeded'],
      [['--no-pickle'], [at('data.json'), '--dictionary'], 'refused'],
    ];
    for (const [options, send, code] of cases) {
      const receiver = await Receiver.start(...inbox, ...options);
      const outcome = await run(['send', ...send, '--to', receiver.address]);
      assert.equal(outcome.code, 1, code);
      assert.match(outcome.errors, /accepts items only from senders with|did not accept|does not accept/);
      assert.deepEqual((await receiver.next())['code'], code);
      await receiver.stop();
    }
    assert.equal(await succeed(['list', ...inbox]), 'The inbox is empty.\n');
  });

  it('says what to do if there is no server, or the port is in use', async () => {
    const { at, inbox } = await workplace();
    const receiver = await Receiver.start(...inbox);
    const taken = await run(['receive', '--port', String(receiver.port), '--json', ...inbox]);
    assert.equal(taken.code, 1);
    assert.match(taken.errors, /Use another port/);
    assert.deepEqual(
      jsonLines(taken.output).map(({ event, code }) => [event, code]),
      [['failed', 'port-taken']],
    );
    await receiver.stop();
    const missing = await run(['send', at('hello.txt'), '--to', receiver.address, '--json']);
    assert.equal(missing.code, 3);
    assert.match(missing.errors, /Nothing listens at/);
    assert.equal(jsonLines(missing.output)[0]?.['code'], 'connection-failed');
  });

  it('keeps no part of arriving items when it is interrupted', async () => {
    const { at, inbox } = await workplace();
    const receiver = await Receiver.start(...inbox);
    const socket = connect(receiver.port, '127.0.0.1').on('error', () => undefined);
    // More than one piece, of a value that has not come to its end.
    socket.write(`["${'x'.repeat(2 * 1024 * 1024)}`);
    await until(() => readdirSync(at('inbox/incoming')).length > 0);
    await receiver.stop();
    socket.destroy();
    assert.deepEqual([...readdirSync(at('inbox/incoming')), ...readdirSync(at('inbox/items'))], []);
  });

  it('stops sending when it is interrupted, and says so', async () => {
    const { at } = await workplace();
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const program = startProgram(['send', at('hello.txt'), '--to', `127.0.0.1:${port}`]);
    const outcome = outcomeOf(program);
    const [socket] = (await once(silent, 'connection')) as [NodeJS.EventEmitter];
    socket.on('error', () => undefined);
    await once(socket, 'data');
    program.kill('SIGINT');
    const { code, errors } = await outcome;
    assert.equal(code, 130);
    assert.equal(errors, 'picklepost: Cancelled.\n');
    silent.close();
  });

  it('leaves no copy of standard input, whether it is sent or interrupted', async () => {
    const { at, inbox } = await workplace();
    mkdirSync(at('temporary'));
    const receiver = await Receiver.start(...inbox);
    const environment = { TMPDIR: at('temporary'), TEMP: at('temporary') };
    const begin = (): ReturnType<typeof startProgram> =>
      startProgram(['send', '-', '--to', receiver.address], environment);

    const whole = begin();
    whole.stdin.end('Hello World!');
    assert.equal((await outcomeOf(whole)).code, 0);
    assert.deepEqual(readdirSync(at('temporary')), []);

    const interrupted = begin();
    interrupted.stdin.write('Hello');
    await until(() => readdirSync(at('temporary')).length > 0);
    interrupted.kill('SIGINT');
    const { code, errors } = await outcomeOf(interrupted);
    assert.deepEqual([code, errors], [130, 'picklepost: Cancelled.\n']);
    assert.deepEqual(readdirSync(at('temporary')), []);
    await receiver.stop();
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setImmediate();
}
