import * as vscode from 'vscode';
import { EXTENSION } from '../shell/names';
import { DEFAULT_DIALECT } from '../../core/wire/dialects';
import type { Target } from './target';

/** An entry as it is written; only the needed fields are typed. */
type WrittenEntry = Readonly<Record<string, unknown>> | null | undefined;

/* Writes the servers of the setting `picklepost.destinations`. Unknown fields of an entry stay in it. */

/** Saves a server under a name that no other has. */
export async function saveServer(name: string, { host, port, dialect, key }: Target): Promise<void> {
  const entry = {
    ...{ name, host, port },
    ...(dialect !== DEFAULT_DIALECT && { dialect }),
    ...(key !== undefined && { key }),
  };
  await write([...writtenEntries(), entry]);
}

/** Also if it is the default destination. */
export async function renameServer(name: string, newName: string): Promise<void> {
  const entries = writtenEntries();
  await write(entries.map((entry) => (isNamed(entry, name) ? { ...entry, name: newName } : entry)));
  if (defaultServer() === name) await useAsDefault(newName);
}

/** Removes servers; if one of them is the default destination, that is cleared. */
export async function removeServers(names: readonly string[]): Promise<void> {
  await write(writtenEntries().filter((entry) => !names.some((name) => isNamed(entry, name))));
  if (names.includes(defaultServer())) await useAsDefault(undefined);
}

/** The name of the default destination; empty if there is none. */
export function defaultServer(): string {
  return configuration().get<string>('send.defaultDestination', '');
}

/** @param name undefined to ask each time */
export async function useAsDefault(name: string | undefined): Promise<void> {
  await configuration().update('send.defaultDestination', name, vscode.ConfigurationTarget.Global);
}

function isNamed(entry: WrittenEntry, name: string): boolean {
  const { name: written, host } = entry ?? {};
  return (typeof written === 'string' && written !== '' ? written : host) === name;
}

function writtenEntries(): readonly WrittenEntry[] {
  const entries: unknown = configuration().get('destinations');
  return Array.isArray(entries) ? (entries as WrittenEntry[]) : [];
}

async function write(entries: readonly WrittenEntry[]): Promise<void> {
  await configuration().update('destinations', entries, vscode.ConfigurationTarget.Global);
}

function configuration(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration(EXTENSION);
}
