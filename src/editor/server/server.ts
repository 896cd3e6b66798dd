import type * as vscode from 'vscode';
import type { AdmissionControl } from '../../core/admission/admissionControl';
import { messageOf, PicklepostError } from '../../core/errors';
import { Emitter, type Disposable } from '../../core/scheduling/event';
import { DEFAULT_LIMITS } from '../../core/limits';
import { formatAddress } from '../../core/wire/address';
import type { ReceivedItem } from '../../core/item/item';
import type { ItemStore } from '../../core/item/itemStore';
import type { PairingHost } from '../../core/pairing/pairing';
import type { ListenAddress, PeerFailure, ReceiveServer } from '../../net/receiveServer';
import { MissingAddressError } from '../../net/socketErrors';
import type { PeerWindows } from '../items/peerWindows';
import type { Keyring } from '../keys/keyring';
import type { Reporter } from '../shell/reporter';
import { readSettings } from '../shell/settings';
import { Lazy } from '../shell/lazy';
import { PortOffers } from './portOffers';
import { ServerLog } from './serverLog';

export type ServerState =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'starting'; readonly host: string; readonly port: number }
  /** `isAway`: this machine does not have the address at present, so that nobody can reach the server. */
  | { readonly kind: 'listening'; readonly host: string; readonly port: number; readonly isAway?: true }
  | { readonly kind: 'stopping' }
  | { readonly kind: 'failed'; readonly error: Error };

/** The visible state, and the data of its phase. Everything that waits for something in an earlier phase ends. */
interface Phase {
  readonly state: ServerState;
  /** Set once it is bound, or being bound. */
  server?: ReceiveServer;
  /** While it listens: the settings that apply only from the next start on, with their values at this start. */
  readonly startedWith?: string;
  /** While it stops: settles when it has. */
  readonly end?: Promise<void>;
  /** While it is stopped: the window whose end this one waits for. */
  readonly awaited?: string;
}

const STOPPED: Phase = { state: { kind: 'stopped' } };

/**
 * The receive server of this window: started and stopped by commands, observed by the status bar, the view and the context
 * key.
 */
export class Server implements vscode.Disposable {
  private phase = STOPPED;
  private readonly stateChanged = new Emitter<ServerState>();
  readonly onDidChangeState = this.stateChanged.event;
  private readonly received = new Emitter<ReceivedItem>();
  readonly onDidReceive = this.received.event;
  private readonly peerFailed = new Emitter<PeerFailure>();
  readonly onDidFailPeer = this.peerFailed.event;
  /** Present while a pairing code is shown, in this window or another one. */
  pairing: PairingHost | undefined;
  private readonly subscriptions: readonly Disposable[];
  private readonly serverLog: ServerLog;
  private readonly portOffers: PortOffers;

  constructor(
    private readonly openStore: () => Promise<ItemStore>,
    private readonly keyring: Keyring,
    private readonly reporter: Reporter,
    private readonly log: vscode.LogOutputChannel,
    private readonly peers: PeerWindows,
    private readonly admissionControl: AdmissionControl,
  ) {
    this.serverLog = new ServerLog(log);
    this.portOffers = new PortOffers(this, reporter);
    this.subscriptions = [
      this.serverLog,
      peers.onDidAskToStop(() => void this.giveWay()),
      peers.onDidChange(() => this.startIfNext()),
    ];
  }

  get state(): ServerState {
    return this.phase.state;
  }

  /** Whether the settings have changed in a way that applies only after a restart of the running server. */
  get needsRestart(): boolean {
    const { state, startedWith } = this.phase;
    return state.kind === 'listening' && startedWith !== settingsOfStart();
  }

