import { readFileSync } from 'node:fs';

/** Where the system does not say. */
const USUAL_LIMIT = 1024;

let limit: number | undefined;

/** How many descriptors this process may have open: sockets, files and all else. As it was when this was first asked. */
export function descriptorLimit(): number {
  return (limit ??= readLimit());
}

/** So many descriptors, or fewer where this process may have few: that share of all, and one at least. */
export function descriptorShare(wanted: number, share: number, limit = descriptorLimit()): number {
  return Math.max(1, Math.min(wanted, Math.floor(limit * share)));
}

function readLimit(): number {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? [];
    return soft === undefined ? USUAL_LIMIT : Number(soft);
  } catch {
    return USUAL_LIMIT;
  }
}
