import type { PeerWindows } from '../items/peerWindows';
import type { Keyring } from '../keys/keyring';
import type { Server } from '../server/server';
import type { Reporter } from '../shell/reporter';
import type { KnownAddress } from './addressInput';
import type { CodeHost } from './codeHost';

/** The parts on which pairing is built. */
export interface PairingParts {
  readonly server: Server;
  readonly peers: PeerWindows;
  readonly keyring: Keyring;
  readonly reporter: Reporter;
  readonly host: CodeHost;
  /** Servers that are offered to pair with. */
  readonly known: () => Promise<readonly KnownAddress[]>;
}
