import * as vscode from 'vscode';
import type { Disposable } from '../../core/scheduling/event';
import { Mutex } from '../../core/scheduling/mutex';
import type { Announcing } from '../../net/discovery/discovery';
import { EXTENSION } from '../shell/names';
import { readSettings } from '../shell/settings';
import type { Server } from './server';

/** Announces the receive server on the networks in which others can reach it, while it listens, if the person wants that. */
export class ServerAnnouncement implements Disposable {
  private readonly subscriptions: readonly Disposable[];
  private readonly changing = new Mutex();
  private current: { readonly what: string; readonly announcing: Announcing } | undefined;

  constructor(
    private readonly server: Pick<Server, 'state' | 'onDidChangeState'>,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.subscriptions = [
      server.onDidChangeState(() => void this.update()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(EXTENSION)) void this.update();
      }),
    ];
  }

  /** Settles when it is announced as it should be now, or no longer. Never rejects. */
  update(): Promise<void> {
    return this.changing.run(async () => {
      const wanted = this.wanted();
      const what = wanted && JSON.stringify(wanted);
      if (what === this.current?.what) return;
      const before = this.current;
      this.current = undefined;
      await before?.announcing.stop();
      if (!wanted || what === undefined) return;
      const { host, ...options } = wanted;
      const { announce } = await import('../../net/discovery/discovery');
      const announcing = announce(host, {
        ...options,
        onAnnounced: (name) => this.log.info(`announced on the network as "${name}"`),
        onError: (error) => this.log.error(`cannot announce the server: ${error.message}`),
      });
      this.current = { what, announcing };
    });
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    void this.current?.announcing.stop();
  }

  private wanted(): { host: string; port: number; displayName: string } | undefined {
    const { state } = this.server;
    const { name, discovery } = readSettings();
    if (!discovery.announce || state.kind !== 'listening') return undefined;
    return { host: state.host, port: state.port, displayName: name };
  }
}
