import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { DialectName, Format } from '../core/wire/item';
import { EXTENSION } from './names';

/** An entry of the setting `picklepost.servers`. */
export interface ServerEntry {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly dialect?: DialectName;
  readonly key?: string;
}

/** All settings, read at once. Defaults live in package.json and nowhere else. */
export interface Settings {
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly startOnLaunch: boolean;
    readonly requireEncryption: boolean;
    readonly key: string;
    readonly pickle: boolean;
    /** Bytes. */
    readonly maximumItemSize: number;
  };
  readonly received: {
    readonly notify: boolean;
    readonly print: boolean;
    /** Absolute. */
    readonly saveToFolder: string | undefined;
    readonly fileName: string;
    /** What is older is deleted, in milliseconds; 0 for never. */
    readonly maximumAge: number;
    /** Bytes of all items together, beyond which the oldest are deleted; 0 for any. */
    readonly maximumSize: number;
  };
  readonly send: {
    /** Name of the server to send to without asking; empty to ask. */
    readonly server: string;
    readonly format: 'ask' | Format;
    readonly encryption: 'ask' | 'always' | 'never';
    readonly localPort: number;
    readonly wait: boolean;
    readonly keepPaths: boolean;
  };
  readonly servers: readonly ServerEntry[];
  /** Where a receive server listens unless somebody has chosen another port. */
  readonly defaultPort: number;
  /** Bytes. */
  readonly bufferSize: number;
}

/** What package.json lets the user set, by name. */
interface Configuration {
  'server.host': string;
  'server.port': number;
  'server.startOnLaunch': boolean;
  'server.encryption': 'optional' | 'required';
  'server.key': string;
  'server.pickle': boolean;
  /** Megabytes. */
  'server.maximumItemSize': number;
  'received.notify': boolean;
  'received.print': boolean;
  'received.saveToFolder': string;
  'received.fileName': string;
  'received.keepDays': number;
  'received.keepMegabytes': number;
  'send.server': string;
  'send.format': 'ask' | Format;
  'send.encryption': 'ask' | 'always' | 'never';
  'send.localPort': number;
  'send.wait': boolean;
  'send.keepPaths': boolean;
  servers: (Omit<ServerEntry, 'port'> & { port?: number })[];
  bufferSize: number;
}

export function readSettings(): Settings {
  const configuration = vscode.workspace.getConfiguration(EXTENSION);
  const get = <Key extends keyof Configuration>(key: Key): Configuration[Key] => {
    const value = configuration.get<Configuration[Key]>(key);
    if (value === undefined)
      throw new Error(`the setting ${EXTENSION}.${key} has no default in package.json`);
    return value;
  };
  const port = get('server.port');
  const defaultPort = configuration.inspect<number>('server.port')?.defaultValue ?? port;
  return {
    server: {
      host: get('server.host'),
      port,
      startOnLaunch: get('server.startOnLaunch'),
      requireEncryption: get('server.encryption') === 'required',
      key: get('server.key'),
      pickle: get('server.pickle'),
      maximumItemSize: get('server.maximumItemSize') * 1024 * 1024,
    },
    received: {
      notify: get('received.notify'),
      print: get('received.print'),
      saveToFolder: absoluteFolder(get('received.saveToFolder')),
      fileName: get('received.fileName'),
      maximumAge: get('received.keepDays') * 24 * 60 * 60 * 1000,
      maximumSize: get('received.keepMegabytes') * 1000 * 1000,
    },
    send: {
      server: get('send.server'),
      format: get('send.format'),
      encryption: get('send.encryption'),
      localPort: get('send.localPort'),
      wait: get('send.wait'),
      keepPaths: get('send.keepPaths'),
    },
    servers: get('servers').map((entry) => ({ port: defaultPort, ...entry })),
    defaultPort,
    bufferSize: get('bufferSize'),
  };
}

function absoluteFolder(folder: string): string | undefined {
  if (folder === '') return undefined;
  if (folder === '~' || folder.startsWith('~/')) return path.join(homedir(), folder.slice(1));
  // A folder that is not of this machine's disk has no path here.
  const first = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
  return path.resolve(first?.uri.fsPath ?? homedir(), folder);
}
