/**
 * The position in a path that leads from a recognized value to the call that a pickle stores for it. If `[0]` is an array,
 * `[0, -1]` is the call that makes it, and `[0, -1, 1]` the arguments of that call.
 */
export const AS_STORED = -1;
