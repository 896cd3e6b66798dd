/** Whether a signal has been aborted meanwhile, for loops of which the compiler takes it for settled. */
export function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