  /**
   * Starts on the port of the settings, or on another one. If another window or program has the port, offers another; other
   * failures are thrown.
   */
  async start(port?: number): Promise<void> {
    if (this.isActive) return;
    const address = addressOf(port);
    // The next needed parts are loaded while the disk is checked.
    const [other] = await Promise.all([this.peers.findReceiving(), import('../../net/receiveServer')]);
    if (other?.port === address.port)
      void this.reporter.guard(() => this.portOffers.offerTakeOver(other, address));
    else await this.startAt(address);
  }

  /**
   * Starts when a window opens. If another window receives on the same port, this one takes over once that one is closed or
   * killed; until then, its items appear here too.
   */
  async startOnLaunch(): Promise<void> {
    const other = await this.peers.findReceiving();
    const waits = other?.port === addressOf(undefined).port;
    await this.peers.setWaiting(waits);
    if (!waits) return this.startAt(addressOf(undefined));
    this.log.info('another window receives; this one does when that one is closed');
    if (this.state.kind === 'stopped') this.phase = { ...STOPPED, awaited: other.owner };
  }

  /**
   * Stops the receiving window, if there is one, and receives in its place.
   * @throws PicklepostError `timeout` if it does not stop
   */
  async takeOver(): Promise<void> {
    const other = await this.peers.findReceiving();
    if (other) {
      this.log.info(`asking another window to stop receiving at ${formatAddress(other)}`);
      await this.peers.askToStop(other);
    }
    if (!this.isActive) await this.startAt(addressOf(other?.port));
  }

  /** Stops listening and ends the connections. Incomplete items are kept only if they can be resumed. */
  async stop(): Promise<void> {
    if (this.state.kind === 'stopped') return;
    if (!this.phase.end) this.enter({ state: { kind: 'stopping' }, end: this.end(this.phase) });
    await this.phase.end;
  }

  /** Stops, and starts with the current settings. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /**
   * Listens at another host from now on, at the same port; if that fails, still at the old one. For settings that are to be
   * changed accordingly.
   * @returns how many connections ended, from networks that it has left; undefined if it does not listen.
   * @throws as {@link start}
   */
  async moveTo(host: string): Promise<number | undefined> {
    const { state, server } = this.phase;
    if (state.kind !== 'listening' || !server) return undefined;
    const { address, ended } = await server.move({ host, port: state.port });
    const isCurrent = this.phase.server === server && this.state.kind === 'listening';
    if (isCurrent)
      this.enter({ state: { kind: 'listening', ...address }, server, startedWith: settingsOfStart(host) });
    return ended;
  }

  /** Applies changes of the keys, or of the accepted ones: connections with a key that is no longer accepted end. */
  async noteKeys(): Promise<void> {
    this.admissionControl.keepKeys(await this.keyring.names());
    await this.phase.server?.endRetired();
  }

  /**
   * Checks whether this machine has the address at which the server listens. If it has come back, the server listens there
   * again.
   */
  async noteAddress(isHere: boolean): Promise<void> {
    const { state, server } = this.phase;
    if (state.kind !== 'listening' || !server || isHere === !state.isAway) return;
    const { host, port } = state;
    if (isHere) await server.move({ host, port });
    if (this.phase.state !== state) return;
    this.enter({ ...this.phase, state: { kind: 'listening', host, port, ...(!isHere && { isAway: true }) } });
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    void this.phase.server?.stop();
  }

  private get isActive(): boolean {
    return this.state.kind === 'starting' || this.state.kind === 'listening';
  }

  private async end({ server }: Phase): Promise<void> {
    this.admissionControl.close();
    await server?.stop();
    this.enter(STOPPED);
  }

  private async giveWay(): Promise<void> {
    this.log.info('another window receives from now on');
    await this.stop();
    // Also if nothing was running: the other window waits for the answer.
    await this.peers.setReceiving(undefined);
  }

  /** A window that stopped because a person said so still exists: that is no reason to start. */
  private startIfNext(): void {
    const { peers } = this;
    const { awaited } = this.phase;
    if (awaited === undefined) return;
    const receiving = peers.receivesElsewhere;
    if (receiving) this.phase = { ...STOPPED, awaited: receiving.owner };
    else if (!peers.has(awaited) && peers.isNext) void this.reporter.guard(() => this.startOnLaunch());
  }

