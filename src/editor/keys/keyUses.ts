import * as vscode from 'vscode';
import { keyId } from '../../core/admission/sender';
import { EXTENSION } from '../shell/names';
import { readSettings } from '../shell/settings';

/** The settings that name a key. */
export interface KeyUses {
  /** Names of the destinations that use it. */
  readonly destinations: readonly string[];
  /** Whether the receive server accepts it. */
  readonly isReceived: boolean;
}

export function usesOf(name: string): KeyUses {
  const { destinations, receive } = readSettings();
  return {
    destinations: destinations.flatMap((entry) => (entry.key === name ? entry.name : [])),
    isReceived: receive.keys.length === 0 || receive.keys.includes(name),
  };
}

/** In words; empty for a key that no setting names. */
export function describeUses({ destinations, isReceived }: KeyUses): string[] {
  const uses = destinations.length > 0 ? [vscode.l10n.t('used for {0}', destinations.join(', '))] : [];
  if (isReceived) uses.unshift(vscode.l10n.t('accepted by the receive server'));
  return uses;
}

/**
 * Replaces the name of a renamed key in the settings of this person. Senders that were accepted or blocked by it stay so.
 */
export async function renameUses(from: string, to: string): Promise<void> {
  const renamed = (old: string, now: string) => (entry: unknown) => (entry === old ? now : entry);
  await change('receive.keys', (names) => names.map(renamed(from, to)));
  await change('receive.alwaysAccept', (names) => names.map(renamed(from, to)));
  await change('receive.block', (ids) => ids.map(renamed(keyId(from), keyId(to))));
  await change('destinations', (entries) => entries.map((entry) => renamedIn(entry, from, to)));
}

/**
 * Removes a deleted key from the lists of senders: another key may get its name, which then is neither accepted nor blocked.
 */
export async function forgetSender(name: string): Promise<void> {
  await change('receive.alwaysAccept', (names) => names.filter((one) => one !== name));
  await change('receive.block', (ids) => ids.filter((id) => id !== keyId(name)));
}

/** Changes a list in the settings of this person, if it is there. */
async function change(setting: string, by: (list: readonly unknown[]) => unknown[]): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(EXTENSION);
  const value = configuration.inspect<unknown>(setting)?.globalValue;
  if (!Array.isArray(value)) return;
  const changed = by(value);
  if (JSON.stringify(changed) !== JSON.stringify(value))
    await configuration.update(setting, changed, vscode.ConfigurationTarget.Global);
}

function renamedIn(entry: unknown, from: string, to: string): unknown {
  const isObject = typeof entry === 'object' && entry !== null && 'key' in entry;
  return isObject && entry.key === from ? { ...entry, key: to } : entry;
}
