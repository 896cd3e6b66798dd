import { statfsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { AttackedServer } from '../attacks/attackedServer';
import { ATTACK_NAMES, findAttack } from '../attacks/attacks';
import { SoakProcess } from './soakProcess';
import { HonestSenders } from './honestSenders';
import { ServerWatch } from './serverWatch';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '300' }, attacks: { type: 'string' } },
});

/** From every address, more connections than a server gives one; from all together, more than it has. */
const ADDRESSES = 9;
const CONNECTIONS = 160;
/** Milliseconds that items have to be told of when nobody attacks any more. */
const PATIENCE = 30_000;

void main(Number(values.seconds), values.attacks?.split(','));

/** @param wanted names of attacks; all of them unless given */
async function main(seconds: number, wanted?: readonly string[]): Promise<void> {
  const isWanted = (name: string): boolean => wanted?.includes(name) ?? true;
  const open = await AttackedServer.start(['--print']);
  const strict = await AttackedServer.start(['--require-encryption', '--dialects', 'native,raw']);
  const free = statfsSync(open.inbox);
  const watches = [
    new ServerWatch('takes everything', open),
    new ServerWatch('takes what is encrypted', strict),
  ];
  const senders = await startSenders(open, strict);
  const attacks = await startAttacks(open, strict, isWanted);
  console.log(`${String(attacks.length)} attacks on 2 servers for ${String(seconds)} s.`);
  await sleep(seconds * 1000);
  const ended = attacks.filter((attack) => !attack.isRunning).map(({ name }) => name);
  await Promise.all(attacks.map((attack) => attack.end()));
  await Promise.all(senders.map((sender) => sender.end(PATIENCE)));
  for (const watch of watches) watch.end();
  const quota = (free.bavail * free.bsize) / 4;
  const problems = [
    ...ended.map((name) => `The attack ${name} has ended by itself.`),
    ...senders.flatMap((sender) => sender.problems()),
    ...watches.flatMap((watch) => watch.problems(quota)),
  ];
  console.table(senders.map((sender) => sender.row()));
  console.table(watches.map((watch) => watch.row()));
  await AttackedServer.stopAll();
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}

async function startSenders(open: AttackedServer, strict: AttackedServer): Promise<HonestSenders[]> {
  const senders = [
    new HonestSenders(open, 'native'),
    new HonestSenders(open, 'native', true),
    new HonestSenders(open, 'classic'),
    new HonestSenders(open, 'raw'),
    new HonestSenders(strict, 'native', true),
  ];
  await Promise.all(senders.map(({ started }) => started));
  return senders;
}

async function startAttacks(
  open: AttackedServer,
  strict: AttackedServer,
  isWanted: (name: string) => boolean,
): Promise<SoakProcess[]> {
  const start = (name: string, { port }: AttackedServer): SoakProcess =>
    SoakProcess.start('attack', [name, String(port), String(ADDRESSES), String(CONNECTIONS)]);
  const attacks = ATTACK_NAMES.filter(isWanted).map((name) => {
    const { needsRequiredEncryption = false } = findAttack(name);
    return start(name, needsRequiredEncryption ? strict : open);
  });
  // Whoever cannot prove the key meets the strict server too.
  for (const name of ['idle', 'hello', 'reset', 'nonsense'].filter(isWanted))
    attacks.push(start(name, strict));
  await Promise.all(attacks.map(({ started }) => started));
  return attacks;
}
