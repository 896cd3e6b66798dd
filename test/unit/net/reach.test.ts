import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { needsTwoMachines, runOnTwoMachines } from '../../harness/twoMachines';

/** Starts a receive server at a host, and says at which addresses of its machine another machine reaches it. */
const SERVER = `
  const { spawn, execSync } = require('node:child_process');
  const inbox = require('node:fs').mkdtempSync(require('node:path').join(require('node:os').tmpdir(), 'picklepost-'));
  const server = spawn(process.execPath, ['dist/cli.js', 'receive', '--json', '--port', '0', '--host', process.argv[1], '--inbox', inbox]);
  server.stderr.pipe(process.stderr);
  server.stdout.once('data', (line) => {
    const { port } = JSON.parse(line);
    try {
      process.stdout.write(execSync(process.env.PROBE, { env: { ...process.env, PORT: port } }));
    } finally {
      server.kill();
    }
  });
  server.once('exit', () => require('node:fs').rmSync(inbox, { recursive: true }));`;

/** Says which of some addresses take a connection. */
const PROBER = `
  const { connect } = require('node:net');
  const reach = (host) => new Promise((resolve) => {
    const socket = connect({ host, port: Number(process.env.PORT) });
    socket.setTimeout(2000, () => socket.destroy(new Error('timeout')));
    socket.once('connect', () => { socket.destroy(); resolve([host]); });
    socket.once('error', () => resolve([]));
  });
  const hosts = [...process.env.ADDRESSES.split(' '), '127.0.0.1', '::1'];
  Promise.all(hosts.map(reach)).then((reached) => console.log(JSON.stringify(reached.flat())));`;

/** The addresses of a server at a host that another machine in its network reaches. */
async function reachedFromOutside(host: string): Promise<string[]> {
  return JSON.parse(await runOnTwoMachines([SERVER, host], PROBER)) as string[];
}

describe('the addresses at which other machines reach a receive server', () => {
  before(function () {
    needsTwoMachines(this);
  });

  it('are none if it listens on this machine only', async () => {
    const reached = await Promise.all(['127.0.0.1', '::1'].map(reachedFromOutside));
    assert.deepEqual(reached, [[], []]);
  });

  it('are one if it listens in one network, and all if it listens in all networks', async () => {
    const reached = await Promise.all(['fe80::77%here', '0.0.0.0', '::'].map(reachedFromOutside));
    const everywhere = ['10.77.0.1', 'fd77::1', 'fe80::77%there'];
    assert.deepEqual(reached, [['fe80::77%there'], ['10.77.0.1'], everywhere]);
  });
});
