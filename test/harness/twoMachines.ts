import { execFile, spawnSync } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Context } from 'mocha';
import { projectRoot } from './setup';

/** Runs commands on two machines in a network. */
export const NAMESPACES = path.join(projectRoot, 'test/harness/namespaces.sh');

/** Skips the suite whose `before` hook this is called in, and says so, where this user can make no network namespaces. */
export function needsTwoMachines(suite: Context): void {
  const attempt = ['sh', '-c', 'ip link add name a0 type veth && nsenter --version'];
  if (spawnSync('unshare', ['--map-root-user', '--net', ...attempt]).status === 0) return;
  console.warn(
    `\n!!! NOT RUN: ${suite.test?.parent?.fullTitle() ?? 'a suite'}: a second machine needs network namespaces (unshare, ip, nsenter) of this user.\n`,
  );
  suite.skip();
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
