import * as vscode from 'vscode';
import { PicklepostError, wordsOf } from '../../core/errors';
import { formatAddress, isLoopback } from '../../core/wire/address';
import { DEFAULT_DIALECT, DIALECT_NAMES, type DialectName } from '../../core/wire/dialects';
import { parseInboxAddress } from '../../nats/inboxAddress';
import { localize } from '../shell/localize';

/** Where something is sent. */
export interface Target {
  /** The name of an entry of the setting `picklepost.destinations`, or of a paired peer. */
  readonly name?: string;
  /** The announced name of a server without another name. It proves and identifies nothing. */
  readonly label?: string;
  readonly host: string;
  readonly port: number;
  readonly dialect: DialectName;
  /** Name of the key that this server is known to use. */
  readonly key?: string;
  /** Address of a shared inbox, in place of host, port and dialect. */
  readonly url?: string;
  /** Whether the key belongs to this one peer, so that nobody has to be asked for it. */
  readonly isPaired?: true;
}

/** A server as a person knows it. */
export function targetTitle(target: Target): string {
  return target.name ?? target.label ?? targetAddress(target);
}

/** Where it is, for people. */
export function targetAddress(target: Target): string {
  return target.url ?? formatAddress(target);
}

/** The description beside its title. */
export function targetDetail(target: Target): string {
  const address = targetAddress(target);
  const facts = targetTitle(target) === address ? [] : [address];
  if (target.dialect !== DEFAULT_DIALECT) facts.push(target.dialect);
  if (target.name === undefined && isLoopback(target.host)) facts.push(vscode.l10n.t('this machine'));
  return facts.join(' · ');
}

/** The same for servers that are the same to a person: one name, or else one address in one dialect. */
export function targetId(target: Target): string {
  const { name, dialect } = target;
  return JSON.stringify(name === undefined ? [targetAddress(target), dialect] : [name]);
}

export function isSameTarget(a: Target, b: Target): boolean {
  return targetId(a) === targetId(b);
}

/** VS Code does not check the JSON of settings. @throws PicklepostError `unsupported` */
export function checkedTarget(target: Target): Target {
  const problem = problemOf(target);
  if (problem === undefined) return target;
  throw new PicklepostError('unsupported', problem);
}

/** Why nothing can be sent to a server of the settings. */
export function problemOf(target: Target): string | undefined {
  const { host, port, dialect }: Record<'host' | 'port' | 'dialect', unknown> = target;
  const name = target.name ?? String(host);
  if (target.url !== undefined) return problemOfInbox(name, target.url, target.key);
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

/** Why nothing can be sent to a shared inbox of the settings. */
function problemOfInbox(name: string, url: string, key: string | undefined): string | undefined {
  try {
    parseInboxAddress(url);
  } catch (error) {
    return localize(wordsOf(error));
  }
  return key === undefined
    ? vscode.l10n.t(
        'The shared inbox "{0}" has no key. Name one in the setting "picklepost.destinations": its items are always encrypted.',
        name,
      )
    : undefined;
}
