import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findAttack, type AttackName } from '../attacks/attacks';
import { sendHonestItem } from '../attacks/honestSender';
import { Workbench } from '../ui/workbench';
import { SoakProcess } from '../soak/soakProcess';
import { findFreePort } from '../../src/net/ports';
import { describeHost } from './editor';
import { HostProbe, PROBE } from './hostProbe';
import type { Section } from './main';

/** Those that hold most, or give the thread that serves everybody most to do. */
const ATTACKS: readonly AttackName[] = ['names', 'idle', 'drip', 'ping', 'pieces', 'beginnings'];
/** Milliseconds of each attack, from when it has begun. */
const TIME = 12_000;
const ADDRESSES = 7;
const CONNECTIONS = 160;

/** What an attack on the receive server of a window does to its extension host. */
export async function benchAttacks(): Promise<Section> {
  const directory = mkdtempSync(path.join(tmpdir(), 'picklepost-bench-'));
  try {
    const probe = new HostProbe(directory);
    const port = await findFreePort('127.0.0.1', 27_000);
    const workbench = await Workbench.open({
      settings: { 'picklepost.receive.port': port, 'picklepost.receive.notify': false },
      files: { 'note.txt': 'small\n' },
      alongside: [PROBE],
    });
    await workbench.runCommand('Picklepost: Start receive server');
    await workbench.statusBarItem(String(port)).waitFor();
    const rows = [await measure(probe, port)];
    for (const name of ATTACKS) rows.push(await measure(probe, port, name));
    return {
      title: 'Under attack in VS Code',
      method: `The packaged extension in the extension host of a real VS Code, whose receive server is attacked for ${String(TIME / 1000)} s in each way, from ${String(ADDRESSES)} addresses with ${String(CONNECTIONS)} connections each where it is they that count, by processes of the lowest priority. Meanwhile an honest sender sends a text of 100 kB after the other. The delay of the event loop is that of the extension host, 99th percentile and longest; its own delay is without the time in which other processes had the processor. Memory is that of the whole extension host, which other extensions share. One run.`,
      columns: [
        ...['attack', 'honest items', 'refused', 'failed', 'longest wait'],
        ...['delay p99', 'longest', 'own p99', 'longest', 'heap', 'resident'],
      ],
      rows,
    };
  } finally {
    await Workbench.closeAll();
    if (existsSync(directory)) rmSync(directory, { recursive: true });
  }
}

async function measure(probe: HostProbe, port: number, name?: AttackName): Promise<string[]> {
  const args = [name ?? '', String(port), String(ADDRESSES), String(CONNECTIONS)];
  const attack = name && SoakProcess.start('attack', args);
  await attack?.started;
  await probe.figures();
  const waits: number[] = [];
  let refused = 0;
  let failed = 0;
  const end = performance.now() + TIME;
  while (performance.now() < end) {
    try {
      const { seconds, refusals } = await sendHonestItem(port, 'native');
      waits.push(seconds);
      refused += refusals;
    } catch {
      failed++;
    }
  }
  const figures = describeHost(await probe.figures());
  await attack?.end();
  const longest = `${Math.max(...waits).toFixed(2)} s`;
  return [
    name ? findAttack(name).what : 'none',
    String(waits.length),
    String(refused),
    String(failed),
    longest,
    ...figures,
  ];
}
