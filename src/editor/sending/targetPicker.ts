import * as vscode from 'vscode';
import { CancelledError } from '../../core/errors';
import { MAXIMUM_MESSAGE } from '../../core/item/item';
import { parseAddress } from '../../core/wire/address';
import { dialects, type DialectName } from '../../core/wire/dialects';
import { withoutIcons } from '../shell/foreignText';
import { localize } from '../shell/localize';
import type { Settings } from '../shell/settings';
import type { KnownTargets } from './knownTargets';
import { checkedTarget, problemOf, targetDetail, targetTitle, type Target } from './target';

/** The destination, and the message to the person there. */
export interface Addressed {
  readonly target: Target;
  readonly message?: string;
}

interface Row extends vscode.QuickPickItem {
  /** Missing if an address is to be typed. */
  readonly target?: Target;
}

/** Asks for a server, the last choice first, and remembers it. */
export class TargetPicker {
  constructor(readonly known: KnownTargets) {}

  /**
   * The destination; the default destination is used without asking. If the person is asked, a button beside the question
   * adds a message for the receiving person.
   * @throws CancelledError
   */
  async pick(settings: Settings): Promise<Addressed> {
    const { defaultDestination } = settings.send;
    if (defaultDestination !== '')
      return { target: checkedTarget(this.known.named(defaultDestination, settings)) };
    const title = vscode.l10n.t('Send to which server?');
    let message: string | undefined;
    for (;;) {
      const picked = await pickRow(this.rows(settings), title, message);
      if (picked === 'message') message = (await askForMessage(message)) ?? message;
      else return { target: await this.take(picked, title, settings), ...(message && { message }) };
    }
  }

  /** @throws CancelledError */
  async ask(settings: Settings, title: string): Promise<Target> {
    const picked = await vscode.window.showQuickPick(this.rows(settings), {
      title,
      matchOnDescription: true,
    });
    if (!picked) throw new CancelledError();
    return this.take(picked, title, settings);
  }

  private async take(row: Row, title: string, settings: Settings): Promise<Target> {
    const target = row.target ? checkedTarget(row.target) : await askForTarget(title, settings);
    await this.known.remember(target);
    return target;
  }

  private rows(settings: Settings): Row[] {
    const rows: Row[] = this.known.lastFirst(settings).map((target) => ({
      label: `$(server) ${withoutIcons(targetTitle(target))}`,
      description: problemOf(target) ?? targetDetail(target),
      target,
    }));
    return [...rows, { label: vscode.l10n.t('$(add) Another server...') }];
  }
}

/** @returns `message` if the button for one was pressed @throws CancelledError */
async function pickRow(
  rows: readonly Row[],
  title: string,
  message: string | undefined,
): Promise<Row | 'message'> {
  const pick = vscode.window.createQuickPick<Row>();
  pick.title = message === undefined ? title : vscode.l10n.t('{0} With the message: {1}', title, message);
  pick.matchOnDescription = true;
  pick.items = rows;
  pick.buttons = [
    {
      iconPath: new vscode.ThemeIcon('comment'),
      tooltip: vscode.l10n.t('Add a message to the person who receives'),
    },
  ];
  const subscriptions: { dispose(): unknown }[] = [pick];
  try {
    return await new Promise((resolve, reject) => {
      subscriptions.push(
        pick.onDidAccept(() => pick.activeItems[0] && resolve(pick.activeItems[0])),
        pick.onDidTriggerButton(() => resolve('message')),
        pick.onDidHide(() => reject(new CancelledError())),
      );
      pick.show();
    });
  } finally {
    for (const subscription of subscriptions) subscription.dispose();
  }
}

/** @returns undefined if it was left unchanged */
function askForMessage(message = ''): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Message'),
    value: message,
    prompt: vscode.l10n.t('The person who receives reads this before accepting. Only Picklepost shows it.'),
    validateInput: ({ length }) =>
      length > MAXIMUM_MESSAGE
        ? vscode.l10n.t('Characters over the limit: {0}', length - MAXIMUM_MESSAGE)
        : undefined,
  });
}

/** A typed address of a server. @throws CancelledError */
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
