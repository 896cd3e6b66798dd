import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CancelledError, PicklepostError } from '../core/errors';
import { Emitter } from '../core/scheduling/event';
import { noteNewConnection } from '../core/scheduling/turns';
import { SharedAnswer } from '../core/scheduling/sharedAnswer';
import { hostOf } from '../core/wire/address';
import { errorAnswer } from '../core/wire/answers';
import { FailureCounter } from '../core/accounting/failures';
import { Accountant } from '../core/accounting/accountant';
import { withoutPlace } from '../core/accounting/refusals';
import { WaitingRoom } from '../core/accounting/waitingRoom';
import { BUDGETS, type Budgets } from '../core/limits';
import { ByteReader } from '../core/wire/byteReader';
import { serveConnection } from '../core/wire/dialects';
import type { ServeContext } from '../core/wire/dialect';
import type { AnnouncedItem } from '../core/item/item';
import { breakOff } from './breakOff';
import { descriptorLimit } from '../disk/descriptorLimit';
import { covers } from './networks';
import { listenAt } from './ports';
import { Inflow } from './inflow';
import { SocketChannel } from './socketChannel';
import { listenError } from './socketErrors';
import { say } from '../core/text';

export interface ReceiveServerOptions {
  /** A name or address of this machine; the server listens there and nowhere else. */
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Bytes read at once. */
  readonly bufferSize: number;
  /** What all peers together can make this server hold; those of limits.ts unless given. */
  readonly budgets?: Budgets;
  /** Whether nothing is taken from an address, so that its connections end before anything of them is read. */
  readonly refuses?: (host: string) => boolean;
  /** Asked for each connection, so that a change counts from the next one on. If it rejects, that connection is closed. */
  readonly connectionOptions: () => ConnectionOptions | Promise<ConnectionOptions>;
}

/** How one connection is served. */
export type ConnectionOptions = Omit<ServeContext, 'account' | 'gone' | 'lost' | 'onReceived' | 'onDeclined'>;

/** Where a server listens. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** A connection that ended badly. */
export interface PeerFailure {
  /** Address of the peer, `host:port`. */
  readonly from: string;
  readonly error: unknown;
}

/** Receives items from any number of peers, in whatever dialect each of them speaks. What one of them does wrong ends its own connection only. */
export class ReceiveServer {
  private listening: { readonly listener: Server; readonly address: ListenAddress } | undefined;
  /** One more step to be done after the ones before: start and stop never overlap. */
  private lastStep: Promise<void> = Promise.resolve();
  /** Each with what settles when it is gone. */
  private readonly connections = new Map<SocketChannel, Promise<void>>();
  /** Those of them that have been told why they end, oldest first, and may take their time to read that. */
  private readonly leaving = new Set<SocketChannel>();
  private readonly accountant: Accountant;
  private readonly inflow = new Inflow(INFLOW);
  /** By address. */
  private readonly wrongKeys: FailureCounter;
  /** A key may be kept by another process, which many connections at once would keep busy. */
  private readonly connectionOptions: SharedAnswer<ConnectionOptions>;
  private readonly waitingRoom: WaitingRoom;
  /** How many may wait for a place, and how many may be leaving while new ones come. */
  private readonly waitingPlaces: number;
  /** While it listens. */
  private sweeping: NodeJS.Timeout | undefined;

  private readonly received = new Emitter<AnnouncedItem>();
  private readonly peerFailed = new Emitter<PeerFailure>();
  private readonly failed = new Emitter<Error>();
  readonly onDidReceive = this.received.event;
  readonly onDidFailPeer = this.peerFailed.event;
  /** It listens no longer, although nobody stopped it. Connections that are there go on, and it can be started again. */
  readonly onDidFail = this.failed.event;

  constructor(private readonly options: ReceiveServerOptions) {
    this.connectionOptions = new SharedAnswer(options.connectionOptions);
    this.accountant = new Accountant(withinDescriptors(options.budgets ?? BUDGETS, descriptorLimit()));
    this.wrongKeys = new FailureCounter(this.accountant.budgets.wrongKeys);
    const { total } = this.accountant.budgets.connections;
    this.waitingPlaces = Math.min(MOST_WAITING, Math.max(FEWEST_WAITING, Math.floor(total / 8)));
    this.waitingRoom = new WaitingRoom(this.accountant, this.waitingPlaces);
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
    const listener = createServer({ allowHalfOpen: true, highWaterMark: 0 }, (socket) => this.accept(socket));
    const address = { host, port: await listenAt(listener, host, port) };
    listener.on('error', (error) => this.giveUp(listener, listenError(error, { host, port })));
    this.listening = { listener, address };
    this.sweeping ??= setInterval(() => this.accountant.endIdle(), SWEEP_INTERVAL).unref();
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
    const uncovered = [...this.connections.keys()].filter(({ local }) => !covers(bound, local));
    const reason = new PicklepostError('refused', say`The receiver no longer listens in this network.`);
    for (const channel of uncovered) channel.stopReading(reason);
    return uncovered.length;
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
    if (patience > 0)
      await Promise.race([
        Promise.all(this.connections.values()),
        sleep(patience, undefined, { ref: false }),
      ]);
    for (const channel of this.connections.keys()) channel.cancel();
    this.waitingRoom.close();
    await Promise.allSettled([...this.connections.values(), closed]);
    clearInterval(this.sweeping);
    this.sweeping = undefined;
  }

