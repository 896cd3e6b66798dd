/** Whether a signal has been aborted by now. In loops, the compiler takes `signal.aborted` for settled. */
export function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
