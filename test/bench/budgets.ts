import { setTimeout as sleep } from 'node:timers/promises';
import { AttackedServer, type Gauges } from '../attacks/attackedServer';
import { Attacker } from '../attacks/attacker';
import { ATTACK_NAMES, findAttack, type Attack } from '../attacks/attacks';
import { sendHonestItem } from '../attacks/honestSender';
import type { Section } from './main';
import { told } from './measure';

/** More connections than there are places, from more addresses than have places. */
const STRENGTH = { addresses: 7, connections: 160 };
/** Milliseconds of each attack, once it is under way, and between two looks at the server. */
const DURATION = 6_000;
const PAUSE = 250;

/** Measures the most that a receive server holds under each attack (docs/architecture.md, "Budgets"). */
export async function benchBudgets(): Promise<Section> {
  const rows: (readonly string[])[] = [];
  // PICKLEPOST_ATTACKS=names,keys measures only these.
  const wanted = process.env['PICKLEPOST_ATTACKS']?.split(',');
  for (const name of ATTACK_NAMES.filter((one) => wanted?.includes(one) ?? true))
    rows.push(told(await measure(name, findAttack(name))));
  return {
    title: 'Under attack',
    method: `The receive server of the command line, as it is installed, under each attack of \`test/attacks\` for ${DURATION / 1000} s, from ${STRENGTH.addresses} addresses; most of each figure that was seen, and the longest that an honest item of 100 kB took meanwhile, from an address of its own.`,
    columns: ['attack', 'memory', 'descriptors', 'unfinished on the disk', 'processor', 'honest item'],
    rows,
  };
}

async function measure(name: string, attack: Attack): Promise<string[]> {
  const isStrict = attack.needsRequiredEncryption ?? false;
  const server = await AttackedServer.start(
    isStrict ? ['--require-encryption', '--dialects', 'native,raw'] : [],
  );
  const attacker = await Attacker.against(server.port, STRENGTH);
  const attacking = attack.run(attacker);
  try {
    await Promise.race([attacker.underWay, sleep(DURATION)]);
    const { most, longest } = await watch(server, isStrict);
    const { memory = 0, descriptors = 0, unfinished, cpuSeconds = 0 } = most;
    const inMegabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
    const held = [inMegabytes(memory), String(descriptors), inMegabytes(unfinished)];
    return [
      `${name}: ${attack.what}`,
      ...held,
      `${cpuSeconds.toFixed(1)} s`,
      longest === Infinity ? 'lost' : `${longest.toFixed(2)} s`,
    ];
  } finally {
    attacker.end();
    await attacking;
    await server.stop();
  }
}

async function watch(server: AttackedServer, isStrict: boolean): Promise<{ most: Gauges; longest: number }> {
  let most = server.gauges();
  let longest = 0;
  const end = performance.now() + DURATION;
  while (performance.now() < end) {
    longest = Math.max(longest, await honestItem(server, isStrict));
    most = mostOf(most, server.gauges());
    await sleep(PAUSE);
  }
  return { most, longest };
}

/** @returns the seconds that it took; infinity where it was lost */
async function honestItem({ port, key }: AttackedServer, isStrict: boolean): Promise<number> {
  try {
    return (await sendHonestItem(port, 'native', isStrict ? key : undefined)).seconds;
  } catch {
    return Infinity;
  }
}

function mostOf(a: Gauges, b: Gauges): Gauges {
  const most = (key: keyof Gauges): number => Math.max(a[key] ?? 0, b[key] ?? 0);
  return {
    memory: most('memory'),
    descriptors: most('descriptors'),
    cpuSeconds: most('cpuSeconds'),
    unfinished: most('unfinished'),
  };
}
