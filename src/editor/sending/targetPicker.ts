import * as vscode from 'vscode';
import { CancelledError } from '../../core/errors';
import { parseAddress } from '../../core/wire/address';
import { dialects, type DialectName } from '../../core/wire/dialects';
import { withoutIcons } from '../shell/foreignText';
import { localize } from '../shell/localize';
import type { Settings } from '../shell/settings';
import type { KnownTargets } from './knownTargets';
import { checkedTarget, problemOf, targetDetail, targetTitle, type Target } from './target';

/** Asks for a server, the last choice first, and remembers it. */
export class TargetPicker {
  constructor(readonly known: KnownTargets) {}

  /** Where to send; the destination of the settings is not asked for. @throws CancelledError */
  async pick(settings: Settings): Promise<Target> {
    const { destination } = settings.send;
    if (destination !== '') return checkedTarget(this.known.named(destination, settings));
    return this.ask(settings, vscode.l10n.t('Send to which server?'));
  }

  /** @throws CancelledError */
  async ask(settings: Settings, title: string): Promise<Target> {
    const other = { label: vscode.l10n.t('$(add) Another server...'), target: undefined };
    const rows = this.known.lastFirst(settings).map((target) => ({
      label: `$(server) ${withoutIcons(targetTitle(target))}`,
      description: problemOf(target) ?? targetDetail(target),
      target,
    }));
    const picked = await vscode.window.showQuickPick([...rows, other], { title, matchOnDescription: true });
    if (!picked) throw new CancelledError();
    const target = picked.target ? checkedTarget(picked.target) : await askForTarget(title, settings);
    await this.known.remember(target);
    return target;
  }
}

/** A server that is typed in. @throws CancelledError */
export async function askForTarget(
  title: string,
  { defaultPort }: Pick<Settings, 'defaultPort'>,
): Promise<Target> {
  const text = await vscode.window.showInputBox({
    title,
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
