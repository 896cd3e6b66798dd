import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'mocha';
import { disposeLabs, Lab, needsLab, type LabProcess } from '../../harness/lab';
import { skipWithoutNats } from '../nats/natsServer';
import { jsonLines, runHere, type Line } from './program';

const KEY = 'cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=\n';

/** `{"readings": numpy.array([1.5, 2.5])}` */
const DATA = Buffer.from(
  '\x80\x02}(X\x08\0\0\0readingscnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntC\x01btR' +
    '(I1\n(I2\ntcnumpy\ndtype\n(Vf8\nI00\nI01\ntR(I3\nV<\nNNNI-1\nI-1\nI0\ntbI00\n' +
    'C\x10\0\0\0\0\0\0\xf8\x3f\0\0\0\0\0\0\x04\x40tbu.',
  'latin1',
);

/** What runs an example, and looks at what it has done. @param example as the help has it, with ids of items that are there */
type Story = (example: string) => Promise<void>;

/** By the example. */
type Stories = Readonly<Record<string, Story>>;

/** Lines of a program that has not ended yet. */
class Listener {
  private readonly lines;
  private readonly errors;

  constructor(readonly process: LabProcess) {
    this.lines = createInterface(process.stdout)[Symbol.asyncIterator]() as AsyncIterator<string, undefined>;
    this.errors = text(process.stderr);
  }

  /** Its first line from here on with such a text. */
  async line(pattern: RegExp): Promise<string> {
    for (;;) {
      const line: IteratorResult<string, undefined> = await this.lines.next();
      if (line.done === true) assert.fail(`It ended without ${String(pattern)}: ${await this.errors}`);
      if (pattern.test(line.value)) return line.value;
    }
  }

  /** Its next event of a kind, with `--json`. */
  async event(name: string): Promise<Line> {
    return JSON.parse(await this.line(new RegExp(`"event":"${name}"`))) as Line;
  }

  async end(): Promise<void> {
    this.process.kill('SIGTERM');
    assert.equal(await this.exitCode(), 0, await this.errors);
  }

  async exitCode(): Promise<number | null> {
    if (this.process.exitCode === null) await once(this.process, 'exit');
    return this.process.exitCode;
  }
}

/** Those of a command, as its help shows them. */
async function examplesOf(command: string): Promise<string[]> {
  const { output: help } = await runHere([command, '--help']);
  return help
    .slice(help.indexOf('\nexamples:\n') + '\nexamples:\n'.length)
    .split('\n')
    .flatMap((line) => line.trim() || []);
}

/** The other side of {@link Stories} about pairing. */
const TYPES_CODE = 'picklepost pair 192.168.1.20 --key-file lab.key';

/** All that the stories of this file run. */
const told = new Set<string>([TYPES_CODE]);

function tell(stories: Stories): void {
  for (const [example, story] of Object.entries(stories)) {
    told.add(example);
    it(example, () => story(example));
  }
}

