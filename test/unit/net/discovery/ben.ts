/* The side of two that types the code, looks for the server of the other one, and sends to it. See `anna.ts`. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const { PROGRAM = '', FOLDER = '', STEP, CODE = '', SERVER = '' } = process.env;
const keyFile = path.join(FOLDER, 'ben.key');

type Line = Record<string, unknown>;

function run(args: readonly string[], input = ''): Line[] {
  const { stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args, '--json'], {
    input,
    encoding: 'utf8',
  });
  process.stderr.write(stderr);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

function pair(): Line | undefined {
  return run(['pair', SERVER, '--key-file', keyFile, '--name', 'Ben'], `${CODE}\n`)[0];
}

function findAndSend(): Line {
  const servers = run(['servers', '--seconds', '2']);
  const [server] = servers;
  if (!server) return { servers };
  const host = String(server.host);
  const address = `${host.includes(':') ? `[${host}]` : host}:${String(server.port)}`;
  const tested = run(['test', address, '--key-file', keyFile])[0]?.kind;
  const sent = run(['send', '-', '--to', address, '--key-file', keyFile], 'from Ben').find(
    ({ event }) => event === 'sent',
  );
  return { servers, tested, sent };
}

console.log(JSON.stringify(STEP === 'pair' ? pair() : findAndSend()));
