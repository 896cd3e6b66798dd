/** The default port of servers and destinations, which is that of the original. */
export const DEFAULT_PORT = 6868;
/** Bytes read or sent at once: the fastest size in all dialects (docs/performance.md). */
export const BUFFER_SIZE = 512 * 1024;
