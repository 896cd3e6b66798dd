import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findFreePort } from '../../src/net/ports';
import { Workbench } from '../ui/workbench';
import { HostProbe, PROBE } from './hostProbe';
import type { Section } from './main';
import { median } from './measure';

const RUNS = 5;

/** Measures the cost of Picklepost for a window that has just been opened: the packaged extension in a real VS Code. */
export async function benchStartup(): Promise<Section> {
  const directory = mkdtempSync(path.join(tmpdir(), 'picklepost-bench-'));
  const times: Record<'activation' | 'first' | 'again', number[]> = { activation: [], first: [], again: [] };
  try {
    for (let run = 0; run < RUNS; run++) {
      const probe = new HostProbe(directory);
      probe.forget();
      const port = await findFreePort('127.0.0.1', 26_000);
      const workbench = await Workbench.open({
        settings: { 'picklepost.receive.port': port },
        alongside: [PROBE],
      });
      times.activation.push(await probe.activation());
      times.first.push(await probe.run('picklepost.startServer'));
      await workbench.statusBarItem(String(port)).waitFor();
      await probe.run('picklepost.stopServer');
      times.again.push(await probe.run('picklepost.startServer'));
      await workbench.close();
    }
  } finally {
    await Workbench.closeAll();
    rmSync(directory, { recursive: true });
  }
  return {
    title: 'Starting',
    method:
      'The packaged extension in the extension host of a real VS Code that has just been started, with a new inbox each time, measured within that process: loading the entry bundle and running `activate`, in a window where nobody uses Picklepost; then the command "Start receive server" until the server listens, for the first time, which loads code and makes the inbox, and once more.',
    columns: ['step', 'median', 'shortest', 'longest'],
    rows: [
      ['activation', ...describe(times.activation)],
      ['the server listens, after its first command', ...describe(times.first)],
      ['the server listens, after another one', ...describe(times.again)],
    ],
  };
}

function describe(times: readonly number[]): string[] {
  return [median(times), Math.min(...times), Math.max(...times)].map((time) => `${time.toFixed(1)} ms`);
}
