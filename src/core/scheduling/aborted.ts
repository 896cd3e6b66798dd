/** Whether a signal has been aborted by now. In loops, the compiler assumes that `signal.aborted` does not change. */
export function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
