import type { PeerWindows } from '../items/peerWindows';
import type { Server } from '../server/server';
import type { Handlers, Services } from '../services';
import { hostOf, type Address } from '../../core/wire/address';
import type { Paired } from '../../core/pairing/pairing';
import { localizedMessage } from '../shell/localize';
import { CodeHost, type CodeHostParts } from './codeHost';
import { keepPeer } from './peerKeys';
import type { PairingParts } from './pairingParts';
import { CodeShower } from './showCode';
import { typeCode } from './typeCode';

export type Pairing = ReturnType<typeof createPairing>;

/** Pairing by a short code, on both sides. */
export function createPairing(
  { keyring, reporter, own }: Services,
  { server, peers }: { readonly server: Server; readonly peers: PeerWindows },
  known: PairingParts['known'],
) {
  const keep = (paired: Paired, from: string): Promise<string> =>
    keepPeer(keyring, paired, guestAddress(paired, from));
  const tellLate: CodeHostParts['tellLate'] = (outcome) => void shower.tell(outcome);
  const host = own(new CodeHost({ server, peers, keep, describe: localizedMessage, tellLate }));
  const parts: PairingParts = { server, peers, keyring, reporter, host, known };
  const shower = own(new CodeShower(parts));
  const commands = {
    showPairingCode: () => shower.show(),
    typePairingCode: () => typeCode(parts),
    cancelPairing: () => shower.cancel(),
    pairingActions: () => shower.offerActions(),
  } satisfies Partial<Handlers>;
  return { commands, pairWith: (address: Address) => typeCode(parts, address) };
}

/** The address of a guest that receives: its host, and the port that it named. */
function guestAddress({ port }: Paired, from: string): Address | undefined {
  return port === undefined ? undefined : { host: hostOf(from), port };
}
