import { randomUUID } from 'node:crypto';
import { PairingCode } from '../../core/pairing/code';
import { CODE_LIFETIME, ShownCode, type Paired } from '../../core/pairing/pairing';
import type { Disposable } from '../../core/scheduling/event';
import type { WindowCode, WindowPairing } from '../../inbox/windows/windowRegistry';
import type { PeerWindows } from '../items/peerWindows';
import type { Server } from '../server/server';

/** The outcome of a code. */
export type Outcome =
  /** @property name of the stored key */
  | { readonly kind: 'paired'; readonly name: string; readonly digits: string }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'wrong-code' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'cancelled' }
  /** The receive server has stopped, or another window receives now. */
  | { readonly kind: 'stopped' }
  /** Another code is shown. */
  | { readonly kind: 'busy' };

/** A code that may be tried. */
export interface Offered {
  readonly outcome: Promise<Outcome>;
  /** Withdraws the code, unless somebody has typed it. */
  cancel(): void;
}

export interface CodeHostParts {
  readonly server: Pick<Server, 'state' | 'onDidChangeState' | 'pairing'>;
  readonly peers: Pick<
    PeerWindows,
    'codeElsewhere' | 'pairingOf' | 'receivesElsewhere' | 'setCode' | 'setPairing' | 'onDidChange'
  >;
  /** @param from address from which the guest has connected @returns the name of the key */
  readonly keep: (paired: Paired, from: string) => Promise<string>;
  /** The message of any error, for the person. */
  readonly describe: (error: unknown) => string;
  /** Reports a pairing whose window has closed. */
  readonly tellLate: (outcome: Outcome) => void;
}

/**
 * Lets the one receive server of this machine's windows serve the code that one of them shows. If another window has the
 * server, the code and its outcome pass through the files that windows share, but the key does not.
 */
export class CodeHost implements Disposable {
  private own: Offered | undefined;
  private foreign: Offered | undefined;
  /** The last code of another window that this one has answered. */
  private answered: string | undefined;
  private readonly subscription: Disposable;

  constructor(private readonly parts: CodeHostParts) {
    this.subscription = parts.peers.onDidChange(() => this.serveOther());
    this.serveOther();
  }

  /** Offers a code. */
  offer(code: PairingCode, name: string, lifetime = CODE_LIFETIME): Offered {
    const { server, peers } = this.parts;
    if (this.own || this.foreign || peers.codeElsewhere)
      return { outcome: Promise.resolve({ kind: 'busy' }), cancel: () => undefined };
    const isHere = server.state.kind === 'listening';
    const offered = isHere ? this.serve(code, name, lifetime) : this.offerElsewhere(code, name, lifetime);
    this.own = offered;
    void offered.outcome.then(() => (this.own = undefined));
    return offered;
  }

  dispose(): void {
    this.subscription.dispose();
    this.own?.cancel();
    this.foreign?.cancel();
  }

  /** Lets the server of this window serve a code. */
  private serve(code: PairingCode, name: string, lifetime: number): Offered {
    const { server, keep, describe } = this.parts;
    const { outcome, settle } = pending();
    const events = {
      onPaired: async (paired: Paired, from: string) => {
        const kept = await keep(paired, from);
        settle({ kind: 'paired', name: kept, digits: paired.digits });
      },
      onFailed: (error: unknown) => settle({ kind: 'failed', message: describe(error) }),
      onWrongCode: () => settle({ kind: 'wrong-code' }),
      onExpired: () => settle({ kind: 'expired' }),
    };
    const shown = new ShownCode(code, name, events, lifetime);
    server.pairing = shown;
    const stopping = server.onDidChangeState(({ kind }) => {
      if (kind !== 'listening' && shown.spend()) settle({ kind: 'stopped' });
    });
    void outcome.then(() => {
      stopping.dispose();
      shown.spend();
      if (server.pairing === shown) server.pairing = undefined;
    });
    const cancel = (): void => {
      if (shown.spend()) settle({ kind: 'cancelled' });
    };
    return { outcome, cancel };
  }

  /** Lets the receiving window serve a code. */
  private offerElsewhere(code: PairingCode, name: string, lifetime: number): Offered {
    const { peers } = this.parts;
    const { outcome, settle } = pending();
    const [id, owner] = [randomUUID(), peers.receivesElsewhere?.owner];
    if (owner === undefined) settle({ kind: 'stopped' });
    const timer = setTimeout(() => settle({ kind: 'expired' }), lifetime);
    const watching = peers.onDidChange(() => {
      const { id: _of, ...found } = peers.pairingOf(id) ?? {};
      if ('kind' in found) settle(found);
      else if (peers.receivesElsewhere?.owner !== owner) settle({ kind: 'stopped' });
    });
    void peers.setCode({ id, text: code.text, name, until: Date.now() + lifetime });
    void outcome.then(() => {
      clearTimeout(timer);
      watching.dispose();
      void peers.setCode(undefined);
    });
    return { outcome, cancel: () => settle({ kind: 'cancelled' }) };
  }

  /** Serves the code that another window shows, if this one receives; stops serving one that is no longer shown. */
  private serveOther(): void {
    const { peers, server } = this.parts;
    const wanted = peers.codeElsewhere;
    if (wanted?.id === this.answered) return;
    this.answered = wanted?.id;
    this.foreign?.cancel();
    this.foreign = undefined;
    void peers.setPairing(undefined);
    if (!wanted || server.state.kind !== 'listening') return;
    if (this.own) void peers.setPairing({ id: wanted.id, kind: 'busy' });
    else this.serveFor(wanted);
  }

  private serveFor(wanted: WindowCode): void {
    const { id } = wanted;
    let offered: Offered;
    try {
      offered = this.serve(PairingCode.parse(wanted.text), wanted.name, wanted.until - Date.now());
    } catch (error) {
      void this.parts.peers.setPairing({ id, kind: 'failed', message: this.parts.describe(error) });
      return;
    }
    this.foreign = offered;
    void offered.outcome.then((outcome) => this.tell(id, outcome));
  }

  private tell(id: string, outcome: Outcome): void {
    const { peers, tellLate } = this.parts;
    const pairing: WindowPairing = { id, ...outcome };
    if (peers.codeElsewhere?.id === id) void peers.setPairing(pairing);
    else if (outcome.kind !== 'cancelled') tellLate(outcome);
  }
}

/** A promise that is settled once; later calls have no effect. */
function pending(): { readonly outcome: Promise<Outcome>; readonly settle: (outcome: Outcome) => void } {
  let settle: (outcome: Outcome) => void = () => undefined;
  const outcome = new Promise<Outcome>((resolve) => (settle = resolve));
  return { outcome, settle };
}
