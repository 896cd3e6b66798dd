import type { PairingCode } from '../../../src/core/pairing/code';
import { ShownCode, type Paired } from '../../../src/core/pairing/pairing';
import { DEFAULT_LIMITS } from '../../../src/core/limits';
import { pairWith } from '../../../src/net/pairingClient';

/** A code on the screen of a host, with what became of it. */
export class Screen {
  readonly paired: Paired[] = [];
  readonly failures: unknown[] = [];
  failsToKeep = false;
  wrong = 0;
  private wake = (): void => undefined;
  readonly shown: ShownCode;

  constructor(code: PairingCode, lifetime?: number) {
    const events = {
      onPaired: (paired: Paired): Promise<void> => {
        if (this.failsToKeep) return Promise.reject(new Error('there is no room'));
        this.paired.push(paired);
        this.wake();
        return Promise.resolve();
      },
      onFailed: (error: unknown): void => {
        this.failures.push(error);
        this.wake();
      },
      onWrongCode: (): void => {
        this.wrong++;
        this.wake();
      },
      onExpired: (): void => this.wake(),
    };
    this.shown = new ShownCode(code, 'Anna', events, lifetime);
  }

  async untilChanged(): Promise<void> {
    if (this.paired.length + this.wrong > 0) return;
    await new Promise<void>((resolve) => (this.wake = resolve));
  }

  /** Stops the clock of the code. */
  end(): void {
    this.shown.spend();
  }
}

/** Types a code as the guest. @param kept takes what the guest has kept */
export function pair(
  port: number,
  code: PairingCode,
  kept: Paired[] = [],
  receivePort?: number,
): Promise<Paired> {
  const keep = (paired: Paired): Promise<void> => {
    kept.push(paired);
    return Promise.resolve();
  };
  return pairWith(
    { host: '127.0.0.1', port },
    { code, name: 'Ben', limits: DEFAULT_LIMITS, keep, ...(receivePort !== undefined && { receivePort }) },
  );
}
