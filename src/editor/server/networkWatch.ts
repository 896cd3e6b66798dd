import type * as vscode from 'vscode';
import { isLoopback } from '../../core/wire/address';
import { MissingAddressError } from '../../net/socketErrors';
import { isEveryNetwork, isHere } from '../../net/networks';
import type { Server } from './server';

/** Milliseconds between two checks of the addresses of this machine; no system notifies Node.js of their changes. */
const INTERVAL = 5_000;

/**
 * Notices when the address at which a server listens, or is to listen, disappears from this machine or comes back: a cable,
 * a wireless network, a tunnel. Checks only while there is such an address.
 */
export class NetworkWatch implements vscode.Disposable {
  private timer: NodeJS.Timeout | undefined;
  private readonly subscription: { dispose(): void };

  constructor(
    private readonly server: Server,
    /** Called with changes that concern the person. */
    private readonly onError: (error: unknown) => void,
    private readonly isPresent: (host: string) => boolean | undefined = isHere,
    private readonly interval = INTERVAL,
  ) {
    this.subscription = server.onDidChangeState(() => this.schedule());
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.subscription.dispose();
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (this.watchedHost !== undefined)
      this.timer = setTimeout(() => void this.look(), this.interval).unref();
  }

  /** An address that may come and go; undefined if there is none. */
  private get watchedHost(): string | undefined {
    const { state } = this.server;
    const host =
      state.kind === 'listening'
        ? state.host
        : state.kind === 'failed' && state.error instanceof MissingAddressError
          ? state.error.host
          : undefined;
    if (host === undefined || isLoopback(host) || isEveryNetwork(host)) return undefined;
    return this.isPresent(host) === undefined ? undefined : host;
  }

  private async look(): Promise<void> {
    const { server, watchedHost } = this;
    if (watchedHost === undefined) return;
    try {
      const isPresent = this.isPresent(watchedHost) === true;
      if (server.state.kind === 'failed' && isPresent) await server.start();
      else await server.noteAddress(isPresent);
    } catch (error) {
      this.onError(error);
    }
    this.schedule();
  }
}
