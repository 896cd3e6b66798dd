import * as vscode from 'vscode';
import { messageOf, PicklepostError } from '../../core/errors';
import { Emitter, type Disposable } from '../../core/scheduling/event';
import { DEFAULT_LIMITS } from '../../core/limits';
import { formatAddress } from '../../core/wire/address';
import type { ReceivedItem } from '../../core/item/item';
import { protectionOf } from '../../core/wire/dialects';
import type { ItemStore } from '../../core/item/itemStore';
import type { PeerFailure, ReceiveServer, ServerState } from '../../net/receiveServer';
import type { PeerWindows } from '../items/peerWindows';
import type { Keyring } from '../keys/keyring';
import type { MessageAction, Reporter } from '../shell/reporter';
import { readSettings } from '../shell/settings';

/** The receive server of this window: started and stopped by commands, observed by the status bar, the view and the context key. */
export class Server implements vscode.Disposable {
  private running: ReceiveServer | undefined;
  private current: ServerState = { kind: 'stopped' };
  private readonly stateChanged = new Emitter<ServerState>();
  readonly onDidChangeState = this.stateChanged.event;
  private readonly received = new Emitter<ReceivedItem>();
  readonly onDidReceive = this.received.event;
  private readonly peerFailed = new Emitter<PeerFailure>();
  readonly onDidFailPeer = this.peerFailed.event;
  private readonly subscriptions: readonly Disposable[];
  /** Counts starts and stops: what has been overtaken by another one ends. */
  private step = 0;
  /** What counts only from the next start on, as the settings had it at the last one. */
  private startedWith = '';
  /** The window for whose end this one waits. */
  private awaited: string | undefined;

  constructor(
    private readonly openStore: () => Promise<ItemStore>,
    private readonly keyring: Keyring,
    private readonly reporter: Reporter,
    private readonly log: vscode.LogOutputChannel,
    private readonly peers: PeerWindows,
  ) {
    this.subscriptions = [
      peers.onDidAskToStop(() => void this.giveWay()),
      peers.onDidChange(() => this.startIfNext()),
    ];
  }

  get state(): ServerState {
    return this.current;
  }

  /** Whether the settings have changed in a way that the server, which is running, does not take up. */
  get needsRestart(): boolean {
    return this.current.kind === 'listening' && this.startedWith !== settingsOfStart();
  }

  /**
   * Starts on the port of the settings, or on another one. A port that is taken, by another window or another program, is offered to be
   * changed; other failures are thrown.
   */
  async start(port?: number): Promise<void> {
    if (this.isActive) return;
    const address = addressOf(port);
    const other = await this.peers.findReceiving();
    if (other?.port === address.port) void this.reporter.guard(() => this.offerTakeOver(other, address));
    else await this.startAt(address);
  }

  /**
   * Starts when a window opens. Where another one receives on the same port, this one does so once that one is closed, or was killed: until
   * then, what arrives there appears here too.
   */
  async startOnLaunch(): Promise<void> {
    const other = await this.peers.findReceiving();
    const waits = other?.port === addressOf(undefined).port;
    this.awaited = waits ? other.owner : undefined;
    await this.peers.setWaiting(waits);
    if (waits) this.log.info('another window receives; this one does when that one is closed');
    else await this.startAt(addressOf(undefined));
  }

  /** Has the window that receives stop, if there is one, and receives in its place. @throws PicklepostError `timeout` if it does not stop */
  async takeOver(): Promise<void> {
    const other = await this.peers.findReceiving();
    if (other) {
      this.log.info(`asking another window to stop receiving at ${formatAddress(other)}`);
      await this.peers.askToStop(other);
    }
    if (!this.isActive) await this.startAt(addressOf(other?.port));
  }

  /** Stops listening and ends the connections. What was not yet whole is kept only where it can be continued. */
  async stop(): Promise<void> {
    this.step++;
    const server = this.running;
    this.running = undefined;
    await server?.stop();
    this.setState({ kind: 'stopped' });
  }

  /** Stops, and starts as the settings say now. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    void this.running?.stop();
  }

  private get isActive(): boolean {
    return this.current.kind === 'starting' || this.current.kind === 'listening';
  }

  private async giveWay(): Promise<void> {
    this.log.info('another window receives from now on');
    await this.stop();
    // Also where nothing was running: the other one waits for the answer.
    await this.peers.setReceiving(undefined);
  }

  /** One that stopped because a person said so is still there: that is no reason to start. */
  private startIfNext(): void {
    const { awaited, peers } = this;
    if (awaited === undefined) return;
    const receiving = peers.receivesElsewhere;
    if (receiving) this.awaited = receiving.owner;
    else if (!peers.has(awaited) && peers.isNext) void this.reporter.guard(() => this.startOnLaunch());
  }