describe('Each example of the help works unchanged, with a receive server at 192.168.1.20:', function () {
  this.timeout(60_000);
  needsLab(this);
  let lab: Lab;
  let server: Listener;
  /** IDs of two texts in the inbox. */
  let ids: readonly [string, string];

  before(async () => {
    lab = await Lab.start();
    const folder = lab.folder({ 'lab.key': KEY, 'a.txt': 'one', 'b.txt': 'two' });
    const options = '--host 0.0.0.0 --key-file lab.key --accept all --announce Bench --json';
    server = new Listener(lab.start(`picklepost receive ${options}`, folder));
    await server.event('listening');
    await lab.succeed('picklepost send a.txt --to lab', folder);
    const first = await nextId();
    await lab.succeed('picklepost send b.txt --to lab', folder);
    ids = [first, await nextId()];
  });
  after(disposeLabs);

  async function nextId(): Promise<string> {
    return String((await server.event('received'))['id']);
  }

  /** Writes ids of items that are there in the place of those in an example. */
  const withIds = (example: string): string => example.replace('1b4f', ids[0]).replace('9c02', ids[1]);
  const runs = (example: string, folder: string, input?: string): Promise<string> =>
    lab.succeed(withIds(example), folder, input);

  async function sends(example: string, folder: string, expected: Line): Promise<void> {
    await runs(example, folder);
    const received = await server.event('received');
    assert.deepEqual({ ...received, ...expected }, received);
  }

  tell({
    'picklepost send report.txt --to 192.168.1.20': (example) =>
      sends(example, lab.folder({ 'report.txt': 'all well' }), { name: 'report.txt', size: 8 }),
    'picklepost send results/ --keep-paths --wait --key-file lab.key --to lab:6868': (example) =>
      sends(example, lab.folder({ 'lab.key': KEY, 'results/one/a.csv': '1,2\n' }), {
        path: 'results/one/a.csv',
        encrypted: true,
        key: 'lab',
      }),
    'picklepost send report.txt --message "as we said" --to 192.168.1.20': (example) =>
      sends(example, lab.folder({ 'report.txt': 'so it is' }), { message: 'as we said' }),
    'picklepost send data.json --dictionary --format xml --dialect classic --to lab': (example) =>
      sends(example, lab.folder({ 'data.json': '{"a": 1}' }), { kind: 'dictionary', format: 'xml' }),
    'tar c results | picklepost send - --to lab': async (example) => {
      const folder = lab.folder({ 'results/a.csv': '1,2\n' });
      await runs(example, folder);
      const id = await nextId();
      assert.equal(
        await lab.succeed(`picklepost show ${id} --as raw | tar t`, folder),
        'results/\nresults/a.csv\n',
      );
    },

    'picklepost list': async (example) => {
      const output = await runs(example, lab.folder());
      assert(ids.every((id) => output.includes(id)) && output.includes('a.txt'));
    },
    'picklepost list --json': async (example) => {
      const listed = jsonLines(await runs(example, lab.folder()));
      assert.deepEqual(
        listed.slice(0, 2).map(({ id, name }) => [id, name]),
        [
          [ids[0], 'a.txt'],
          [ids[1], 'b.txt'],
        ],
      );
    },

    'picklepost show 1b4f': async (example) => assert.equal(await runs(example, lab.folder()), 'one'),
    'picklepost show --file data.pkl --at readings --as csv': async (example) =>
      assert.equal(await runs(example, lab.folder({ 'data.pkl': DATA })), '1.5\n2.5\n'),
    'picklepost show --file data.pkl --calls': async (example) => {
      const calls = await runs(example, lab.folder({ 'data.pkl': DATA }));
      assert.match(calls, /numpy\.core\.multiarray\._reconstruct/);
    },

    'picklepost export 1b4f --to report.txt': async (example) => {
      const folder = lab.folder();
      await runs(example, folder);
      assert.equal(readFileSync(path.join(folder, 'report.txt'), 'utf8'), 'one');
    },
    'picklepost export 1b4f 9c02 --to folder/': async (example) => {
      const folder = lab.folder();
      mkdirSync(path.join(folder, 'folder'));
      await runs(example, folder);
      assert.deepEqual(readdirSync(path.join(folder, 'folder')).sort(), ['a.txt', 'b.txt']);
    },
    'picklepost export --file data.pkl --at readings --as npy --to readings.npy': async (example) => {
      const folder = lab.folder({ 'data.pkl': DATA });
      await runs(example, folder);
      assert.match(await lab.succeed('picklepost show --file readings.npy', folder), /^\[1\.5 2\.5\]\n/);
    },

    'picklepost mcp --items 1b4f,9c02': async (example) => {
      const answer = await runs(example, lab.folder(), LIST_ITEMS);
      assert(answer.includes('a.txt') && answer.includes('b.txt') && !answer.includes('report.txt'));
    },
    'picklepost mcp --all-items --inbox ./inbox': async (example) => {
      const folder = lab.folder();
      cpSync(lab.inbox, path.join(folder, 'inbox'), { recursive: true });
      cpSync(`${lab.inbox}.key`, path.join(folder, 'inbox.key'));
      const answer = await runs(example, folder, LIST_ITEMS);
      assert(answer.includes('a.txt') && answer.includes('b.txt'));
    },

    'picklepost test 192.168.1.20': async (example) =>
      assert.match(await runs(example, lab.folder()), /^192\.168\.1\.20:6868: /),
    'picklepost test lab:6868 --key-file lab.key': async (example) =>
      assert.match(await runs(example, lab.folder({ 'lab.key': KEY })), /^lab:6868: /),
    'picklepost servers': async (example) =>
      assert.match(await runs(example, lab.folder()), /^192\.168\.1\.20:6868\s+Bench$/m),
    'picklepost servers --seconds 5 --json': async (example) => {
      const [found] = jsonLines(await runs(example, lab.folder()));
      assert.deepEqual([found?.['event'], found?.['name'], found?.['port']], ['found', 'Bench', 6868]);
    },
  });
});

