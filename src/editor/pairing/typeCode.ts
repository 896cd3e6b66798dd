import * as vscode from 'vscode';
import { DEFAULT_LIMITS } from '../../core/limits';
import type { Paired } from '../../core/pairing/pairing';
import { formatAddress, type Address } from '../../core/wire/address';
import { pairWith } from '../../net/pairingClient';
import { cancellable } from '../shell/cancellable';
import { askForAddress } from './addressInput';
import { askForCode } from './codeInput';
import { displayName } from './displayName';
import type { PairingParts } from './pairingParts';
import { keepPeer, tellPaired } from './peerKeys';

/** Pairs with the side that shows a code. @param address where that is; asked for if it is not given. @throws CancelledError, as {@link pairWith} */
export async function typeCode(parts: PairingParts, address?: Address): Promise<void> {
  const { keyring, reporter } = parts;
  const server = address ?? (await askForAddress(await parts.known(), parts.settings().defaultPort));
  const code = await askForCode(vscode.l10n.t('Pairing code of {0}', formatAddress(server)));
  const name = await displayName();
  let kept: string | undefined;
  const keep = async (paired: Paired): Promise<void> => {
    kept = await keepPeer(keyring, paired, server);
  };
  const title = vscode.l10n.t('Pairing with {0}', formatAddress(server));
  try {
    const { digits } = await cancellable(title, (signal) =>
      pairWith({
        ...{ host: server.host, port: server.port, code, name, limits: DEFAULT_LIMITS, signal, keep },
        receivePort: receivePort(parts),
      }),
    );
    void tellPaired({ name: kept ?? '', digits }, keyring, reporter);
  } catch (error) {
    // The other side has not kept it.
    if (kept !== undefined) await keyring.delete(kept);
    throw error;
  }
}

/** Where this machine receives, or would. */
function receivePort({ server, peers, settings }: PairingParts): number {
  const { state } = server;
  if (state.kind === 'listening') return state.port;
  return peers.receivesElsewhere?.port ?? settings().receive.port;
}