  private async startAt(address: { host: string; port: number }): Promise<void> {
    if (this.isActive) return;
    const step = ++this.step;
    const isOvertaken = (): boolean => step !== this.step;
    this.startedWith = settingsOfStart();
    this.setState({ kind: 'starting', ...address });
    try {
      const server = await this.create(address);
      if (isOvertaken()) return;
      this.running = server;
      await server.start();
    } catch (error) {
      if (isOvertaken()) return;
      this.running = undefined;
      this.setState({ kind: 'failed', error: error instanceof Error ? error : new Error(messageOf(error)) });
      if (!(error instanceof PicklepostError) || error.code !== 'port-taken') throw error;
      void this.reporter.guard(() => this.offerAnotherPort(address, error));
    }
  }

  private async create(address: { host: string; port: number }): Promise<ReceiveServer> {
    const store = await this.openStore();
    const { ReceiveServer } = await import('../../net/receiveServer');
    const server = new ReceiveServer({
      ...address,
      bufferSize: readSettings().bufferSize,
      connectionOptions: () => this.connectionOptions(store),
    });
    server.onDidChangeState((state) => {
      if (server === this.running) this.setState(state);
    });
    server.onDidReceive((item) => {
      this.log.info(
        `received ${item.kind} ${item.id} from ${item.from}, ${String(item.size)} bytes${describeProtection(item)}`,
      );
      if (item.savedAs !== undefined)
        this.log.info(`${item.id} was sent as ${item.path ?? item.name}, and saved as ${item.savedAs}`);
      this.received.fire(item);
    });
    server.onDidFailPeer((failure) => {
      this.log.warn(`${failure.from}: ${messageOf(failure.error)}`);
      this.peerFailed.fire(failure);
    });
    return server;
  }

  /** Read for each connection, so that settings and keys count from the next one on. */
  private async connectionOptions(store: ItemStore) {
    const { receive } = readSettings();
    const key = await this.keyring.get(receive.key);
    return {
      store,
      ...(key && { key }),
      requireEncryption: receive.requireEncryption,
      dialects: receive.dialects,
      allowPickle: receive.pickle,
      limits: { ...DEFAULT_LIMITS, itemSize: receive.maximumItemSize },
    };
  }

  private async offerTakeOver(
    other: { host: string; port: number },
    address: { host: string; port: number },
  ): Promise<void> {
    const takeOver = {
      title: vscode.l10n.t('Receive in this window'),
      run: () => this.reporter.guard(() => this.takeOver()),
    };
    const message = vscode.l10n.t(
      'Another window receives at {0}. Its items appear here too.',
      formatAddress(other),
    );
    await this.reporter.warning(message, takeOver, await this.nextPort(address));
  }

  private async nextPort(address: { host: string; port: number }): Promise<MessageAction> {
    const { findFreePort } = await import('../../net/ports');
    const port = await findFreePort(address.host, address.port + 1);
    return {
      title: vscode.l10n.t('Use port {0}', port),
      run: () => this.reporter.guard(() => this.start(port)),
    };
  }

  private async offerAnotherPort(
    address: { host: string; port: number },
    error: PicklepostError,
  ): Promise<void> {
    const tryAgain = {
      title: vscode.l10n.t('Try again'),
      run: () => this.reporter.guard(() => this.start(address.port)),
    };
    const doNotReceive = { title: vscode.l10n.t('Do not receive'), run: () => this.stop() };
    await this.reporter.warning(error.message, await this.nextPort(address), tryAgain, doNotReceive);
  }

  private setState(state: ServerState): void {
    this.current = state;
    if (state.kind === 'listening') this.log.info(`listening on ${formatAddress(state)}`);
    const { kind } = state;
    if (kind === 'listening') this.awaited = undefined;
    if (kind !== 'starting')
      void this.peers.setReceiving(kind === 'listening' ? { host: state.host, port: state.port } : undefined);
    this.stateChanged.fire(state);
  }
}

/** Where the settings, or a port of one's own, say to listen. */
function addressOf(port: number | undefined): { host: string; port: number } {
  const { receive } = readSettings();
  return { host: receive.host, port: port ?? receive.port };
}

function settingsOfStart(): string {
  const { receive, bufferSize } = readSettings();
  return JSON.stringify([receive.host, receive.port, bufferSize]);
}

/** For the log. */
function describeProtection(item: ReceivedItem): string {
  const protection = protectionOf(item);
  if (protection === undefined) return '';
  return protection === 'parts'
    ? ', encrypted by parts: order and completeness are not protected'
    : ', encrypted';
}
