/** Reads into a target like `node:fs`: from a position, or from where the last read ended; perhaps less than requested. */
export type Read<Result> = (
  target: Uint8Array,
  offset: number,
  length: number,
  position: number | null,
) => Result;

/**
 * Fills a target, unless the source ends before.
 * @param position null for where the last read ended
 * @returns the part of the target that was filled
 */
export async function fill<Target extends Uint8Array>(
  read: Read<Promise<{ readonly bytesRead: number }>>,
  target: Target,
  position: number | null,
): Promise<Target> {
  for (let filled = 0; filled < target.length;) {
    const at = position === null ? null : position + filled;
    const { bytesRead } = await read(target, filled, target.length - filled, at);
    if (bytesRead === 0) return target.subarray(0, filled) as Target;
    filled += bytesRead;
  }
  return target;
}

/** As {@link fill}, at once. */
export function fillSync<Target extends Uint8Array>(
  read: Read<number>,
  target: Target,
  position: number,
): Target {
  for (let filled = 0; filled < target.length;) {
    const count = read(target, filled, target.length - filled, position + filled);
    if (count === 0) return target.subarray(0, filled) as Target;
    filled += count;
  }
  return target;
}