  private async startAt(address: ListenAddress): Promise<void> {
    await this.phase.end;
    if (this.isActive) return;
    const startedWith = settingsOfStart();
    const starting: Phase = { state: { kind: 'starting', ...address } };
    this.enter(starting);
    const isOvertaken = (): boolean => this.phase !== starting;
    // Connections wait for the store, but the person does not: making an inbox takes the disk and the secret storage some
    // time.
    const store = new Lazy(() => this.openStore());
    try {
      const server = await this.create(address, store);
      if (isOvertaken()) return;
      starting.server = server;
      const actual = await server.start();
      if (isOvertaken()) return;
      this.enter({ state: { kind: 'listening', ...actual }, server, startedWith });
      store.get().catch((error: unknown) => this.endWithoutStore(server, error));
    } catch (error) {
      if (isOvertaken()) return;
      this.fail(error);
      // Reported with the state, and tried again when the address is there.
      if (error instanceof MissingAddressError) return;
      if (!(error instanceof PicklepostError) || error.code !== 'port-taken') throw error;
      void this.reporter.guard(() => this.portOffers.offerAnotherPort(address, error));
    }
  }

  /** Nothing could be received. Never rejects. */
  private async endWithoutStore(server: ReceiveServer, error: unknown): Promise<void> {
    await server.stop();
    if (this.phase.server !== server) return;
    this.fail(error);
    void this.reporter.error(error);
  }

  private fail(error: unknown): void {
    this.enter({
      state: { kind: 'failed', error: error instanceof Error ? error : new Error(messageOf(error)) },
    });
  }

  private async create(address: ListenAddress, store: Lazy<ItemStore>): Promise<ReceiveServer> {
    const { ReceiveServer } = await import('../../net/receiveServer');
    const server = new ReceiveServer({
      ...address,
      bufferSize: readSettings().bufferSize,
      refuses: (host) => this.admissionControl.refusesAddress(host),
      connectionOptions: async () => this.connectionOptions(await store.get()),
    });
    server.onDidFail((error) => {
      if (server === this.phase.server) this.fail(error);
    });
    server.onDidReceive((item) => {
      this.serverLog.noteItem(item);
      this.received.fire(item);
    });
    server.onDidFailPeer((failure) => {
      this.serverLog.noteFailure(failure);
      this.peerFailed.fire(failure);
    });
    return server;
  }

  /** Read for each connection, so that settings and keys apply from the next one on. */
  private async connectionOptions(store: ItemStore) {
    const { receive } = readSettings();
    return {
      store,
      keys: await this.keyring.resolve(receive.keys),
      ...(this.pairing && { pairing: this.pairing }),
      requireEncryption: receive.requireEncryption,
      dialects: receive.dialects,
      allowPickle: receive.pickle,
      limits: { ...DEFAULT_LIMITS, itemSize: receive.maximumItemSize },
    };
  }

  private enter(phase: Phase): void {
    const { state } = phase;
    this.phase = phase;
    if (state.kind === 'listening') this.log.info(`listening on ${formatAddress(state)}`);
    if (state.kind !== 'starting' && state.kind !== 'stopping')
      void this.peers.setReceiving(
        state.kind === 'listening' ? { host: state.host, port: state.port } : undefined,
      );
    this.stateChanged.fire(state);
  }
}

/** The address of the settings, or with another port. */
function addressOf(port: number | undefined): ListenAddress {
  const { receive } = readSettings();
  return { host: receive.host, port: port ?? receive.port };
}

function settingsOfStart(host = readSettings().receive.host): string {
  const { receive, bufferSize } = readSettings();
  return JSON.stringify([host, receive.port, bufferSize]);
}
