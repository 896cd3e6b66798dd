import * as vscode from 'vscode';
import { DEFAULT_LIMITS } from '../../core/limits';
import type { Paired } from '../../core/pairing/pairing';
import { type Address, formatAddress } from '../../core/wire/address';
import { pairWith } from '../../net/pairingClient';
import { cancellable } from '../shell/cancellable';
import { readSettings } from '../shell/settings';
import { askForAddress } from './addressInput';
import { displayName } from './displayName';
import type { PairingParts } from './pairingParts';
import { keepPeer, tellPaired } from './peerKeys';
import { CancelledError } from '../../core/errors';
import { completeCode, type Completion, PairingCode } from '../../core/pairing/code';

/**
 * Pairs with the side that shows a code.
 * @param address of that side; asked for if it is not given.
 * @throws CancelledError, as {@link pairWith}
 */
export async function typeCode(parts: PairingParts, address?: Address): Promise<void> {
  const { keyring, reporter } = parts;
  const server = address ?? (await askForAddress(await parts.known(), readSettings().defaultPort));
  const code = await askForCode(vscode.l10n.t('Pairing code of {0}', formatAddress(server)));
  const name = await displayName();
  let kept: string | undefined;
  const keep = async (paired: Paired): Promise<void> => {
    kept = await keepPeer(keyring, paired, server);
  };
  const title = vscode.l10n.t('Pairing with {0}', formatAddress(server));
  try {
    const { digits } = await cancellable(title, (signal) =>
      pairWith(server, {
        ...{ code, name, limits: DEFAULT_LIMITS, signal, keep },
        receivePort: receivePort(parts),
      }),
    );
    void tellPaired({ name: kept ?? '', digits }, keyring, reporter);
  } catch (error) {
    // The other side has not stored it.
    if (kept !== undefined) await keyring.delete(kept);
    throw error;
  }
}

/** The port at which this machine receives, or would. */
function receivePort({ server, peers }: PairingParts): number {
  const { state } = server;
  if (state.kind === 'listening') return state.port;
  return peers.receivesElsewhere?.port ?? readSettings().receive.port;
}

type Row = vscode.QuickPickItem & Partial<Completion>;

/** Asks for the code that the other side shows, completing its words. @throws CancelledError */
async function askForCode(title: string): Promise<PairingCode> {
  const pick = vscode.window.createQuickPick<Row>();
  pick.title = title;
  pick.placeholder = vscode.l10n.t('The code that the other side shows, such as 42 amber falcon');
  pick.ignoreFocusOut = true;
  const offer = (): void => {
    pick.items = rowsFor(pick.value);
  };
  offer();
  const subscriptions: { dispose(): unknown }[] = [pick, pick.onDidChangeValue(offer)];
  try {
    return await new Promise<PairingCode>((resolve, reject) => {
      const accept = (): void => {
        const chosen = chosenOf(pick);
        if (!chosen) return;
        if (chosen.isWhole) {
          resolve(PairingCode.parse(chosen.text));
          return;
        }
        pick.value = `${chosen.text} `;
        offer();
      };
      subscriptions.push(
        pick.onDidAccept(accept),
        pick.onDidHide(() => reject(new CancelledError())),
      );
      pick.show();
    });
  } finally {
    for (const subscription of subscriptions) subscription.dispose();
  }
}

/** The chosen row, or the first one if somebody types faster than rows are shown. */
function chosenOf({ value, activeItems: [row] }: vscode.QuickPick<Row>): Completion | undefined {
  const completions = completeCode(value);
  return completions.find(({ text }) => text === row?.text) ?? completions[0];
}

/** Suggestions for the typed text; if there are none, what is wrong with it. */
function rowsFor(typed: string): Row[] {
  const completions = completeCode(typed);
  if (completions.length > 0) return completions.map(rowOf);
  const hint = /^\s*[1-9][0-9]?([\s,-]|$)/.test(typed)
    ? vscode.l10n.t('No code begins like this. Read it again on the other screen.')
    : vscode.l10n.t('A code is a number from 1 to 99 and two words.');
  return [{ label: `$(info) ${hint}`, alwaysShow: true }];
}

function rowOf(completion: Completion): Row {
  const { text, isGuess, isWhole } = completion;
  return {
    ...completion,
    label: isWhole ? text : `${text} …`,
    ...(isGuess && { description: vscode.l10n.t('did you mean this?') }),
    alwaysShow: true,
  };
}
