import type { Address } from '../../core/wire/address';
import type { PeerWindows } from '../items/peerWindows';
import type { Server } from '../server/server';
import { logError, type Handlers, type Services } from '../services';
import { Lazy } from '../shell/lazy';
import type { Pairing } from './pairing';
import type { PairingParts } from './pairingParts';

/** The entry point of pairing, which is loaded when somebody pairs. */
export function createPairingEntry(
  services: Services,
  server: Server,
  peers: PeerWindows,
  known: PairingParts['known'],
) {
  const { own, log } = services;
  const pairing = new Lazy(async () => {
    const { createPairing } = await import('./pairing');
    return createPairing(services, { server, peers }, known);
  });
  own(
    peers.onDidChange(() => {
      // The receiving window serves the code that another one shows.
      if (peers.codeElsewhere && server.state.kind === 'listening') pairing.get().catch(logError(log));
    }),
  );
  const later = (name: keyof Pairing['commands']) => async () => (await pairing.get()).commands[name]();
  const handlers = {
    showPairingCode: later('showPairingCode'),
    typePairingCode: later('typePairingCode'),
    cancelPairing: later('cancelPairing'),
    pairingActions: later('pairingActions'),
  } satisfies Partial<Handlers>;
  return {
    handlers,
    /** Asks for the code that is shown at an address. */
    pairWith: async (address: Address) => (await pairing.get()).pairWith(address),
  };
}
