import * as vscode from 'vscode';
import { CancelledError, PicklepostError } from '../core/errors';
import { formatAddress, isLoopback, parseAddress } from '../core/wire/address';
import type { DialectName } from '../core/wire/item';
import type { Settings } from './settings';

/** Where something is sent. */
export interface Target {
  /** Of an entry of the setting `picklepost.servers`. */
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

/** Asks where to send, the last choice first, and remembers it. */
export class TargetPicker {
  constructor(private readonly state: vscode.Memento) {}

  /** @throws CancelledError */
  async pick(settings: Settings): Promise<Target> {
    if (settings.send.server !== '') return this.named(settings.send.server, settings);
    const other = { label: vscode.l10n.t('$(add) Another server...'), target: undefined };
    const rows = this.candidates(settings).map((target) => ({
      label: `$(server) ${targetTitle(target)}`,
      description: targetDetail(target),
      target,
    }));
    const picked = await vscode.window.showQuickPick([...rows, other], {
      title: vscode.l10n.t('Send to which server?'),
      matchOnDescription: true,
    });
    if (!picked) throw new CancelledError();
    const target = picked.target ?? (await askForTarget(settings));
    await this.remember(target);
    return target;
  }

  /** What is known under the same name or address now, in case the settings have changed since. */
  current(target: Target, settings: Settings): Target {
    return this.candidates(settings).find((candidate) => isSame(candidate, target)) ?? target;
  }

  private named(name: string, settings: Settings): Target {
    const found = this.candidates(settings).find((candidate) => candidate.name === name);
    if (found) return found;
    throw new PicklepostError(
      'unsupported',
      vscode.l10n.t(
        'The setting "picklepost.send.server" names "{0}", but "picklepost.servers" has no server of that name.',
        name,
      ),
    );
  }

  private candidates(settings: Settings): Target[] {
    const configured = settings.servers.map((entry) => ({
      dialect: DEFAULT_DIALECT,
      port: settings.server.port,
      ...entry,
    }));
    const own: Target = { host: '127.0.0.1', port: settings.server.port, dialect: DEFAULT_DIALECT };
    const known = [...configured, own];
    const recent = this.state.get<Target[]>(RECENT, []);
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

async function askForTarget(settings: Settings): Promise<Target> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Send to which server?'),
    prompt: vscode.l10n.t('Host name or address, with a port if it is not {0}', settings.server.port),
    placeHolder: '192.168.1.20:6868',
    validateInput: (value) =>
      parseAddress(value, settings.server.port)
        ? undefined
        : vscode.l10n.t('Write HOST or HOST:PORT, for example 192.168.1.20:6868.'),
  });
  const address = text === undefined ? undefined : parseAddress(text, settings.server.port);
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
