import { readFileSync } from 'node:fs';

/** Where the system does not say. */
const USUAL_LIMIT = 1024;

/** How many descriptors this process may have open: sockets, files and all else. */
export function descriptorLimit(): number {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? [];
    return soft === undefined ? USUAL_LIMIT : Number(soft);
  } catch {
    return USUAL_LIMIT;
  }
}
