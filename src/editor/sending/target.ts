import * as vscode from 'vscode';
import { CancelledError, PicklepostError } from '../../core/errors';
import { formatAddress, isLoopback, parseAddress, type Address } from '../../core/wire/address';
import {
  DEFAULT_DIALECT,
  DIALECT_NAMES,
  dialects,
  findDialect,
  type DialectName,
} from '../../core/wire/dialects';
import type { Settings } from '../shell/settings';
import { localize } from '../shell/localize';

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
const PROTECTED = 'protectedServers';
/** How many servers are known to have spoken a dialect that protects the session. */
const MAX_PROTECTED = 500;

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

  /** Notes that a server has taken something in the dialect of this target. */
  async noteSent({ host, port, dialect }: Target): Promise<void> {
    if (findDialect(dialect).protection !== 'session' || this.isProtected({ host, port })) return;
    const others = this.state.get<string[]>(PROTECTED, []);
    await this.state.update(PROTECTED, [formatAddress({ host, port }), ...others].slice(0, MAX_PROTECTED));
  }

  /** Whether a server has spoken a dialect that protects the session: another one would be a step down, which nobody is to be led to. */
  isProtected(address: Address): boolean {
    return this.state.get<string[]>(PROTECTED, []).includes(formatAddress(address));
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
      dialect: entry.dialect ?? DEFAULT_DIALECT,
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
  if (!DIALECT_NAMES.some((known) => known === dialect))
    return vscode.l10n.t(
      'The server "{0}" has the dialect {1}. Write one of {2} in the setting "picklepost.destinations".',
      name,
      JSON.stringify(dialect),
      DIALECT_NAMES.join(', '),
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

async function askForDialect(): Promise<DialectName> {
  const rows = dialects.map(({ name, title, detail }) => ({
    label: localize(title),
    description: name,
    detail: localize(detail),
    name,
  }));
  const picked = await vscode.window.showQuickPick(rows, {
    title: vscode.l10n.t('What does this server run?'),
  });
  if (!picked) throw new CancelledError();
  return picked.name;
}
