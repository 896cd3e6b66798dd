import { utimes } from 'node:fs/promises';

/** Milliseconds by which the clock of a disk may differ from that of this machine. */
const SKEW = 60_000;

/**
 * Whether a file was written at least so many milliseconds ago, or by a clock that was ahead, so that its age is unknown.
 */
export function isOlder({ mtimeMs }: { readonly mtimeMs: number }, age: number, now = Date.now()): boolean {
  return mtimeMs <= now - age || isFromFuture(mtimeMs, now);
}

/** Whether a time is later than any clock can show by now. */
export function isFromFuture(time: number, now = Date.now()): boolean {
  return time > now + SKEW;
}

/** Sets the time of a file that was written by a clock that was ahead to now. Never rejects. @returns its time after that */
export async function withPastTime(file: string, mtimeMs: number): Promise<number> {
  const now = Date.now();
  if (!isFromFuture(mtimeMs, now)) return mtimeMs;
  await utimes(file, new Date(now), new Date(now)).catch(() => undefined);
  return now;
}
