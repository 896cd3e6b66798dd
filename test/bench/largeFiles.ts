import { createCipheriv, randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FernetKey } from '../../src/core/crypto/keys';
import type { Section } from './main';
import { median, rate, ratio } from './measure';
import { netcat, pythonFernet, SshServer, timeCopy, type Copy } from './referencePrograms';
import { transferBetween, type Transfer } from './twoProcesses';

export const MEBIBYTE = 1024 * 1024;
const RUNS = 5;
const SIZE = Number(process.env.PICKLEPOST_BENCH_MIB ?? 1024) * MEBIBYTE;
const LARGER = 4 * SIZE;
/** Python holds all of it several times. */
const WHOLE = SIZE / 4;

/** What it came to before every session was sealed, to compare with: as ratios, since machines differ. */
const BEFORE =
  'Before every session was sealed, content without a key went in plain, and the receiver encrypted it. Measured on the same day: 0.56 of plain node streams (0.63 with a key), and for 1024 MiB 2.7 s of the processor for the sender and 4.8 s for the receiver (3.9 and 2.8 s with a key).';

/** A way to send, and the seconds of each run. */
interface Contender {
  readonly name: string;
  readonly size: number;
  readonly run: () => Promise<number>;
  readonly seconds: number[];
}

/** Large files between two processes over loopback, beside what else one would send them with. */
export async function benchLargeFiles(): Promise<Section[]> {
  const directory = mkdtempSync(
    path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'picklepost-bench-'),
  );
  const ssh = await SshServer.start(directory);
  try {
    return [await compare(directory, ssh), await measureSides(directory)];
  } finally {
    ssh?.stop();
    rmSync(directory, { recursive: true });
  }
}

async function compare(directory: string, ssh: SshServer | undefined): Promise<Section> {
  const file = makeFile(path.join(directory, 'file'), SIZE);
  const whole = makeFile(path.join(directory, 'whole'), WHOLE);
  const to = path.join(directory, 'arrived');
  const contenders: Contender[] = [];
  const add = (name: string, run: () => Promise<number>, size = SIZE): void =>
    void contenders.push({ name, size, run, seconds: [] });
  const addOther = (name: string, copy: Copy, from = file, size = SIZE): void =>
    add(name, () => timeCopy(copy, from, to), size);
  add('plain node streams', async () => (await transferBetween(file, to, {})).seconds);
  add('Picklepost, with a key', async () => (await transferBetween(file, to, withKey())).seconds);
  add(
    'Picklepost, without a key',
    async () => (await transferBetween(file, to, { dialect: 'native' })).seconds,
  );
  for (const cipher of ssh?.ciphers() ?? [])
    if (ssh) addOther(`scp, ${cipher.replace(/@.*/, '')}`, ssh.scp(cipher));
  const [nc, python] = [netcat(), pythonFernet()];
  if (nc) addOther('nc', nc);
  if (python) addOther('Python, one Fernet token', python, whole, WHOLE);
  for (let run = 0; run < RUNS; run++)
    for (const { run: measure, seconds } of contenders) seconds.push(await measure());
  for (const made of [file, whole]) rmSync(made);
  const missing = [...(ssh ? [] : ['scp']), ...(nc ? [] : ['nc']), ...(python ? [] : ['Python'])];
  return {
    title: 'Large files',
    method: `A file of ${SIZE / MEBIBYTE} MiB from one process to another over loopback, both on a file system in memory; Picklepost stores it encrypted in the inbox, and its time includes the confirmation. Medians of ${RUNS} alternating runs. Python, in the way of the original program, gets ${WHOLE / MEBIBYTE} MiB, since it needs memory for several times the file.${missing.length > 0 ? ` Not installed here: ${missing.join(', ')}.` : ''}`,
    columns: ['what', 'rate', 'slowest', 'fastest', 'ratio'],
    rows: describe(contenders),
  };
}

function describe(contenders: readonly Contender[]): string[][] {
  const perByte = ({ seconds, size }: Contender): number => median(seconds) / size;
  const streams = perByte(contenders[0] as Contender);
  return contenders.map((contender) => {
    const { name, size, seconds } = contender;
    const rates = [median(seconds), Math.max(...seconds), Math.min(...seconds)].map((taken) =>
      rate(size, taken),
    );
    return [name, ...rates, ratio(streams, perByte(contender))];
  });
}

/** The cost of a transfer for each side: memory must not grow with the file, and an editor must not be blocked. */
async function measureSides(directory: string): Promise<Section> {
  const rows: string[][] = [];
  for (const size of [SIZE, LARGER]) {
    const file = makeFile(path.join(directory, 'file'), size);
    for (const [name, task] of [
      ['with a key', withKey()],
      ['without a key', { dialect: 'native' }],
    ] as const) {
      const transfer = await transferBetween(file, path.join(directory, 'arrived'), task);
      rows.push([`${size / MEBIBYTE} MiB, ${name}`, ...describeSides(transfer)]);
    }
    rmSync(file);
  }
  return {
    title: 'Cost for each side',
    method: `Processor time and memory of the whole process (an empty Node.js process has 40 to 45 MB), and the delay of its event loop (99th percentile). One run each. ${BEFORE}`,
    columns: ['what', 'sender: processor', 'memory', 'delay', 'receiver: processor', 'memory', 'delay'],
    rows,
  };
}

/** Processor time, memory and delay of the sender, and of the receiver. */
export function describeSides({ sender, receiver }: Transfer): string[] {
  return [sender, receiver].flatMap(({ cpuSeconds, memory, delay99 }) => [
    `${cpuSeconds.toFixed(1)} s`,
    `${(memory / 1e6).toFixed(0)} MB`,
    `${delay99.toFixed(1)} ms`,
  ]);
}

function withKey(): { dialect: 'native'; key: string } {
  return { dialect: 'native', key: FernetKey.generate().toText() };
}

/** Writes content that nothing can compress. */
export function makeFile(file: string, size: number): string {
  const cipher = createCipheriv('aes-128-ctr', randomBytes(16), randomBytes(16));
  const zeros = Buffer.alloc(MEBIBYTE);
  const descriptor = openSync(file, 'w');
  for (let at = 0; at < size; at += MEBIBYTE) writeSync(descriptor, cipher.update(zeros));
  closeSync(descriptor);
  return file;
}