/** Requests to a server of the Model Context Protocol. */
const LIST_ITEMS = [
  { id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18' } },
  { id: 2, method: 'tools/call', params: { name: 'picklepost_list', arguments: {} } },
]
  .map((request) => `${JSON.stringify({ jsonrpc: '2.0', ...request })}\n`)
  .join('');

describe('Each example of the help works unchanged, without a receive server:', function () {
  this.timeout(60_000);
  needsLab(this);
  let lab: Lab;
  before(async () => (lab = await Lab.start()));
  after(disposeLabs);

  /** A server that listens, which the example starts. */
  async function listens(example: string, folder: string): Promise<Listener> {
    const server = new Listener(lab.start(example, folder));
    await server.line(/Listening at .*:6868/);
    return server;
  }

  tell({
    'picklepost key new lab.key': async (example) => {
      const folder = lab.folder();
      await lab.succeed(example, folder);
      assert(existsSync(path.join(folder, 'lab.key')));
    },
    'picklepost key check lab.key': async (example) =>
      assert.match(await lab.succeed(example, lab.folder({ 'lab.key': KEY })), /lab\.key holds a key/),
    'picklepost key new lab.key --passphrase --kdf pbkdf2-sha256': async (example) => {
      const output = await lab.succeed(example, lab.folder(), 'correct horse battery staple\n');
      assert.match(output, /--passphrase --parameters pbkdf2-sha256/);
    },

    'picklepost receive': async (example) => {
      const folder = lab.folder({ 'a.txt': 'one' });
      const server = await listens(example, folder);
      await lab.succeed('picklepost send a.txt --to 127.0.0.1', folder);
      await server.line(/a\.txt/);
      await server.end();
    },
    'picklepost receive --host 0.0.0.0 --key-file lab.key --save-to received': async (example) => {
      const folder = lab.folder({ 'lab.key': KEY, 'a.txt': 'one' });
      const server = await listens(example, folder);
      await lab.succeed('picklepost send a.txt --key-file lab.key --to lab', folder);
      assert.equal(readFileSync(path.join(folder, 'received/a.txt'), 'utf8'), 'one');
      await server.end();
    },
    'picklepost receive --once --print': async (example) => {
      const folder = lab.folder({ 'data.json': '{"a": 1}' });
      const server = await listens(example, folder);
      await lab.succeed('picklepost send data.json --dictionary --to 127.0.0.1', folder);
      await server.line(/^\{"a": 1\}$/);
      assert.equal(await server.exitCode(), 0);
    },
    'picklepost receive --json --health 3600 >> received.log': async (example) => {
      const folder = lab.folder({ 'a.txt': 'one' });
      const server = new Listener(lab.start(example, folder));
      await lab.succeed('picklepost send a.txt --wait --to 127.0.0.1', folder);
      await server.end();
      const events = jsonLines(readFileSync(path.join(folder, 'received.log'), 'utf8'));
      assert.deepEqual(events.map(({ event }) => event).slice(0, 2), ['listening', 'received']);
    },

    'picklepost pair --key-file lab.key --host 0.0.0.0': async (example) => {
      const [here, there] = [lab.folder(), lab.folder()];
      const shown = new Listener(lab.start(example, here));
      const code = (await shown.line(/^The code is: /)).replace('The code is: ', '');
      assert.equal(
        await shown.line(/^Type it/),
        'Type it on the other side: picklepost pair 192.168.1.20:6868 --key-file FILE',
      );
      await lab.succeed(TYPES_CODE, there, `${code}\n`);
      assert.equal(await shown.exitCode(), 0);
      const [one, other] = [here, there].map((folder) => readFileSync(path.join(folder, 'lab.key'), 'utf8'));
      assert.equal(one, other);
    },

    'picklepost snippet --to 192.168.1.20': async (example) =>
      assert.match(await lab.succeed(example, lab.folder()), /^python-pickle /m),
    'picklepost snippet python-pickle --to 192.168.1.20 > send.py': async (example) => {
      const folder = lab.folder();
      await lab.succeed(example, folder);
      assert.match(readFileSync(path.join(folder, 'send.py'), 'utf8'), /192\.168\.1\.20/);
    },
    'picklepost snippet node --from 0.0.0.0:6869 > receive.js': async (example) => {
      const folder = lab.folder();
      await lab.succeed(example, folder);
      await lab.succeed('node --check receive.js', folder);
    },
  });
});

describe('Each example of the help works unchanged, with a NATS cluster at nats.lab:', function () {
  this.timeout(120_000);
  needsLab(this);
  skipWithoutNats(this);
  let lab: Lab;
  let folder = '';

  before(async () => {
    lab = await Lab.start();
    folder = lab.folder({ 'bio.key': KEY, 'results.pkl': DATA });
    await Promise.all(
      [0, 1, 2].map(async (index) => {
        const file = natsConfiguration(index);
        const server = lab.start('nats-server -c server.conf 2>&1', lab.folder({ 'server.conf': file }));
        await new Listener(server).line(/Server is ready/);
      }),
    );
  });
  after(disposeLabs);

  tell({
    'picklepost inbox create nats://nats.lab/bio --key-file bio.key --replicas 3': async (example) => {
      // A cluster tells nobody when the last of its servers has joined.
      while (!/Made the inbox/.test(await lab.succeed(`${example} || true`, folder)));
    },
    'picklepost send results.pkl --to nats://nats.lab/bio --key-file bio.key': async (example) =>
      assert.match(await lab.succeed(example, folder), /results\.pkl/),
    'picklepost inbox show nats://nats.lab/bio --key-file bio.key': async (example) =>
      assert.match(await lab.succeed(example, folder), /results\.pkl/),
    'picklepost receive --from nats://nats.lab/bio --key-file bio.key': async (example) => {
      const reader = new Listener(lab.start(example, folder));
      await reader.line(/results\.pkl/);
      await reader.end();
    },
  });
});

function natsConfiguration(index: number): string {
  const routes = [0, 1, 2].map((other) => `nats-route://192.168.1.20:${String(6222 + other)}`).join(', ');
  return `server_name: "n${String(index)}"
host: "192.168.1.20"
port: ${String(4222 + index)}
jetstream { store_dir: "store" }
cluster { name: "lab", host: "192.168.1.20", port: ${String(6222 + index)}, routes: [${routes}] }
`;
}

describe('The examples of the help', function () {
  this.timeout(30_000);

  it('are all run by a test', async () => {
    const { output: help } = await runHere(['--help']);
    const commands = [...help.matchAll(/^ {2}([a-z]+) +/gm)].map(([, name = '']) => name);
    const examples = await Promise.all(commands.map(examplesOf));
    assert.deepEqual([...told].sort(), examples.flat().sort());
  });
});
