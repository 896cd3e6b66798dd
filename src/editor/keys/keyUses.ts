import * as vscode from 'vscode';
import { EXTENSION } from '../shell/names';
import { readSettings } from '../shell/settings';

/** Where the settings name a key. */
export interface KeyUses {
  /** Names of the destinations that it is sent with. */
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

/** Has the settings of this person name a key by its new name. */
export async function renameUses(from: string, to: string): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(EXTENSION);
  const update = async (setting: string, change: (value: unknown) => unknown): Promise<void> => {
    const value = configuration.inspect(setting)?.globalValue;
    const changed = change(value);
    if (JSON.stringify(changed) !== JSON.stringify(value))
      await configuration.update(setting, changed, vscode.ConfigurationTarget.Global);
  };
  await update('receive.keys', (value) =>
    Array.isArray(value) ? value.map((name: unknown) => (name === from ? to : name)) : value,
  );
  await update('destinations', (value) =>
    Array.isArray(value) ? value.map((entry: unknown) => renamedIn(entry, from, to)) : value,
  );
}

function renamedIn(entry: unknown, from: string, to: string): unknown {
  const isObject = typeof entry === 'object' && entry !== null && 'key' in entry;
  return isObject && entry.key === from ? { ...entry, key: to } : entry;
}
