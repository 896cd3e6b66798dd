import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { AcceptPolicy } from '../../core/admission/rules';
import { formatOfWord, type Format } from '../../core/codecs/formats';
import { readableName } from '../../core/pairing/pairing';
import { acceptedDialects, type DialectName } from '../../core/wire/dialects';
import { EXTENSION } from './names';
import { isAllowed, type SettingRule } from './settingRule';
import { allValues } from './settingValues';

/** An entry of the setting `picklepost.destinations`. */
export interface DestinationEntry {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly dialect?: DialectName;
  readonly key?: string;
  /** Address of a shared inbox, which has neither host nor port of its own. */
  readonly url?: string;
}

/** Where received items are saved. */
export interface SaveFolder {
  /** Absolute. */
  readonly directory: string;
  /** The workspace folder, if the person gave a path in it: below it, no link is followed. */
  readonly within?: string;
}

/** All settings, read at once. Defaults are in package.json and nowhere else. */
export interface Settings {
  /** The name of this side for others; empty until it has been chosen. */
  readonly name: string;
  readonly receive: {
    readonly host: string;
    readonly port: number;
    readonly startOnLaunch: boolean;
    readonly requireEncryption: boolean;
    /** Whose items are taken. */
    readonly accept: AcceptPolicy;
    /** Whether programs on this machine are accepted without a question. */
    readonly acceptLocal: boolean;
    /** Names of keys whose holders are accepted without a question. */
    readonly alwaysAccept: readonly string[];
    /** Blocked addresses, and blocked keys as `key:NAME`. */
    readonly block: readonly string[];
    /** Names of the accepted dialects; none for those that match the setting above. */
    readonly dialects: readonly string[];
    /** Names of the keys that senders may hold; none for all. */
    readonly keys: readonly string[];
    readonly pickle: boolean;
    /** Bytes. */
    readonly maximumItemSize: number;
    readonly notify: boolean;
    readonly print: boolean;
    readonly saveToFolder: SaveFolder | undefined;
    /** Whether folders from which programs run commands are saved under their own names. */
    readonly toolFolders: boolean;
    readonly fileName: string;
    /** Milliseconds after which items are deleted; 0 for never. */
    readonly maximumAge: number;
    /** Most bytes of all items together, beyond which the oldest are deleted; 0 for no limit. */
    readonly maximumSize: number;
  };
  readonly send: {
    /** Name of the default destination; empty to ask. */
    readonly defaultDestination: string;
    readonly format: 'ask' | Format;
    readonly encryption: 'ask' | 'always' | 'never';
    readonly localPort: number;
    readonly wait: boolean;
    readonly keepPaths: boolean;
  };
  /** Whether this machine announces itself on its networks, and looks for others. */
  readonly discovery: {
    readonly announce: boolean;
    readonly browse: boolean;
  };
  readonly destinations: readonly DestinationEntry[];
  /** The default port of receive servers. */
  readonly defaultPort: number;
  /** Bytes. */
  readonly bufferSize: number;
  /** Whether language models may read received items. */
  readonly assistants: boolean;
}

/** The settings that package.json declares, by name. */
interface Configuration {
  name: string;
  'receive.host': string;
  'receive.port': number;
  'receive.startOnLaunch': boolean;
  'receive.encryption': 'optional' | 'required';
  'receive.accept': AcceptPolicy;
  'receive.acceptLocal': boolean;
  'receive.alwaysAccept': string[];
  'receive.block': string[];
  'receive.dialects': string[];
  'receive.keys': string[];
  'receive.pickle': boolean;
  /** Megabytes. */
  'receive.maximumItemSize': number;
  'receive.notify': boolean;
  'receive.print': boolean;
  'receive.saveToFolder': string;
  'receive.toolFolders': boolean;
  'receive.fileName': string;
  'receive.keepDays': number;
  'receive.keepMegabytes': number;
  'discovery.announce': boolean;
  'discovery.browse': boolean;
  'send.defaultDestination': string;
  /** `ask`, or the word of a format. */
  'send.format': string;
  'send.encryption': 'ask' | 'always' | 'never';
  'send.localPort': number;
  'send.wait': boolean;
  'send.keepPaths': boolean;
  destinations: unknown[];
  bufferSize: number;
  'assistants.enabled': boolean;
}

/** The values that replace invalid ones of settings whose default would accept what somebody meant to keep out. */
const STRICTEST: Partial<Configuration> = {
  'receive.encryption': 'required',
  'receive.accept': 'paired',
  'receive.acceptLocal': false,
  'receive.dialects': acceptedDialects([], true).map(({ name }) => name),
  'receive.pickle': false,
  'receive.toolFolders': false,
  'send.encryption': 'always',
  'assistants.enabled': false,
};

/** A setting with an invalid value, and the value that is used instead. */
export interface WrongSetting {
  /** With the name of the extension. */
  readonly name: string;
  readonly value: unknown;
  readonly rule: SettingRule;
  readonly instead: unknown;
}

/** Bytes, as sizes are shown in the views. */
const MEGABYTE = 1000 * 1000;

/** All settings, and those with invalid values. */
interface Examined {
  readonly settings: Settings;
  readonly wrong: readonly WrongSetting[];
}

