/*
 * The side of two that pairs and receives, in a network namespace of its own. Runs $PROBE, which is `ben.ts` in the other one, twice: to
 * pair, and to look for this side's server and send to what it finds. Prints what has come of it as JSON.
 */
import { execSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

const [program = '', folder = '', host = ''] = process.argv.slice(2);
const keyFile = path.join(folder, 'anna.key');

type Line = Record<string, unknown>;

function start(...args: string[]) {
  const child = spawn(process.execPath, [program, ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]() as AsyncIterator<string, undefined>;
  /** The next event of a kind. */
  const next = async (event: string): Promise<Line> => {
    for (;;) {
      const read: IteratorResult<string, undefined> = await lines.next();
      if (read.done === true) throw new Error(`it ended without "${event}"`);
      const line = JSON.parse(read.value) as Line;
      if (line.event === event) return line;
    }
  };
  return { child, next };
}

function ben(step: string, environment: Record<string, string>): Line {
  const env = { ...process.env, ...environment, STEP: step, FOLDER: folder, PROGRAM: program };
  return JSON.parse(execSync(process.env.PROBE ?? '', { env }).toString()) as Line;
}

async function main(): Promise<void> {
  const pairing = start(
    'pair',
    '--host',
    '10.77.0.1',
    '--port',
    '0',
    '--name',
    'Anna',
    '--key-file',
    keyFile,
  );
  const { code, port } = await pairing.next('pairing');
  const told = pairing.next('paired');
  const paired = ben('pair', { CODE: String(code), SERVER: `10.77.0.1:${String(port)}` });
  const own = await told;

  const receive = ['receive', '--host', host, '--port', '0', '--inbox', path.join(folder, 'inbox')];
  const receiving = start(...receive, '--key-file', keyFile, '--require-encryption', '--announce', 'Anna');
  await receiving.next('listening');
  if (host !== '127.0.0.1') await receiving.next('announced');
  const found = ben('find and send', {});
  const received = found.sent === undefined ? undefined : await receiving.next('received');
  receiving.child.kill('SIGINT');
  await once(receiving.child, 'exit');
  const gone = ben('find and send', {});
  const sameKey = readFileSync(keyFile, 'utf8') === readFileSync(path.join(folder, 'ben.key'), 'utf8');
  console.log(
    JSON.stringify({ names: [own.name, paired.name], sameKey, found, received, gone: gone.servers }),
  );
}

void main();
