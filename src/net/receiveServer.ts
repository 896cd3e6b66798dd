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

/** Receives items from any number of peers, in whatever dialect each of them speaks. What one of them does wrong ends its own connection only. */
export class ReceiveServer {
  private listening: { readonly listener: Server; readonly address: ListenAddress } | undefined;
  /** One more step to be done after the ones before: start and stop never overlap. */
  private lastStep: Promise<void> = Promise.resolve();
  private readonly connections: ServedConnections;
  /** While it listens. */
  private sweeping: NodeJS.Timeout | undefined;

  private readonly failed = new Emitter<Error>();
  readonly onDidReceive: ServedConnections['onDidReceive'];
  readonly onDidFailPeer: ServedConnections['onDidFailPeer'];
  /** It listens no longer, although nobody stopped it. Connections that are there go on, and it can be started again. */
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

  /** @returns where it listens @throws PicklepostError `port-taken`, or `connection-failed` where the host is none of this machine's */
  start(): Promise<ListenAddress> {
    return this.step(() => this.listen());
  }

  /**
   * Listens somewhere else from now on; where that fails, where it did before. Connections go on, but for those to addresses at which it
   * no longer listens: these end, and their peers are told why.
   * @returns where it listens, and how many connections have ended @throws as {@link start}
   */
  move(place: ListenAddress): Promise<{ readonly address: ListenAddress; readonly ended: number }> {
    return this.step(() => this.relocate(place));
  }

  /**
   * Ends the connections of senders with a key that is no longer among those of `connectionOptions`, and tells them why. To be called when
   * keys have changed. @returns how many. Rejects as `connectionOptions` does
   */
  endRetired(): Promise<number> {
    return this.connections.endRetired();
  }

  /**
   * Stops listening and ends the connections; what has not arrived whole is discarded. Settles when all of it is done. Never rejects.
   * @param patience milliseconds that the peers have to end their connections before, so that they read what they have been told
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
    // First, since at one port there is either a listener at all addresses or one at a single address.
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
    const reason = new PicklepostError('refused', say`The receiver no longer listens in this network.`);
    return this.connections.endUncovered((local) => covers(bound, local), reason);
  }

  private fail(error: unknown): void {
    this.failed.fire(error instanceof Error ? error : new Error(String(error)));
  }

  /** Leaves the port free, so that the server can be started again. Connections that are there go on. */
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

/** Milliseconds between two looks for connections over which nothing comes. */
const SWEEP_INTERVAL = 10_000;
