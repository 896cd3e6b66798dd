import { createServer, type AddressInfo, type Server } from 'node:net';
import { PicklepostError } from '../core/errors';
import { Emitter } from '../core/scheduling/event';
import { covers } from './networks';
import { listenAt } from './ports';
import {
  ServedConnections,
  type ConnectionOptions,
  type PeerFailure,
  type ServingOptions,
} from './servedConnections';
import { listenError } from './socketErrors';
import { say } from '../core/text';

export type { ConnectionOptions, PeerFailure };

export interface ReceiveServerOptions extends ServingOptions {
  /** A name or address of this machine; the server listens there and nowhere else. */
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

/** Where a server listens. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Receives items from any number of peers, each in its own dialect. An error of a peer ends only its own connection. */
export class ReceiveServer {
  private listening: { readonly listener: Server; readonly address: ListenAddress } | undefined;
  /** Adds a step to be done after the ones before: start and stop never overlap. */
  private lastStep: Promise<void> = Promise.resolve();
  private readonly connections: ServedConnections;
  /** While it listens. */
  private sweeping: NodeJS.Timeout | undefined;

  private readonly failed = new Emitter<Error>();
  readonly onDidReceive: ServedConnections['onDidReceive'];
  readonly onDidFailPeer: ServedConnections['onDidFailPeer'];
  /** It has stopped listening by itself. Existing connections continue, and it can be started again. */
  readonly onDidFail = this.failed.event;

  constructor(private readonly options: ReceiveServerOptions) {
    this.connections = new ServedConnections(options);
    this.onDidReceive = this.connections.onDidReceive;
    this.onDidFailPeer = this.connections.onDidFailPeer;
  }

  /** Undefined while it does not listen. */
  get address(): ListenAddress | undefined {
    return this.listening?.address;
  }

  /** How many peers are connected. */
  get connectionCount(): number {
    return this.connections.size;
  }

  /**
   * @returns the address at which it listens
   * @throws PicklepostError `port-taken`, or `connection-failed` if this machine does not have the host
   */
  start(): Promise<ListenAddress> {
    return this.step(() => this.listen());
  }

  /**
   * Moves to another address; if that fails, it listens at the old one again. Connections continue, except those to
   * addresses at which it no longer listens: these end, and their peers are told why.
   * @returns the new address, and how many connections have ended
   * @throws as {@link start}
   */
  move(place: ListenAddress): Promise<{ readonly address: ListenAddress; readonly ended: number }> {
    return this.step(() => this.relocate(place));
  }

  /**
   * Ends the connections of senders with a key that is no longer among those of `connectionOptions`, and tells them why. To
   * be called when keys have changed.
   * @returns how many. Rejects as `connectionOptions` does
   */
  endRetired(): Promise<number> {
    return this.connections.endRetired();
  }

  /**
   * Stops listening and ends the connections; incomplete items are discarded. Settles when everything is done. Never
   * rejects.
   * @param patience milliseconds that the peers have to end their connections, so that they read their last message
   */
  stop(patience = 0): Promise<void> {
    return this.step(() => this.close(patience));
  }

  private step<T>(action: () => Promise<T>): Promise<T> {
    const step = this.lastStep.then(action);
    this.lastStep = step.then(
      () => undefined,
      () => undefined,
    );
    return step;
  }

  private async listen({ host, port }: ListenAddress = this.options): Promise<ListenAddress> {
    if (this.listening) return this.listening.address;
    const listener = createServer({ allowHalfOpen: true, highWaterMark: 0 }, (socket) =>
      this.connections.accept(socket),
    );
    const address = { host, port: await listenAt(listener, host, port) };
    listener.on('error', (error) => this.giveUp(listener, listenError(error, { host, port })));
    this.listening = { listener, address };
    this.sweeping ??= setInterval(() => this.connections.endIdle(), SWEEP_INTERVAL).unref();
    return address;
  }

  private async relocate(place: ListenAddress) {
    const before = this.listening;
    // First, because at one port there is either a listener at all addresses or one at a single address.
    before?.listener.close();
    this.listening = undefined;
    try {
      const address = await this.listen(place);
      return { address, ended: this.endUncovered() };
    } catch (error) {
      if (before) await this.listen(before.address).catch((failure: unknown) => this.fail(failure));
      throw error;
    }
  }

  /** Ends the connections to addresses at which this server does not listen now. @returns how many */
  private endUncovered(): number {
    const bound = (this.listening?.listener.address() as AddressInfo).address;
    const reason = new PicklepostError('refused', say`The receiver no longer listens on this network.`);
    return this.connections.endUncovered((local) => covers(bound, local), reason);
  }

  private fail(error: unknown): void {
    this.failed.fire(error instanceof Error ? error : new Error(String(error)));
  }

  /** Frees the port, so that the server can be started again. Existing connections continue. */
  private giveUp(listener: Server, error: Error): void {
    listener.close();
    if (this.listening?.listener !== listener) return;
    this.listening = undefined;
    this.fail(error);
  }

  private async close(patience: number): Promise<void> {
    const listener = this.listening?.listener;
    this.listening = undefined;
    const closed = listener && new Promise((resolve) => listener.close(resolve));
    await this.connections.end(patience);
    await closed;
    clearInterval(this.sweeping);
    this.sweeping = undefined;
  }
}

/** Milliseconds between two checks for connections without content. */
const SWEEP_INTERVAL = 10_000;