  private accept(socket: Socket): void {
    noteNewConnection();
    // Beyond these, saying no would cost more than asking.
    const most = this.accountant.budgets.connections.total + 2 * this.waitingPlaces;
    if (this.connections.size >= most && !this.breakOffLeaving()) {
      breakOff(socket);
      return;
    }
    const { inflow } = this;
    const { bufferSize } = this.options;
    const channel = new SocketChannel(socket, { bufferSize, stallTime: STALL_TIME, inflow });
    const host = hostOf(channel.peer);
    if (this.options.refuses?.(host) || this.wrongKeys.isExhausted(host)) {
      channel.breakOff();
      return;
    }
    const gone = this.serveAndClose(channel).finally(() => {
      this.connections.delete(channel);
      this.leaving.delete(channel);
    });
    this.connections.set(channel, gone);
  }

  /** Ends the connection that has been leaving for longest. @returns false if none is */
  private breakOffLeaving(): boolean {
    const [oldest] = this.leaving;
    if (!oldest) return false;
    this.leaving.delete(oldest);
    this.connections.delete(oldest);
    oldest.breakOff();
    return true;
  }

  private async serveAndClose(channel: SocketChannel): Promise<void> {
    try {
      await this.serve(channel);
    } catch (error) {
      if (error instanceof PicklepostError && error.code === 'invalid-token')
        this.wrongKeys.note(hostOf(channel.peer));
      if (!(error instanceof CancelledError)) this.peerFailed.fire({ from: channel.peer, error });
    } finally {
      this.leaving.add(channel);
      await channel.end().catch(() => undefined);
      // Whoever stops the server does not wait for the peers, nor does who takes the place of one.
      await channel.close(channel.isCancelled || channel.hasStopped ? 0 : LINGER_TIME);
    }
  }

  private async serve(channel: SocketChannel): Promise<void> {
    const account = await this.waitingRoom.admit({
      host: hostOf(channel.peer),
      get hasSpoken() {
        return channel.hasArrived;
      },
      gone: channel.gone,
      end: (reason) => {
        channel.stopReading(reason);
        this.leaving.add(channel);
      },
    });
    if (!account) return turnAway(channel);
    try {
      const options = await this.connectionOptions.get();
      const reader = new ByteReader(channel, options.limits.idleTime);
      await serveConnection(reader, channel, {
        ...options,
        account,
        gone: channel.gone,
        lost: channel.lost,
        onReceived: (item) => this.received.fire(item),
        onDeclined: (error) => this.peerFailed.fire({ from: channel.peer, error }),
      });
    } finally {
      this.accountant.close(account);
      this.waitingRoom.letIn();
    }
  }
}

/** Fewer connections where this process may have few descriptors, of which half are for everything else. */
function withinDescriptors(budgets: Budgets, limit: number): Budgets {
  const { connections } = budgets;
  const most = Math.max(FEWEST_CONNECTIONS, Math.floor(limit / 2) - OTHER_DESCRIPTORS - 2 * MOST_WAITING);
  if (connections.total <= most) return budgets;
  const address = Math.min(connections.address, most / 2);
  return { ...budgets, connections: { ...connections, total: most, address } };
}

async function turnAway(channel: SocketChannel): Promise<void> {
  if (channel.gone.aborted) return;
  await channel.end(errorAnswer(withoutPlace()));
  throw withoutPlace();
}

/** Connections that may wait for a place: an eighth of all, within these bounds. */
const MOST_WAITING = 32;
const FEWEST_WAITING = 4;
/** Descriptors that this process needs beside those of connections: for items that arrive, and of Node.js itself. */
const OTHER_DESCRIPTORS = 128;
const FEWEST_CONNECTIONS = 8;
/** Bytes that all connections together may hold unread before each has to wait for its turn to take more. */
const INFLOW = 32 * 1024 * 1024;
/** Milliseconds between two looks for connections over which nothing comes. */
const SWEEP_INTERVAL = 10_000;
/** Milliseconds that a peer has to end its side too once it has been told everything. */
const LINGER_TIME = 2_000;
/** Milliseconds that a peer may leave an answer untaken. */
const STALL_TIME = 10_000;
