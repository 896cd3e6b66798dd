import type { FernetKey } from '../crypto/keys';
import type { PairingCode } from './code';

/** The data about the other side that a side gets by pairing. */
export interface Paired {
  /** The name that the other side has chosen. */
  readonly name: string;
  /** The key, 32 bytes, that both sides keep from now on. */
  readonly key: FernetKey;
  /** Six digits that both sides show. */
  readonly digits: string;
  /** The port of a guest that also receives items. */
  readonly port?: number;
}

/** A name that the other side has chosen, without characters that hide or reverse other text; at most 100 characters. */
export function readableName(name: string): string {
  const readable = name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu, ' ').replace(/\s+/g, ' ');
  return readable.trim().slice(0, 100).trim();
}

/** The side that shows a code. */
export interface PairingHost {
  /** The name of this side, at most 100 characters. */
  readonly name: string;
  /** The code that is shown; undefined once it has been used or has expired. */
  readonly code: PairingCode | undefined;
  /** Uses the code up. @returns false if another guest has done so before */
  spend(): boolean;
  /** Stores the pairing, which the guest has stored already. @param from address of the guest */
  onPaired(paired: Paired, from: string): Promise<void>;
  /**
   * The code was right, but there is no pairing: the guest left before it had stored the key, or this side cannot store it.
   */
  onFailed(error: unknown, from: string): void;
  /** Somebody tried a wrong code, which uses it up as well. @param from address of that guest */
  onWrongCode(from: string): void;
}

/** Milliseconds for which a code may be tried. */
export const CODE_LIFETIME = 10 * 60_000;

/** One code that is shown until somebody tries it, or it expires. */
export class ShownCode implements PairingHost {
  private shown: PairingCode | undefined;
  private readonly timer: NodeJS.Timeout;

  constructor(
    code: PairingCode,
    readonly name: string,
    private readonly events: Pick<PairingHost, 'onPaired' | 'onFailed' | 'onWrongCode'> & {
      onExpired(): void;
    },
    lifetime = CODE_LIFETIME,
  ) {
    this.shown = code;
    this.timer = setTimeout(() => {
      this.shown = undefined;
      this.events.onExpired();
    }, lifetime);
  }

  get code(): PairingCode | undefined {
    return this.shown;
  }

  spend(): boolean {
    clearTimeout(this.timer);
    const wasShown = this.shown !== undefined;
    this.shown = undefined;
    return wasShown;
  }

  onPaired(paired: Paired, from: string): Promise<void> {
    return this.events.onPaired(paired, from);
  }

  onFailed(error: unknown, from: string): void {
    this.events.onFailed(error, from);
  }

  onWrongCode(from: string): void {
    this.events.onWrongCode(from);
  }
}
