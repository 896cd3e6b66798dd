import * as vscode from 'vscode';
import type { AdmissionControl } from '../../core/admission/admissionControl';
import { formatAddress } from '../../core/wire/address';
import type { PeerWindows, ReceivingWindow } from '../items/peerWindows';
import { commandId } from '../shell/names';
import { describeExposure, describePlace, exposureOf, onDidChangeExposure, openWarning } from './exposure';
import type { Server, ServerState } from './server';
import { localizedMessage } from '../shell/localize';

/** The content of the status bar item: hidden without a text. */
interface Shown {
  readonly text: string;
  readonly detail: string;
  readonly color?: 'error' | 'warning';
}

const HIDDEN: Shown = { text: '', detail: '' };

/** The status bar item: the port, or what went wrong. Hidden while no window receives. */
export function createStatusBarItem(
  server: Server,
  peers: PeerWindows,
  admissionControl: AdmissionControl,
): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('picklepost.server', vscode.StatusBarAlignment.Left);
  item.name = vscode.l10n.t('Picklepost receive server');
  item.command = commandId('serverActions');
  const update = (): void => {
    const { text, detail, color } = describeServer(
      server.state,
      peers.receivesElsewhere,
      admissionControl.questions.length,
    );
    item.backgroundColor = color && new vscode.ThemeColor(`statusBarItem.${color}Background`);
    item.text = text;
    item.tooltip = detail;
    item.accessibilityInformation = { label: detail };
    if (text === '') item.hide();
    else item.show();
  };
  update();
  return vscode.Disposable.from(
    item,
    onDidChangeExposure(server, peers, update),
    admissionControl.onDidChange(update),
  );
}

/** The status of the server of this window, or of the receiving window. */
export function describeServer(
  state: ServerState,
  elsewhere: ReceivingWindow | undefined,
  waiting = 0,
): Shown {
  if (state.kind === 'stopped' && elsewhere) return describeElsewhere(elsewhere);
  switch (state.kind) {
    case 'stopped':
    case 'stopping':
      return HIDDEN;
    case 'starting':
      return { text: '$(sync~spin) Picklepost', detail: vscode.l10n.t('The receive server is starting') };
    case 'listening':
      return withWaiting(describeListening(state), waiting);
    case 'failed':
      return {
        text: '$(error) Picklepost',
        detail: vscode.l10n.t('The receive server did not start. {0}', localizedMessage(state.error)),
        color: 'error',
      };
  }
}

/** @param waiting senders that wait for an answer */
function withWaiting(shown: Shown, waiting: number): Shown {
  if (waiting === 0) return shown;
  const words = vscode.l10n.t('Senders that wait for your answer: {0}', waiting);
  return {
    ...shown,
    text: `${shown.text} $(bell-dot) ${String(waiting)}`,
    detail: `${words}\n${shown.detail}`,
  };
}

function describeListening(state: ServerState & { kind: 'listening' }): Shown {
  const port = String(state.port);
  const lines = [
    vscode.l10n.t('Picklepost receives at {0}', describePlace(state)),
    describeExposure(state.host),
  ];
  if (state.isAway) {
    lines.push(vscode.l10n.t('This machine does not have this address at present.'));
    return { text: `$(debug-disconnect) ${port}`, detail: lines.join('\n'), color: 'warning' };
  }
  switch (exposureOf(state.host)) {
    case 'machine':
      return { text: `$(inbox) ${port}`, detail: lines.join('\n') };
    case 'network':
      return { text: `$(broadcast) ${port}`, detail: lines.join('\n') };
    case 'open':
      lines.push(openWarning());
      return { text: `$(warning) ${port}`, detail: lines.join('\n'), color: 'warning' };
  }
}

function describeElsewhere(other: ReceivingWindow): Shown {
  const text = `$(multiple-windows) ${String(other.port)}`;
  const detail = vscode.l10n.t('Another window receives at {0}', formatAddress(other));
  if (exposureOf(other.host) !== 'open') return { text, detail };
  return { text, detail: `${detail}\n${openWarning()}`, color: 'warning' };
}
