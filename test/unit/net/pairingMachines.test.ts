import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { needsTwoMachines, runOnTwoMachines } from '../../harness/twoMachines';
import { temporaryDirectory } from '../inbox/temporary';

/** Shows a code, and then receives with the key; has the other machine type the code, and then send. */
const RECEIVER = `
  const { spawn, execSync } = require('node:child_process');
  const [folder, typed] = process.argv.slice(1);
  const environment = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, FOLDER: folder };
  const start = (...args) => {
    const program = spawn(process.execPath, ['dist/cli.js', ...args, '--json', '--port', '0'], { env: environment });
    program.stderr.pipe(process.stderr);
    const lines = [];
    require('node:readline').createInterface(program.stdout).on('line', (line) => lines.push(JSON.parse(line)));
    const first = new Promise((resolve) => program.stdout.once('data', () => setImmediate(() => resolve(lines[0]))));
    const end = new Promise((resolve) => program.once('close', () => resolve(lines)));
    return { first, end };
  };
  const askOther = (step, more) => execSync(process.env.PROBE, { env: { ...environment, STEP: step, ...more } }).toString();
  void (async () => {
    const shown = start('pair', '--host', '0.0.0.0', '--key-file', folder + '/anna.key', '--name', 'Anna');
    const { port, code } = await shown.first;
    const guest = askOther('pair', { PORT: port, CODE: typed || code });
    const host = await shown.end;
    if (host[1].event !== 'paired') return console.log(JSON.stringify({ guest, host }));
    const server = start('receive', '--once', '--host', '10.77.0.1', '--key-file', folder + '/anna.key', '--require-encryption', '--inbox', folder + '/inbox');
    const sent = askOther('send', { PORT: (await server.first).port });
    console.log(JSON.stringify({ guest, host, sent, received: await server.end }));
  })();`;

/** The other machine. */
const SENDER = `
  const { spawnSync } = require('node:child_process');
  const { STEP, PORT, CODE, FOLDER } = process.env;
  const address = '10.77.0.1:' + PORT;
  const key = ['--key-file', FOLDER + '/ben.key', '--json'];
  const args = STEP === 'pair' ? ['pair', address, '--name', 'Ben', ...key] : ['send', FOLDER + '/note.txt', '--to', address, ...key];
  const { stdout, stderr } = spawnSync(process.execPath, ['dist/cli.js', ...args], { input: (CODE ?? '') + '\\n' });
  process.stdout.write(stdout.length > 0 ? stdout : stderr);`;

interface Story {
  readonly guest: string;
  readonly host: readonly Record<string, unknown>[];
  readonly sent: string;
  readonly received: readonly Record<string, unknown>[];
}

describe('two machines that pair', function () {
  this.timeout(60_000);
  const newDirectory = temporaryDirectory();
  before(function () {
    needsTwoMachines(this);
  });

  async function tell(typed = ''): Promise<Story> {
    const folder = newDirectory();
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'note.txt'), 'from the other machine');
    return JSON.parse(await runOnTwoMachines([RECEIVER, folder, typed], SENDER)) as Story;
  }

  it('have the same key, show the same digits, and send encrypted with it', async () => {
    const { guest, host, sent, received } = await tell();
    const paired = JSON.parse(guest) as Record<string, unknown>;
    assert.deepEqual([paired.name, host[1]?.name], ['Anna', 'Ben']);
    assert.equal(paired.digits, host[1]?.digits);
    assert.equal(paired.fingerprint, host[1]?.fingerprint);
    assert.match(sent, /"event":"sent"/);
    const item = received.find(({ event }) => event === 'received');
    assert.equal(item?.name, 'note.txt');
    assert.equal(item.encrypted, true);
    assert.match(String(item.from), /^10\.77\.0\.2:/);
  });

  it('have no key if the code is wrong', async () => {
    const { guest, host } = await tell('1 abacus abacus');
    assert.match(guest, /Wrong pairing code/);
    assert.deepEqual([host[1]?.event, host[1]?.code], ['failed', 'wrong-code']);
  });
});
