import * as vscode from 'vscode';
import { formatAddress } from '../../core/wire/address';
import type { PeerWindows, ReceivingWindow } from '../items/peerWindows';
import { commandId } from '../shell/names';
import type { Server, ServerState } from './server';
import { localizedMessage } from '../shell/localize';

/** The status bar item: the port, or what went wrong. Hidden while no window receives. */
export function createStatusBarItem(server: Server, peers: PeerWindows): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('picklepost.server', vscode.StatusBarAlignment.Left);
  item.name = vscode.l10n.t('Picklepost receive server');
  item.command = commandId('serverActions');
  const update = (): void => {
    const { state } = server;
    const elsewhere = peers.receivesElsewhere;
    item.backgroundColor =
      state.kind === 'failed' ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    const isElsewhere = state.kind === 'stopped' && elsewhere !== undefined;
    const { text, detail } = isElsewhere ? describeElsewhere(elsewhere) : describe(state);
    item.text = text;
    item.tooltip = detail;
    item.accessibilityInformation = { label: detail };
    if (text === '') item.hide();
    else item.show();
  };
  update();
  return vscode.Disposable.from(item, server.onDidChangeState(update), peers.onDidChange(update));
}

function describeElsewhere(other: ReceivingWindow): { text: string; detail: string } {
  return {
    text: `$(multiple-windows) ${String(other.port)}`,
    detail: vscode.l10n.t('Another window receives at {0}', formatAddress(other)),
  };
}

function describe(state: ServerState): { text: string; detail: string } {
  switch (state.kind) {
    case 'stopped':
    case 'stopping':
      return { text: '', detail: '' };
    case 'starting':
      return { text: '$(sync~spin) Picklepost', detail: vscode.l10n.t('The receive server is starting') };
    case 'listening':
      return {
        text: `$(inbox) ${String(state.port)}`,
        detail: vscode.l10n.t('Picklepost receives at {0}', formatAddress(state)),
      };
    case 'failed':
      return {
        text: '$(error) Picklepost',
        detail: vscode.l10n.t('The receive server did not start. {0}', localizedMessage(state.error)),
      };
  }
}
