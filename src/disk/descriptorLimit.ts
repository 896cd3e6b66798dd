import { readFileSync } from 'node:fs';

/** The limit if the system does not tell it. */
const USUAL_LIMIT = 1024;

let limit: number | undefined;

/** How many descriptors this process may have open, for sockets, files and everything else: the limit at the first call. */
export function descriptorLimit(): number {
  return (limit ??= readLimit());
}

/** So many descriptors, or fewer if this process may have few: that share of all, but at least one. */
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
