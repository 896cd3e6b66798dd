import * as vscode from 'vscode';
import { formatAddress, type Address } from '../../core/wire/address';
import { parseLink, type Link, type LinkAction } from './link';
import type { Reporter } from './reporter';

/**
 * Answers links that open in this window. Each only leads to a dialog that says what it is about, one at a time. Anybody can
 * make such a link, and it contains nothing secret: a person types the code, or chooses the file.
 */
export class Links {
  private isAsking = false;

  constructor(
    private readonly actions: Readonly<Record<LinkAction, (address: Address) => Promise<void>>>,
    private readonly reporter: Reporter,
    private readonly defaultPort: () => number,
  ) {}

  async open(uri: vscode.Uri): Promise<void> {
    if (this.isAsking) return;
    const link = parseLink(uri, this.defaultPort());
    if (!link) {
      await this.reporter.warning(
        vscode.l10n.t('A link was opened that Picklepost does not understand. Nothing was done.'),
      );
      return;
    }
    this.isAsking = true;
    try {
      if (await confirm(link)) await this.reporter.guard(() => this.actions[link.action](link.address));
    } finally {
      this.isAsking = false;
    }
  }
}

async function confirm({ action, address }: Link): Promise<boolean> {
  const { message, detail, button } = questions[action](formatAddress(address));
  return (await vscode.window.showInformationMessage(message, { modal: true, detail }, button)) === button;
}

type Question = Readonly<Record<'message' | 'detail' | 'button', string>>;

const questions: Readonly<Record<LinkAction, (address: string) => Question>> = {
  pair: (address) => ({
    message: vscode.l10n.t('A link asks to pair this editor with {0}.', address),
    detail: vscode.l10n.t(
      'Continue only if the person who shows you a pairing code gave you this link. Nothing has been sent yet.',
    ),
    button: vscode.l10n.t('Enter the code'),
  }),
  send: (address) => ({
    message: vscode.l10n.t('A link asks you to send a file to {0}.', address),
    detail: vscode.l10n.t(
      'Continue only if you know who gave you this link: whoever is at that address can read what you send. Nothing has been sent yet.',
    ),
    button: vscode.l10n.t('Choose a file'),
  }),
};