/** Cached until one changes: a connection to the receive server must not make this thread read each of them again. */
let known: Examined | undefined;

const forget = (): void => void (known = undefined);
// Registered before other listeners, so that all of them read the new settings.
vscode.workspace.onDidChangeConfiguration(forget);
vscode.workspace.onDidGrantWorkspaceTrust(forget);

/** All settings, from the person, the workspace and package.json. Invalid values are replaced. */
export function readSettings(): Settings {
  return (known ??= examine()).settings;
}

/** The settings whose values {@link readSettings} replaces. */
export function wrongSettings(): readonly WrongSetting[] {
  return (known ??= examine()).wrong;
}

/** Reads one setting. */
type Reader = <Key extends keyof Configuration>(key: Key) => Configuration[Key];

function examine(): Examined {
  const values = allValues();
  const wrong: WrongSetting[] = [];
  for (const [key, { rule, value }] of values)
    if (!isValid(key, rule, value))
      wrong.push({ name: `${EXTENSION}.${key}`, value, rule, instead: insteadOf(key, rule) });
  const get: Reader = (key) => {
    const setting = values.get(key);
    if (!setting) throw new Error(`package.json does not have the setting ${EXTENSION}.${key}`);
    const { rule, value } = setting;
    return (isValid(key, rule, value) ? value : insteadOf(key, rule)) as Configuration[typeof key];
  };
  return { settings: settingsOf(get, values.get('receive.port')?.rule.default as number), wrong };
}

/** A format may also be called by its name in protocols. */
function isValid(key: string, rule: SettingRule, value: unknown): boolean {
  return isAllowed(rule, value) || (key === 'send.format' && formatOfWord(String(value)) !== undefined);
}

function settingsOf(get: Reader, defaultPort: number): Settings {
  const receive = receiveSettings(get);
  return {
    name: readableName(get('name')),
    receive,
    send: sendSettings(get),
    discovery: { announce: get('discovery.announce'), browse: get('discovery.browse') },
    destinations: get('destinations').map((entry) => destinationEntry(entry, defaultPort)),
    defaultPort,
    bufferSize: get('bufferSize'),
    assistants: get('assistants.enabled'),
  };
}

function receiveSettings(get: Reader): Settings['receive'] {
  return {
    host: get('receive.host'),
    port: get('receive.port'),
    startOnLaunch: get('receive.startOnLaunch'),
    requireEncryption: get('receive.encryption') === 'required',
    accept: get('receive.accept'),
    acceptLocal: get('receive.acceptLocal'),
    alwaysAccept: get('receive.alwaysAccept'),
    block: get('receive.block'),
    dialects: get('receive.dialects'),
    keys: get('receive.keys'),
    pickle: get('receive.pickle'),
    maximumItemSize: get('receive.maximumItemSize') * MEGABYTE,
    notify: get('receive.notify'),
    print: get('receive.print'),
    saveToFolder: saveFolder(get('receive.saveToFolder')),
    toolFolders: get('receive.toolFolders'),
    fileName: get('receive.fileName'),
    maximumAge: get('receive.keepDays') * 24 * 60 * 60 * 1000,
    maximumSize: get('receive.keepMegabytes') * MEGABYTE,
  };
}

function sendSettings(get: Reader): Settings['send'] {
  return {
    defaultDestination: get('send.defaultDestination'),
    format: formatOfWord(get('send.format')) ?? 'ask',
    encryption: get('send.encryption'),
    localPort: get('send.localPort'),
    wait: get('send.wait'),
    keepPaths: get('send.keepPaths'),
  };
}

/** An entry may be incomplete. The server is listed without the missing parts, and refused when it is chosen. */
function destinationEntry(written: unknown, defaultPort: number): DestinationEntry {
  const entry = (typeof written === 'object' ? written : undefined) as
    Partial<DestinationEntry> | null | undefined;
  const url = inboxUrl(entry ?? {});
  const host = typeof entry?.host === 'string' ? entry.host : (url ?? '');
  const name = typeof entry?.name === 'string' && entry.name !== '' ? entry.name : host;
  return { port: defaultPort, ...entry, name, host, ...(url !== undefined && { url }) };
}

/** The inbox may be in the address, or beside it. */
function inboxUrl({ url, inbox }: { readonly url?: unknown; readonly inbox?: unknown }): string | undefined {
  if (typeof url !== 'string') return undefined;
  return typeof inbox === 'string' ? `${url.replace(/\/+$/, '')}/${inbox}` : url;
}

function insteadOf(key: string, rule: SettingRule): unknown {
  return key in STRICTEST ? STRICTEST[key as keyof Configuration] : rule.default;
}

function saveFolder(folder: string): SaveFolder | undefined {
  if (folder === '') return undefined;
  if (folder === '~' || folder.startsWith('~/')) return { directory: path.join(homedir(), folder.slice(1)) };
  // A folder that is not on this machine's disk has no path here.
  const first = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
  const directory = path.resolve(first?.uri.fsPath ?? homedir(), folder);
  return first && isBelow(first.uri.fsPath, directory)
    ? { directory, within: first.uri.fsPath }
    : { directory };
}

function isBelow(folder: string, place: string): boolean {
  const way = path.relative(folder, place);
  return way !== '' && !path.isAbsolute(way) && way.split(path.sep)[0] !== '..';
}
