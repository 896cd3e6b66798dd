import * as vscode from 'vscode';
import { formatAddress, type Address } from '../../core/wire/address';
import { isEveryNetwork, networkAddresses } from '../../net/networks';
import { copyText } from '../shell/clipboard';
import type { ReceivingWindow } from '../items/peerWindows';
import { commandId, EXTENSION_ID, RECEIVED_VIEW, type CommandName } from '../shell/names';
import { describeExposure, describePlace, exposureOf } from './exposure';
import type { Server } from './server';
import { localizedMessage } from '../shell/localize';

interface Action extends vscode.QuickPickItem {
  run(): Thenable<unknown>;
}

/** The actions of the status bar item, for the current state of the receive server. */
export async function showServerActions(
  server: Server,
  elsewhere: ReceivingWindow | undefined,
  waiting: number,
): Promise<void> {
  const actions = actionsFor(server, elsewhere, waiting);
  const picked = await vscode.window.showQuickPick(actions, { title: title(server, elsewhere) });
  await picked?.run();
}

function title({ state }: Server, elsewhere: ReceivingWindow | undefined): string {
  if (state.kind === 'starting') return vscode.l10n.t('Picklepost: the receive server is starting');
  if (state.kind === 'failed')
    return vscode.l10n.t('Picklepost: the receive server did not start. {0}', localizedMessage(state.error));
  if (state.kind !== 'listening' && elsewhere)
    return vscode.l10n.t('Picklepost: another window receives at {0}', formatAddress(elsewhere));
  if (state.kind !== 'listening') return vscode.l10n.t('Picklepost: the receive server is stopped');
  const place = vscode.l10n.t('Picklepost: receiving at {0}', describePlace(state));
  return `${place} · ${whoCanReach(state.host)}`;
}

function whoCanReach(host: string): string {
  switch (exposureOf(host)) {
    case 'machine':
      return vscode.l10n.t('from this machine only');
    case 'network':
      return vscode.l10n.t('from other machines too');
    case 'open':
      return vscode.l10n.t('from anyone on the network');
  }
}

/** @param waiting senders that wait for an answer */
function answerActions(waiting: number): Action[] {
  if (waiting === 0) return [];
  return [command('answerSender', vscode.l10n.t('$(bell-dot) Answer waiting senders ({0})', waiting))];
}

function actionsFor({ state }: Server, elsewhere: ReceivingWindow | undefined, waiting: number): Action[] {
  const actions: Action[] = [];
  if (state.kind === 'listening') {
    const address = reachableAddress(state);
    actions.push(command('stopServer', vscode.l10n.t('$(debug-stop) Stop receive server')), {
      label: vscode.l10n.t('$(copy) Copy address'),
      description: address,
      run: () => copyText(address, address),
    });
  } else if (state.kind === 'starting')
    actions.push(command('stopServer', vscode.l10n.t('$(debug-stop) Stop receive server')));
  else if (elsewhere)
    actions.push(command('takeOverServer', vscode.l10n.t('$(arrow-swap) Receive in this window instead')));
  else actions.push(command('startServer', vscode.l10n.t('$(debug-start) Start receive server')));
  return [
    ...actions,
    ...answerActions(waiting),
    {
      ...command('chooseNetwork', vscode.l10n.t('$(broadcast) Choose where to listen')),
      detail: state.kind === 'listening' ? describeExposure(state.host) : '',
    },
    ...codeActions(state.kind === 'listening'),
    {
      label: vscode.l10n.t('$(inbox) Show received items'),
      run: () => vscode.commands.executeCommand(`${RECEIVED_VIEW}.focus`),
    },
    {
      label: vscode.l10n.t('$(gear) Change port or encryption'),
      run: () =>
        vscode.commands.executeCommand('workbench.action.openSettings', `@ext:${EXTENSION_ID} server`),
    },
    command('manageSenders', vscode.l10n.t('$(person) Accepted and blocked senders')),
    command('showLog', vscode.l10n.t('$(output) Show log')),
  ];
}

function codeActions(isListening: boolean): Action[] {
  const receiving = command('copyReceivingCode', vscode.l10n.t('$(code) Copy code that receives from here'));
  if (!isListening) return [receiving];
  return [
    command('copySendingCode', vscode.l10n.t('$(code) Copy code that sends to this server')),
    receiving,
  ];
}

/** The address at which a server can be reached: if it listens on all networks, its address in one of them. */
function reachableAddress({ host, port }: Address): string {
  const [network] = isEveryNetwork(host) ? networkAddresses() : [];
  return formatAddress({ host: network?.host ?? host, port });
}

function command(name: CommandName, label: string): Action {
  return { label, run: () => vscode.commands.executeCommand(commandId(name)) };
}
