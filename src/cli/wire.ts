/** The port of the original, at which a server listens and to which a sender goes unless another is named. */
export const DEFAULT_PORT = 6868;
/** Bytes read or sent at once: what measures best in all dialects (docs/performance.md). */
export const BUFFER_SIZE = 512 * 1024;
