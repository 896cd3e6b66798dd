import { randomBytes } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { hasErrorCode } from './diskError';
import { withPastTime } from './fileAge';

/** `{machine}-{pid}-{random}.part`; machines may share a directory. */
const NAME = /^(.+)-(\d+)-[0-9a-f]+\.part$/;
const OWNER = /^(.+)-(\d+)-([0-9a-f]+)$/;
const MACHINE = hostname().replace(/[^A-Za-z0-9.]/g, '_') || 'localhost';
/**
 * Milliseconds without a write after which an arriving item is given up even if its process, by its name, exists or is on
 * another machine.
 */
const ABANDONED_AGE = 24 * 60 * 60 * 1000;

/** Identifies this process among all others, including earlier ones with the same pid. */
export const PROCESS = `${MACHINE}-${process.pid}-${randomBytes(4).toString('hex')}`;

/** Whether the process with such a name has ended. A process of another machine is assumed to exist. */
export function isProcessGone(owner: string): boolean {
  const [, machine, pid] = OWNER.exec(owner) ?? [];
  if (machine !== MACHINE) return false;
  return Number(pid) === process.pid ? !isOwn(owner) : !isAlive(Number(pid));
}

/** A name that identifies this process, different each time. */
export function newOwner(): string {
  return PROCESS + randomBytes(4).toString('hex');
}

/** Whether a name is of this process. */
function isOwn(owner: string): boolean {
  return owner.startsWith(PROCESS);
}

/** Whether the process with such a name runs on this machine. */
export function isProcessHere(owner: string): boolean {
  return OWNER.exec(owner)?.[1] === MACHINE && !isProcessGone(owner);
}

/** A new path for an arriving item, which identifies this process. */
export function newIncomingPath(directory: string): string {
  return path.join(directory, `${MACHINE}-${process.pid}-${randomBytes(8).toString('hex')}.part`);
}

/** Removes what ended processes have left behind. */
export async function removeLeftovers(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const [, machine, pid] = NAME.exec(name) ?? [];
    const file = path.join(directory, name);
    if (machine !== undefined && (await isLeftover(file, machine, Number(pid))))
      await rm(file, { force: true });
  }
}

async function isLeftover(file: string, machine: string, pid: number): Promise<boolean> {
  const isGone = machine === MACHINE && pid !== process.pid && !isAlive(pid);
  // An existing process may be a different one with the same pid.
  const status = await stat(file).catch(() => undefined);
  const written = status ? await withPastTime(file, status.mtimeMs) : Date.now();
  if (isGone || written < Date.now() - ABANDONED_AGE) return true;
  if (machine !== MACHINE || pid !== process.pid) return false;
  // Containers give every process the pid of the one before.
  return written < Date.now() - process.uptime() * 1000;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasErrorCode(error, 'ESRCH');
  }
}
