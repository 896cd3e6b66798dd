/** Whether a signal has been aborted by now. In loops, the compiler assumes that `signal.aborted` does not change. */
export function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/**
 * An AbortController whose signal is created only when somebody asks for it. Creating one is slow if there are thousands and
 * few are used.
 */
export class LateSignal {
  private controller: AbortController | undefined;
  private reason: Error | undefined;

  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.reason) this.controller.abort(this.reason);
    return this.controller.signal;
  }

  /** The first reason counts. */
  abort(reason: Error): void {
    this.reason ??= reason;
    this.controller?.abort(this.reason);
  }
}
