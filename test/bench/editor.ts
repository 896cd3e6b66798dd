import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, linkSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pickleCodec } from '../../src/core/codecs/pickle/codec';
import { FernetKey } from '../../src/core/crypto/keys';
import { DEFAULT_LIMITS } from '../../src/core/limits';
import { Dict } from '../../src/core/values/value';
import { bytesItem } from '../../src/core/wire/outgoing';
import { findFreePort } from '../../src/net/ports';
import { sendItems } from '../../src/net/sendClient';
import { ownHome } from '../harness/homeFolder';
import { writeManyItems } from '../harness/manyItems';
import { projectRoot } from '../harness/setup';
import { PeerProcess } from '../interop/pythonPeer';
import { Workbench } from '../ui/workbench';
import { HostProbe, PROBE, type HostFigures } from './hostProbe';
import { makeFile, MEBIBYTE } from './largeFiles';
import type { Section } from './main';
import { rate } from './measure';

const ITEMS = Number(process.env.PICKLEPOST_BENCH_ITEMS ?? 100_000);
const ENTRIES = 1_000_000;
/** The number of items that are received one by one. */
const RECEIVED_ITEMS = 2_000;
const INBOX = 'user-data/User/globalStorage/picklepost.picklepost/inbox';
const CLI = path.join(projectRoot, 'dist/cli.js');

/** What a person sees and an extension host bears: the packaged extension in a real VS Code. */
export async function benchEditor(): Promise<Section> {
  if (existsSync('/dev/shm')) process.env.TMPDIR = '/dev/shm';
  const directory = mkdtempSync(path.join(tmpdir(), 'picklepost-bench-'));
  const size = sizeThatFits(directory);
  try {
    const editor = await EditorBench.open(directory, size);
    await editor.transfers();
    await editor.longList();
    await editor.largeDictionary();
    return {
      title: 'In VS Code',
      method: `The packaged extension in the extension host of a real VS Code, driven like a person would, with everything on a file system in memory if there is one: ${size / MEBIBYTE} MiB from and to the command line, encrypted; ${ITEMS.toLocaleString('en')} received items, listed by a VS Code that has just started; a pickle of a dictionary with ${ENTRIES.toLocaleString('en')} entries. Times are until the result is on the screen. The delay of the event loop is that of the extension host during the step, 99th percentile and longest; its own delay excludes the time in which other processes had the processor. Memory is that of the whole extension host, which other extensions share, after the step: the JavaScript heap, and the resident memory. One run.`,
      columns: ['step', 'figure', 'delay p99', 'longest', 'own p99', 'longest', 'heap', 'resident'],
      rows: editor.rows,
    };
  } finally {
    await Workbench.closeAll();
    rmSync(directory, { recursive: true });
  }
}

/** Bytes of the file that is sent: it, and what is stored of it, take at most half of what is free. */
function sizeThatFits(directory: string): number {
  const wanted = 4 * Number(process.env.PICKLEPOST_BENCH_MIB ?? 1024) * MEBIBYTE;
  const { bavail, bsize } = statfsSync(directory);
  return Math.min(wanted, Math.floor((bavail * bsize) / 4 / MEBIBYTE) * MEBIBYTE);
}

class EditorBench {
  readonly rows: string[][] = [];

  private constructor(
    private readonly directory: string,
    private readonly size: number,
    private readonly workbench: Workbench,
    private readonly probe: HostProbe,
    private readonly keyFile: string,
    private readonly port: number,
    private readonly clientPort: number,
  ) {}

  static async open(directory: string, size: number): Promise<EditorBench> {
    const probe = new HostProbe(directory);
    const [port, clientPort] = [
      await findFreePort('127.0.0.1', 26_000),
      await findFreePort('127.0.0.1', 26_500),
    ];
    const keyFile = path.join(directory, 'lab.key');
    writeFileSync(keyFile, FernetKey.generate().toText());
    const workbench = await Workbench.open({
      settings: {
        'picklepost.receive.port': port,
        'picklepost.receive.notify': false,
        'picklepost.destinations': [{ name: 'Lab', host: '127.0.0.1', port: clientPort }],
        'picklepost.send.defaultDestination': 'Lab',
        'picklepost.send.encryption': 'always',
      },
      files: { 'note.txt': 'small\n' },
      alongside: [PROBE],
    });
    await workbench.runCommand('Picklepost: Import encryption key from file');
    await workbench.chooseFile(keyFile);
    await workbench.toast(/Imported the encryption key/).waitFor();
    await workbench.clearToasts();
    await workbench.runCommand('Picklepost: Start receive server');
    await workbench.statusBarItem(String(port)).waitFor();
    return new EditorBench(directory, size, workbench, probe, keyFile, port, clientPort);
  }

  async transfers(): Promise<void> {
    const { workbench, directory, size } = this;
    const file = makeFile(path.join(directory, 'large.bin'), size);
    await this.step('receives', async (start) => {
      await runCli('send', file, '--to', `127.0.0.1:${this.port}`, '--key-file', this.keyFile);
      return rate(size, seconds(start));
    });
    await workbench.openContainer('Picklepost');
    await workbench.view('Received').row('large.bin');
    await workbench.runCommand('Picklepost: Delete all');
    await workbench.answerDialog('Delete all');
    await workbench.openContainer('Explorer');
    linkSync(file, path.join(workbench.folder, 'large.bin'));
    await workbench.file('large.bin').waitFor();
    const inbox = path.join(directory, 'inbox');
    const receiver = PeerProcess.start(
      ...([process.execPath, CLI, 'receive', '--port', String(this.clientPort), '--inbox', inbox] as const),
      ...(['--key-file', this.keyFile, '--json', '--max-size', String(size)] as const),
    );
    await receiver.line();
    await this.step('sends', async (start) => {
      await workbench.chooseFromMenu(workbench.file('large.bin'), 'Send file to server');
      await receiver.line();
      return rate(size, seconds(start));
    });
    await receiver.stop();
    rmSync(inbox, { recursive: true });
    rmSync(path.join(workbench.folder, 'large.bin'));
    rmSync(file);
  }

