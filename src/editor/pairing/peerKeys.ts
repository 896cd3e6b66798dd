import * as vscode from 'vscode';
import { readableName, type Paired } from '../../core/pairing/pairing';
import type { Address } from '../../core/wire/address';
import type { KeyEntry, Keyring } from '../keys/keyring';
import { EXTENSION } from '../shell/names';
import type { MessageAction, Reporter } from '../shell/reporter';

/**
 * Stores the key of a peer under its name, with a number if that is taken, and makes the receive server accept it.
 * @param address at which the peer receives, if known
 * @returns the name of the key
 */
export async function keepPeer(
  keyring: Keyring,
  { name, key }: Paired,
  address: Address | undefined,
): Promise<string> {
  const kept = await keyring.freeName(readableName(name) || vscode.l10n.t('Paired peer'));
  await keyring.set(kept, key, { kind: 'paired', addresses: address ? [address] : [] });
  await accept(kept);
  return kept;
}

/** If the setting names the accepted keys, this one is added. */
async function accept(name: string): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(EXTENSION);
  const accepted = configuration.inspect<unknown>('receive.keys')?.globalValue;
  if (!Array.isArray(accepted) || accepted.length === 0) return;
  await configuration.update(
    'receive.keys',
    [...(accepted as unknown[]), name],
    vscode.ConfigurationTarget.Global,
  );
}

export interface Acquaintance {
  /** Name of the key. */
  readonly name: string;
  readonly digits: string;
}

/** Says with whom this side is paired now, and how to verify it. */
export async function tellPaired(
  { name, digits }: Acquaintance,
  keyring: Keyring,
  reporter: Reporter,
): Promise<void> {
  const message = vscode.l10n.t(
    'Paired with {0}. Both sides show {1}; compare them.',
    name,
    `${digits.slice(0, 3)} ${digits.slice(3)}`,
  );
  const before = await namesake(name, keyring);
  await reporter.information(message, ...(before ? [replacement(before, name, keyring, reporter)] : []));
}

/** An existing peer of the same name: the same person, or another one. */
async function namesake(name: string, keyring: Keyring): Promise<KeyEntry | undefined> {
  const [, wanted] = /^(.+) \d+$/.exec(name) ?? [];
  const entry = wanted === undefined ? undefined : await keyring.entry(wanted);
  return entry?.kind === 'paired' ? entry : undefined;
}

function replacement(before: KeyEntry, name: string, keyring: Keyring, reporter: Reporter): MessageAction {
  return {
    title: vscode.l10n.t('Replace "{0}"', before.name),
    run: () => reporter.guard(() => keyring.rename(name, before.name)),
  };
}
