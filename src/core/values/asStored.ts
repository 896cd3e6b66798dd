/**
 * A position that means the stored form of a value, in place of its recognized one: the path `[0, -1]` is the call that
 * makes the array at `[0]`, and `[0, -1, 1]` its arguments.
 */
export const AS_STORED = -1;
