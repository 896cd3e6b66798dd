import * as vscode from 'vscode';
import type { PeerWindows } from '../items/peerWindows';
import { EXTENSION } from '../shell/names';
import type { Reporter } from '../shell/reporter';
import { readSettings } from '../shell/settings';
import { describeExposure, describePlace } from './exposure';
import { pickListenHost } from './listenPicker';
import type { Server } from './server';

export interface ChoiceParts {
  readonly server: Server;
  readonly peers: Pick<PeerWindows, 'receivesElsewhere'>;
  readonly reporter: Reporter;
}

/** Asks where to listen, and listens there: at once if the server runs. */
export async function chooseNetwork(parts: ChoiceParts): Promise<void> {
  const { state } = parts.server;
  const current = state.kind === 'listening' ? state.host : readSettings().receive.host;
  const host = await pickListenHost(current);
  if (host !== undefined) await listenAt(host, parts);
}

/**
 * Makes the server listen at a host, now and in future, and says so, without waiting until that is read. Transfers continue,
 * except those from networks that it leaves.
 * @throws PicklepostError if it cannot listen there; then nothing has changed
 */
export async function listenAt(host: string, { server, peers, reporter }: ChoiceParts): Promise<void> {
  // Before the setting is changed, so that an impossible one is not stored.
  const ended = await server.moveTo(host);
  const configuration = vscode.workspace.getConfiguration(EXTENSION);
  await configuration.update('receive.host', host, vscode.ConfigurationTarget.Global);
  if (server.state.kind === 'failed' || server.state.kind === 'starting') await server.restart();
  const { state } = server;
  const isElsewhere = state.kind !== 'listening' && peers.receivesElsewhere !== undefined;
  if (isElsewhere) {
    void reporter.information(
      vscode.l10n.t('Another window receives. Restart the server there to apply the changed settings.'),
    );
    return;
  }
  const sentences = [describeExposure(host)];
  if (state.kind === 'listening')
    sentences.unshift(vscode.l10n.t('Picklepost now receives at {0}.', describePlace(state)));
  if (ended)
    sentences.push(
      vscode.l10n.t(
        'Connections from other networks were closed ({0}). Interrupted files resume when they are sent again.',
        ended,
      ),
    );
  const start = {
    title: vscode.l10n.t('Start receive server'),
    run: () => reporter.guard(() => server.start()),
  };
  void reporter.information(sentences.join(' '), ...(state.kind === 'stopped' ? [start] : []));
}
