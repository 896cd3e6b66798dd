import * as vscode from 'vscode';
import { CancelledError, PicklepostError } from '../../core/errors';
import { formatAddress, isLoopback, parseAddress } from '../../core/wire/address';
import type { DialectName } from '../../core/item/item';
import type { DestinationEntry, Settings } from '../shell/settings';

/** Where something is sent. */
export interface Target {
  /** Of an entry of the setting `picklepost.destinations`. */
  readonly name?: string;
  readonly host: string;
  readonly port: number;
  readonly dialect: DialectName;
  /** Name of the key that this server is known to use. */
  readonly key?: string;
}

/** How many addresses that were typed in are offered again. */
const REMEMBERED = 8;
const RECENT = 'recentTargets';
const DEFAULT_DIALECT: DialectName = 'native';
const DIALECTS: readonly DialectName[] = ['native', 'classic', 'raw'];

/** Asks where to send, the last choice first, and remembers it. */
export class TargetPicker {
  constructor(private readonly state: vscode.Memento) {}

  /** @throws CancelledError */
  async pick(settings: Settings): Promise<Target> {
    if (settings.send.destination !== '') return checked(this.named(settings.send.destination, settings));
    const other = { label: vscode.l10n.t('$(add) Another server...'), target: undefined };
    const rows = this.candidates(settings).map((target) => ({
      label: `$(server) ${targetTitle(target)}`,
      description: problemOf(target) ?? targetDetail(target),
      target,
    }));
    const picked = await vscode.window.showQuickPick([...rows, other], {
      title: vscode.l10n.t('Send to which server?'),
      matchOnDescription: true,
    });
    if (!picked) throw new CancelledError();
    const target = picked.target ? checked(picked.target) : await askForTarget(settings.defaultPort);
    await this.remember(target);
    return target;
  }

  /** What is known under the same name or address now, in case the settings have changed since. @throws PicklepostError `unsupported` */
  current(target: Target, settings: Settings): Target {
    return checked(this.candidates(settings).find((candidate) => isSame(candidate, target)) ?? target);
  }

  /** Notes that a server turned out to speak the dialect of this target, and not the one that it was taken for. */
  async learn(target: Target): Promise<void> {
    const isAddress = ({ name, host, port }: Target): boolean =>
      name === target.name && host === target.host && port === target.port;
    const others = this.state.get<Target[]>(RECENT, []).filter((recent) => !isAddress(recent));
    await this.state.update(RECENT, [target, ...others].slice(0, REMEMBERED));
  }

  private named(name: string, settings: Settings): Target {
    const found = this.candidates(settings).find((candidate) => candidate.name === name);
    if (found) return found;
    throw new PicklepostError(
      'unsupported',
      vscode.l10n.t(
        'The setting "picklepost.send.destination" names "{0}", but "picklepost.destinations" has no server of that name.',
        name,
      ),
    );
  }

  private candidates(settings: Settings): Target[] {
    const recent = this.state.get<Target[]>(RECENT, []);
    const configured = settings.destinations.map((entry) => ({
      ...entry,
      dialect: entry.dialect ?? learnedDialect(entry, recent),
    }));
    const own: Target = { host: '127.0.0.1', port: settings.receive.port, dialect: DEFAULT_DIALECT };
    const known = [...configured, own];
    const recentFirst = recent.map(
      (target) => known.find((candidate) => isSame(candidate, target)) ?? target,
    );
    // An entry that has gone from the settings is offered no longer.
    const offered = recentFirst.filter((target) => target.name === undefined || known.includes(target));
    return [...new Set([...offered, ...known])];
  }

  private async remember(target: Target): Promise<void> {
    const others = this.state.get<Target[]>(RECENT, []).filter((recent) => !isSame(recent, target));
    await this.state.update(RECENT, [target, ...others].slice(0, REMEMBERED));
  }
}

/** A server as a person knows it. */
export function targetTitle(target: Target): string {
  return target.name ?? formatAddress(target);
}

function targetDetail(target: Target): string {
  const facts = target.name === undefined ? [] : [formatAddress(target)];
  if (target.dialect !== DEFAULT_DIALECT) facts.push(target.dialect);
  if (target.name === undefined && isLoopback(target.host)) facts.push(vscode.l10n.t('this machine'));
  return facts.join(' · ');
}

function isSame(a: Target, b: Target): boolean {
  return (
    a.name === b.name &&
    (a.name !== undefined || (a.host === b.host && a.port === b.port && a.dialect === b.dialect))
  );
}

/** What a server of the settings spoke when it was last sent to, unless it has moved since. */
function learnedDialect(entry: DestinationEntry, recent: readonly Target[]): DialectName {
  const known = recent.find(
    ({ name, host, port }) => name === entry.name && host === entry.host && port === entry.port,
  );
  return known?.dialect ?? DEFAULT_DIALECT;
}

/** The settings are JSON that VS Code does not check. @throws PicklepostError `unsupported` */
function checked(target: Target): Target {
  const problem = problemOf(target);
  if (problem === undefined) return target;
  throw new PicklepostError('unsupported', problem);
}

function problemOf(target: Target): string | undefined {
  const { host, port, dialect }: Record<'host' | 'port' | 'dialect', unknown> = target;
  const name = target.name ?? String(host);
  if (typeof host !== 'string' || host === '')
    return vscode.l10n.t(
      'The server "{0}" has no host. Name one in the setting "picklepost.destinations".',
      name,
    );
  if (!Number.isInteger(port) || Number(port) < 1 || Number(port) > 65535)
    return vscode.l10n.t(
      'The server "{0}" has the port {1}. Write one from 1 to 65535 in the setting "picklepost.destinations".',
      name,
      JSON.stringify(port),
    );
  if (!DIALECTS.some((known) => known === dialect))
    return vscode.l10n.t(
      'The server "{0}" has the dialect {1}. Write native, classic or raw in the setting "picklepost.destinations".',
      name,
      JSON.stringify(dialect),
    );
  return undefined;
}

async function askForTarget(defaultPort: number): Promise<Target> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Send to which server?'),
    prompt: vscode.l10n.t('Host name or address, with a port if it is not {0}', defaultPort),
    placeHolder: '192.168.1.20:6868',
    validateInput: (value) =>
      parseAddress(value, defaultPort)
        ? undefined
        : vscode.l10n.t('Write HOST or HOST:PORT, for example 192.168.1.20:6868.'),
  });
  const address = text === undefined ? undefined : parseAddress(text, defaultPort);
  if (!address) throw new CancelledError();
  return { ...address, dialect: await askForDialect() };
}

/** What a server may run, as a person knows it. */
function dialectRows(): (vscode.QuickPickItem & { dialect: DialectName })[] {
  return [
    {
      label: vscode.l10n.t('Picklepost'),
      description: 'native',
      detail: vscode.l10n.t('Any file, with its name; confirmed, and continued where it was cut off.'),
      dialect: 'native',
    },
    {
      label: vscode.l10n.t('The Python original'),
      description: 'classic',
      detail: vscode.l10n.t('Texts and dictionaries; each is confirmed by the receiver.'),
      dialect: 'classic',
    },
    {
      label: vscode.l10n.t('nc, or a script that reads until the end'),
      description: 'raw',
      detail: vscode.l10n.t('Plain bytes, any file; most such receivers confirm nothing.'),
      dialect: 'raw',
    },
  ];
}

async function askForDialect(): Promise<DialectName> {
  const picked = await vscode.window.showQuickPick(dialectRows(), {
    title: vscode.l10n.t('What does this server run?'),
  });
  if (!picked) throw new CancelledError();
  return picked.dialect;
}
