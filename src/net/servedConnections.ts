import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Accountant } from '../core/accounting/accountant';
import { FailureCounter } from '../core/accounting/failures';
import { withoutPlace } from '../core/accounting/refusals';
import { WaitingRoom } from '../core/accounting/waitingRoom';
import { CancelledError, PicklepostError } from '../core/errors';
import type { FernetKey } from '../core/crypto/keys';
import type { AnnouncedItem } from '../core/item/item';
import type { ItemStore } from '../core/item/itemStore';
import { BUDGETS, type Budgets } from '../core/limits';
import { Emitter } from '../core/scheduling/event';
import { SharedAnswer } from '../core/scheduling/sharedAnswer';
import { noteNewConnection } from '../core/scheduling/turns';
import { hostOf } from '../core/wire/address';
import { errorAnswer } from '../core/wire/answers';
import { ByteReader } from '../core/wire/byteReader';
import type { ReceiveTerms, ServeReports } from '../core/wire/dialect';
import { serveConnection } from '../core/wire/dialects';
import { say } from '../core/text';
import { descriptorLimit } from '../disk/descriptorLimit';
import { breakOff } from './breakOff';
import { Inflow } from './inflow';
import { hostOfSocket, SocketChannel } from './socketChannel';

/** How one connection is served. */
export interface ConnectionOptions extends ReceiveTerms {
  readonly store: ItemStore;
}

/** A connection that ended badly. */
export interface PeerFailure {
  /** Address of the peer, `host:port`. */
  readonly from: string;
  readonly error: unknown;
}

export interface ServingOptions {
  /** Bytes read at once. */
  readonly bufferSize: number;
  /** Limits of everything that peers can make this server hold (default: those of limits.ts). */
  readonly budgets?: Budgets;
  /** Whether an address is refused, so that its connections end before anything is read. */
  readonly refuses?: (host: string) => boolean;
  /** Called for each connection, so that a change applies from the next one on. If it rejects, that connection is closed. */
  readonly connectionOptions: () => ConnectionOptions | Promise<ConnectionOptions>;
}

/** The connections of a receive server: gives each a place, serves it, and makes sure that it ends. */
export class ServedConnections {
  /** Each connection with the promise that settles when it is gone. */
  private readonly connections = new Map<SocketChannel, Promise<void>>();
  /** Connections that have been told why they end, oldest first; their peers may take a while to read that. */
  private readonly leaving = new Set<SocketChannel>();
  /** The last key that each sender has shown, if it has shown one. */
  private readonly keysInUse = new Map<SocketChannel, FernetKey>();
  /** Grows with each change of the keys: a connection that was accepted before may show a key that is retired. */
  private changesOfKeys = 0;
  private readonly accountant: Accountant;
  private readonly inflow = new Inflow(INFLOW);
  /** By address. */
  private readonly wrongKeys: FailureCounter;
  /** Another process may keep the keys, which many connections at once would keep busy. */
  private readonly connectionOptions: SharedAnswer<ConnectionOptions>;
  private readonly waitingRoom: WaitingRoom;
  /** How many may wait for a place, and how many may be leaving while new ones come. */
  private readonly waitingPlaces: number;
  private readonly received = new Emitter<AnnouncedItem>();
  private readonly peerFailed = new Emitter<PeerFailure>();
  readonly onDidReceive = this.received.event;
  readonly onDidFailPeer = this.peerFailed.event;

  constructor(private readonly options: ServingOptions) {
    this.connectionOptions = new SharedAnswer(options.connectionOptions);
    this.accountant = new Accountant(withinDescriptors(options.budgets ?? BUDGETS, descriptorLimit()));
    this.wrongKeys = new FailureCounter(this.accountant.budgets.wrongKeys);
    const { total } = this.accountant.budgets.connections;
    this.waitingPlaces = Math.min(MOST_WAITING, Math.max(FEWEST_WAITING, Math.floor(total / 8)));
    this.waitingRoom = new WaitingRoom(this.accountant, this.waitingPlaces);
  }

  get size(): number {
    return this.connections.size;
  }

  accept(socket: Socket): void {
    noteNewConnection();
    const host = hostOfSocket(socket);
    // Its peer may have reset it already.
    if (host === undefined || this.options.refuses?.(host) || this.wrongKeys.isExhausted(host)) {
      breakOff(socket);
      return;
    }
    // Beyond these, an answer would cost more than the question.
    const most = this.accountant.budgets.connections.total + 2 * this.waitingPlaces;
    if (this.connections.size >= most && !this.breakOffLeaving()) {
      breakOff(socket);
      return;
    }
    const { inflow } = this;
    const { bufferSize } = this.options;
    const channel = new SocketChannel(socket, { bufferSize, stallTime: STALL_TIME, inflow });
    const served = this.serveAndClose(channel).finally(() => {
      this.connections.delete(channel);
      this.leaving.delete(channel);
      this.keysInUse.delete(channel);
    });
    this.connections.set(channel, served);
  }

