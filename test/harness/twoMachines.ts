import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Context } from 'mocha';
import { projectRoot } from './setup';

/** Runs commands on two machines in a network. */
export const NAMESPACES = path.join(projectRoot, 'test/harness/namespaces.sh');

/** Whether this user can make network namespaces. */
export function canHaveTwoMachines(): boolean {
  const attempt = ['sh', '-c', 'ip link add name a0 type veth && nsenter --version'];
  return spawnSync('unshare', ['--map-root-user', '--net', ...attempt]).status === 0;
}

/** Skips the suite whose `before` hook this is called in, and says so, where this user can make no network namespaces. */
export function needsTwoMachines(suite: Context): void {
  if (canHaveTwoMachines()) return;
  console.warn(
    `\n!!! NOT RUN: ${suite.test?.parent?.fullTitle() ?? 'a suite'}: a second machine needs network namespaces (unshare, ip, nsenter) of this user.\n`,
  );
  suite.skip();
}

/** Two machines in a network, for whatever is to run on them. */
export interface TwoMachines {
  /** What stands in front of a command to run it on each of them. */
  readonly machines: readonly [first: readonly string[], second: readonly string[]];
  /** The address of the first one. */
  readonly address: string;
  dispose(): Promise<void>;
}

export async function startTwoMachines(): Promise<TwoMachines> {
  const args = ['--map-root-user', '--net', 'bash', NAMESPACES, 'echo $$ $PROBE; exec cat', ''];
  const holder = spawn('unshare', args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(holder.stdout), 'line')) as [string];
  const [, first = '', second = ''] = /^(\d+) .*--target (\d+)/.exec(line) ?? [];
  const on = (pid: string): readonly string[] => [
    ...['nsenter', '--target', pid],
    ...['--user', '--preserve-credentials', '--net'],
  ];
  const dispose = async (): Promise<void> => {
    const ended = once(holder, 'exit');
    holder.stdin.end();
    await ended;
  };
  return { machines: [on(first), on(second)], address: '10.77.0.1', dispose };
}

/**
 * Runs code for Node.js on one of two machines in a network (namespaces.sh), which runs other code on the second one by the command in
 * `PROBE`. @param first with its arguments @returns the output of the first
 */
export async function runOnTwoMachines(first: readonly string[], second: string): Promise<string> {
  const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
  const node = quoted(process.execPath);
  const args = [`${node} -e ${first.map(quoted).join(' ')}`, `${node} -e ${quoted(second)}`];
  const { stdout } = await promisify(execFile)(
    'unshare',
    ['--map-root-user', '--net', 'bash', NAMESPACES, ...args],
    { cwd: projectRoot },
  );
  return stdout;
}
