/**
 * A position that stands for the value itself as it is stored, in place of what it is known to be: the path `[0, -1]` is the call that
 * makes the array at `[0]`, and `[0, -1, 1]` its arguments.
 */
export const AS_STORED = -1;