  /** Ends the connection that has been leaving for longest. @returns false if there is none */
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
      // A caller that stops the server does not wait for the peers.
      await channel.close(channel.isCancelled ? 0 : channel.hasStopped ? STOPPED_LINGER_TIME : LINGER_TIME);
    }
  }

  private async serve(channel: SocketChannel): Promise<void> {
    const account = await this.waitingRoom.admit({
      host: hostOf(channel.peer),
      get hasSpoken() {
        return channel.hasArrived;
      },
      ended: channel.ended,
      end: (reason) => {
        channel.stopReading(reason);
        this.leaving.add(channel);
      },
    });
    if (!account) return turnAway(channel);
    try {
      const changes = this.changesOfKeys;
      const { store, ...terms } = await this.connectionOptions.get();
      const reader = new ByteReader(channel, terms.limits.idleTime, account);
      const reports: ServeReports = {
        onKey: ({ key }) => {
          this.keysInUse.set(channel, key);
          if (changes !== this.changesOfKeys) this.endRetired().catch(() => channel.cancel());
        },
        onReceived: (item) => this.received.fire(item),
        onDeclined: (error) => this.peerFailed.fire({ from: channel.peer, error }),
      };
      const { ended, disconnected } = channel;
      await serveConnection(reader, channel, { account, store, ended, disconnected, terms, reports });
    } finally {
      this.accountant.close(account);
      this.waitingRoom.letIn();
    }
  }

  /**
   * Ends connections to other addresses of this machine.
   * @param isCovered gets the address that a peer has connected to
   * @returns how many
   */
  endUncovered(isCovered: (local: string) => boolean, reason: PicklepostError): number {
    const uncovered = [...this.connections.keys()].filter(({ local }) => !isCovered(local));
    for (const channel of uncovered) channel.stopReading(reason);
    return uncovered.length;
  }

  /** Ends connections of senders whose key is no longer accepted. @returns how many */
  async endRetired(): Promise<number> {
    this.changesOfKeys++;
    const { keys } = await this.connectionOptions.get();
    const retired = [...this.keysInUse].filter(([, used]) => !keys.some(({ key }) => key.equals(used)));
    const reason = new PicklepostError('refused', say`The receiver no longer accepts your key.`);
    for (const [channel] of retired) channel.stopReading(reason);
    return retired.length;
  }

  /** Ends connections that have received no content for long. To be called now and then. */
  endIdle(): void {
    this.accountant.endIdle();
  }

  /**
   * Ends all.
   * @param patience milliseconds that the peers have to end them before
   * @returns when they are gone. Never rejects
   */
  async end(patience: number): Promise<void> {
    if (patience > 0)
      await Promise.race([
        Promise.all(this.connections.values()),
        sleep(patience, undefined, { ref: false }),
      ]);
    for (const channel of this.connections.keys()) channel.cancel();
    this.waitingRoom.close();
    await Promise.allSettled(this.connections.values());
  }
}

/** Fewer connections if this process may have few descriptors, half of which are for everything else. */
function withinDescriptors(budgets: Budgets, limit: number): Budgets {
  const { connections } = budgets;
  const most = Math.max(FEWEST_CONNECTIONS, Math.floor(limit / 2) - OTHER_DESCRIPTORS - 2 * MOST_WAITING);
  if (connections.total <= most) return budgets;
  const address = Math.min(connections.address, most / 2);
  return { ...budgets, connections: { ...connections, total: most, address } };
}

async function turnAway(channel: SocketChannel): Promise<void> {
  if (channel.ended.aborted) return;
  await channel.end(errorAnswer(withoutPlace()));
  throw withoutPlace();
}

/** Connections that may wait for a place: an eighth of all, within these limits. */
const MOST_WAITING = 32;
const FEWEST_WAITING = 4;
/** Descriptors that this process needs in addition to those of connections: for arriving items, and for Node.js itself. */
const OTHER_DESCRIPTORS = 128;
const FEWEST_CONNECTIONS = 8;
/** Bytes that all connections together may hold unread before each has to wait for its turn to take more. */
const INFLOW = 8 * 1024 * 1024;
/** Milliseconds that a peer has to end its side too after its last message. */
const LINGER_TIME = 2_000;
/**
 * The same, if this side has stopped reading: a peer that continues to send would not read the reason if the connection were
 * reset.
 */
const STOPPED_LINGER_TIME = 500;
/** Milliseconds for which a peer may leave an answer unread. */
const STALL_TIME = 10_000;
