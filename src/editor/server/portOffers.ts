import * as vscode from 'vscode';
import type { PicklepostError } from '../../core/errors';
import { formatAddress } from '../../core/wire/address';
import type { ListenAddress } from '../../net/receiveServer';
import { localizedMessage } from '../shell/localize';
import type { MessageAction, Reporter } from '../shell/reporter';

/** The choices of the person if the port is taken. */
export interface PortChoices {
  start(port: number): Promise<void>;
  stop(): Promise<void>;
  takeOver(): Promise<void>;
}

/** Offers what to do if another window or another program has the port. */
export class PortOffers {
  constructor(
    private readonly choices: PortChoices,
    private readonly reporter: Reporter,
  ) {}

  async offerTakeOver(other: ListenAddress, address: ListenAddress): Promise<void> {
    const takeOver = this.action(vscode.l10n.t('Receive in this window'), () => this.choices.takeOver());
    const message = vscode.l10n.t(
      'Another window receives at {0}. Its items appear here too.',
      formatAddress(other),
    );
    await this.reporter.warning(message, takeOver, await this.nextPort(address));
  }

  async offerAnotherPort(address: ListenAddress, error: PicklepostError): Promise<void> {
    const tryAgain = this.action(vscode.l10n.t('Try again'), () => this.choices.start(address.port));
    const doNotReceive = { title: vscode.l10n.t('Do not receive'), run: () => this.choices.stop() };
    const message = localizedMessage(error);
    await this.reporter.warning(message, await this.nextPort(address), tryAgain, doNotReceive);
  }

  private async nextPort(address: ListenAddress): Promise<MessageAction> {
    const { findFreePort } = await import('../../net/ports');
    const port = await findFreePort(address.host, address.port + 1);
    return this.action(vscode.l10n.t('Use port {0}', port), () => this.choices.start(port));
  }

  private action(title: string, run: () => Promise<void>): MessageAction {
    return { title, run: () => this.reporter.guard(run) };
  }
}
