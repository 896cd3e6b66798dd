import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FernetKey } from '../../src/core/crypto/keys';
import { PeerProcess } from '../interop/pythonPeer';
import { bareRate } from './inbox';
import type { Section } from './main';
import { ratio, told } from './measure';
import { describeSides } from './largeFiles';
import { sendFromProcess, transferBetween, type Transfer } from './twoProcesses';
import type { PeerTask } from './transferPeer';

const COUNT = 10_000;
const SENDERS = 1_000;
const NOTHING = ['', '', '', '', '', ''];

/** Many small dictionaries between two processes over loopback, each durable before it is confirmed. */
export async function benchSmallItems(): Promise<Section> {
  const directory = mkdtempSync(path.join(tmpdir(), 'picklepost-bench-'));
  const key = FernetKey.generate().toText();
  const send = (small: Required<PeerTask>['small']): Promise<Transfer> =>
    transferBetween(
      '',
      path.join(directory, small.how),
      { dialect: 'native', key, small },
      // Files that were just removed by the thousand slow down making others, on ext4 for minutes.
      { keeps: true },
    );
  try {
    const bare = bareRate(directory);
    const original = await originalRate();
    const row = (name: string, rate: number, sides: readonly string[] = NOTHING): readonly string[] =>
      told([
        name,
        `${rate.toFixed(0)} per second`,
        ratio(rate, bare),
        original === undefined ? '' : ratio(rate, original),
        ...sides,
      ]);
    const transferRow = (name: string, count: number, transfer: Transfer): readonly string[] =>
      row(name, count / transfer.seconds, describeSides(transfer));
    return {
      title: 'Small dictionaries',
      method: `Pickles of 1 kB from one process to another over loopback, encrypted, and stored on the disk of the temporary directory, each confirmed when it is durable. Compared with a bare write, fsync and rename of as many files one after another, and with ${original === undefined ? "the original's server, for which there is no Python here" : "the original's server (a model of it in Python), which makes nothing durable"}. One run each. The last columns are those of "Cost for each side".`,
      columns: [
        'what',
        'rate',
        'to bare fsync',
        'to the original',
        'sender: processor',
        'memory',
        'delay',
        'receiver: processor',
        'memory',
        'delay',
      ],
      rows: [
        row('bare fsync per item', bare),
        ...(original === undefined
          ? []
          : [row(`${COUNT} to the original's server, over one connection`, original)]),
        transferRow(
          `${COUNT} one after another, a connection for each`,
          COUNT,
          await send({ count: COUNT, how: 'one by one' }),
        ),
        transferRow(
          `${COUNT} over one connection, pipelined`,
          COUNT,
          await send({ count: COUNT, how: 'pipelined' }),
        ),
        transferRow(
          `${SENDERS} senders at once, each trying again if the receiver is busy`,
          SENDERS,
          await send({ count: SENDERS, how: 'all at once' }),
        ),
      ],
    };
  } finally {
    if (existsSync(directory)) rmSync(directory, { recursive: true });
  }
}

/** @returns items in a second; undefined without Python */
async function originalRate(): Promise<number | undefined> {
  if (spawnSync('python3', ['--version']).status !== 0) return undefined;
  const server = PeerProcess.python('classic_server.py');
  const { port } = (await server.json()) as { port: number };
  void server.rest();
  try {
    const task = { path: '', port, dialect: 'classic', small: { count: COUNT, how: 'pipelined' } } as const;
    return COUNT / (await sendFromProcess(task)).seconds;
  } finally {
    await server.stop();
  }
}
