import * as vscode from 'vscode';
import { formatAddress, type Address } from '../../core/wire/address';
import type { Reporter } from '../shell/reporter';
import { linkedAddress } from './linkedAddress';

/**
 * Answers links to pair: each only ever leads to a dialog that says what it is about, one at a time. Anybody can make such a link, and
 * it has nothing secret: the code is typed by a person.
 */
export class PairingLinks {
  private isAsking = false;

  constructor(
    private readonly pair: (address: Address) => Promise<void>,
    private readonly reporter: Reporter,
    private readonly defaultPort: () => number,
  ) {}

  async open(uri: vscode.Uri): Promise<void> {
    if (this.isAsking) return;
    const address = linkedAddress(uri, this.defaultPort());
    if (!address) {
      await this.reporter.warning(
        vscode.l10n.t('A link was opened that Picklepost does not understand. Nothing was done.'),
      );
      return;
    }
    this.isAsking = true;
    try {
      if (await confirm(address)) await this.reporter.guard(() => this.pair(address));
    } finally {
      this.isAsking = false;
    }
  }
}

async function confirm(address: Address): Promise<boolean> {
  const proceed = vscode.l10n.t('Enter the code');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('A link asks to pair this editor with {0}.', formatAddress(address)),
    {
      modal: true,
      detail: vscode.l10n.t(
        'Go on only if the person who shows you a pairing code gave you this link. Nothing has been sent yet.',
      ),
    },
    proceed,
  );
  return chosen === proceed;
}