  async longList(): Promise<void> {
    await this.fill();
    await this.restart();
    // Starting must not count in the next measurement.
    await this.step('starts', () => sleep(5000).then(() => ''));
    await this.step('the view shows its first rows', () => this.showRows());
    await this.step('the first filter ever', () => this.filter('sample 77'));
    await this.step('another filter', () => this.filter('sample 1234'));
    await this.clearFilter();
    await this.restart();
    await this.step('after a restart: the view shows its first rows', () => this.showRows());
    await this.step('first filter', () => this.filter('sample 88'));
    await this.clearFilter();
  }

  async largeDictionary(): Promise<void> {
    const { workbench } = this;
    const entries = Array.from({ length: ENTRIES }, (_, i) => [`key ${String(i)}`, BigInt(i)] as const);
    const bytes = pickleCodec.encode(Dict.from(entries), DEFAULT_LIMITS);
    await this.start();
    await this.send([{ kind: 'dictionary', format: 'binary', name: 'million.pkl', bytes }]);
    const view = workbench.view('Received');
    await this.filter('million');
    await view.row('million.pkl');
    await this.step('a dictionary shows its first ranges', async (start) => {
      await view.expand('million.pkl');
      await view.row('million.pkl', '[0 … 9999]');
      return milliseconds(start);
    });
    await this.step('its middle is expanded to the values', async (start) => {
      await view.row('million.pkl', '[500000 … 509999]', '[500000 … 500099]', 'key 500000');
      return milliseconds(start);
    });
  }

  /** Receives some items, and has the others put beside them, as another program would that receives them all at once. */
  private async fill(): Promise<void> {
    const received = Math.min(ITEMS, RECEIVED_ITEMS);
    const bytes = Buffer.from('content');
    const items = Array.from({ length: received }, (_, i) => ({
      kind: 'text' as const,
      name: `received ${String(i)}.txt`,
      bytes,
    }));
    await this.step(`receives ${received.toLocaleString('en')} items`, async (start) => {
      await this.send(items);
      return `${(received / seconds(start)).toFixed(0)} per second`;
    });
    const others = ITEMS - received;
    const inbox = path.join(this.workbench.directory, INBOX);
    await this.step(`another program puts ${others.toLocaleString('en')} beside them`, async (start) => {
      await writeManyItems(inbox, await this.probe.inboxKey(), others);
      return `${(others / seconds(start)).toFixed(0)} per second`;
    });
  }

  private async clearFilter(): Promise<void> {
    await this.workbench.runCommand('Picklepost: Clear filter');
    await this.workbench.view('Received').pane.getByText('Filter "').waitFor({ state: 'detached' });
    // In a browser, VS Code saves every five seconds what it is to remember.
    await sleep(6000);
  }

  private async restart(): Promise<void> {
    this.probe.forget();
    await this.workbench.restart();
    await this.probe.restarted();
  }

  private async showRows(): Promise<string> {
    const start = performance.now();
    await this.workbench.openContainer('Picklepost');
    const rows = this.workbench.view('Received').pane.locator('.monaco-list-row');
    await rows.first().waitFor({ timeout: 120_000 });
    return milliseconds(start);
  }

  private async start(): Promise<void> {
    await this.workbench.runCommand('Picklepost: Start receive server');
    await this.workbench.statusBarItem(String(this.port)).waitFor();
  }

  private async send(items: readonly Parameters<typeof bytesItem>[0][]): Promise<void> {
    const to = { host: '127.0.0.1', port: this.port, dialect: 'native', localPort: 0 } as const;
    await sendItems(items.map(bytesItem), { ...to, bufferSize: 65_536, limits: DEFAULT_LIMITS });
  }

  private async filter(text: string): Promise<string> {
    const { workbench } = this;
    await workbench.runCommand('Picklepost: Filter...');
    const start = performance.now();
    await workbench.answer(text, 'Filter received items');
    const message = workbench.view('Received').pane.getByText(new RegExp(`Filter "${text}": [\\d,]+ of`));
    await message.waitFor({ timeout: 300_000 });
    return milliseconds(start);
  }

  private async step(name: string, work: (start: number) => Promise<string>): Promise<void> {
    await this.probe.figures();
    const figure = await work(performance.now());
    this.rows.push([name, figure, ...describeHost(await this.probe.figures())]);
  }
}

/** Cells for the delays, own delays and memory of an extension host. */
export function describeHost({ late, busy, heap, resident }: HostFigures): string[] {
  return [
    ...[late.p99, late.longest, busy.p99, busy.longest].map((delay) => `${delay.toFixed(1)} ms`),
    ...[heap, resident].map((bytes) => `${(bytes / 1e6).toFixed(0)} MB`),
  ];
}

async function runCli(...args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [CLI, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...ownHome() },
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`picklepost ${args[0] ?? ''} has failed.`);
}

function seconds(start: number): number {
  return (performance.now() - start) / 1000;
}

function milliseconds(start: number): string {
  return `${(performance.now() - start).toFixed(0)} ms`;
}
