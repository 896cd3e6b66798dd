import * as vscode from 'vscode';
import type { AnnouncedItem, ReceivedItem } from '../../core/item/item';
import type { KeyCommands } from '../keys/keyCommands';
import type { Keyring } from '../keys/keyring';
import { Arrivals } from './arrivals';
import type { WindowItems } from '../items/windowItems';
import { isExposed, onDidChangeExposure, openWarning } from './exposure';
import { chooseNetwork } from './networkChoice';
import { NetworkWatch } from './networkWatch';
import { CONTEXT_KEYS, EXTENSION } from '../shell/names';
import { logError, type Handlers, type Services } from '../services';
import { senderHost, describeKind, formatTime } from '../shell/formatting';
import type { Reporter } from '../shell/reporter';
import { readSettings } from '../shell/settings';
import { SenderAnswers, type QuestionTarget } from './senderAnswers';
import { manageSenders } from './senderManager';
import { SenderQuestions } from './senderQuestions';
import { Server } from './server';
import { showServerActions } from './serverActions';
import { ServerNotices } from './serverNotices';
import { createStatusBarItem } from './statusBar';
import type { AdmissionControl } from '../../core/admission/admissionControl';
import { withHooks } from '../../core/item/storeHooks';
import type { ItemStore } from '../../core/item/itemStore';
import { withOutput } from '../../inbox/output/itemOutput';
import { FolderOutput } from '../../inbox/output/folderOutput';
import { textForScreen } from '../../inbox/output/screenText';
import type { ReceivedItems } from '../items/receivedItems';
import type { SavedPaths } from '../items/savedPaths';
import type { Disposable } from '../../core/scheduling/event';
import { Mutex } from '../../core/scheduling/mutex';
import type { Announcing } from '../../net/discovery/discovery';

/** Actions of a person on an item that has just arrived. */
export interface ArrivalActions {
  readonly open: (item: ReceivedItem) => Promise<void>;
  readonly show: (item: ReceivedItem) => Promise<void>;
}

export type Receiving = ReturnType<typeof createReceiving>;

/** The receive server of this window, and everything that reports on it. */
export function createReceiving(
  services: Services,
  items: WindowItems,
  keys: KeyCommands,
  actions: ArrivalActions,
) {
  const { log, reporter, keyring, own } = services;
  const { saved, unread, peers } = items;
  const { control: admissionControl } = items.admission;
  const store = own(new ReceivingStore(items.items, saved, admissionControl));
  // Items count as unread from the first one on.
  const openStore = () => unread.count().then(() => store.open());
  const openOwn = () => unread.count().then(() => store.openForOwn());
  const server = own(new Server(openStore, keyring, reporter, log, peers, admissionControl));
  const arrivals = own(new Arrivals(reporter, actions.open, actions.show));
  const announce = (item: AnnouncedItem): void => {
    if (readSettings().receive.notify) arrivals.add(item);
  };
  own(new SenderQuestions(admissionControl, reporter));
  own(new ServerNotices({ server, keyring, keys, reporter }));
  own(new NetworkWatch(server, (error) => void reporter.error(error)));
  own(new ServerAnnouncement(server, log));
  own(createStatusBarItem(server, peers, admissionControl));
  own(watchServer(server, items));
  own(watchKeys(keyring, () => void reporter.guard(() => server.noteKeys())));
  own(
    server.onDidReceive((item) => {
      announce(item);
      const { defaultPort } = readSettings();
      if (item.key !== undefined)
        keyring.noteSighting(item.key, senderHost(item), defaultPort).catch(logError(log));
    }),
  );
  return {
    server,
    commands: receivingCommands(server, items, reporter),
    /** The store for items that do not come through the server. */
    shared: { openStore: openOwn, onReceived: announce },
  };
}

/** Keeps the visible state of the server up to date: the context key, and the warning that others can reach it. */
function watchServer(server: Server, { peers, status }: WindowItems): vscode.Disposable {
  const tell = ({ kind }: Server['state']): void =>
    void vscode.commands.executeCommand('setContext', CONTEXT_KEYS.serverState, kind);
  // The window may still have the state of an extension host that was killed.
  tell(server.state);
  return vscode.Disposable.from(
    onDidChangeExposure(server, peers, () => {
      status.warn(isExposed(server.state, peers.receivesElsewhere) ? openWarning() : undefined);
    }),
    server.onDidChangeState(tell),
  );
}

/** Tells the server when keys are added or removed, or others are accepted. */
export function watchKeys(keyring: Keyring, onChange: () => void): vscode.Disposable {
  return vscode.Disposable.from(
    keyring.onDidChange(onChange),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(`${EXTENSION}.receive.keys`)) onChange();
    }),
  );
}

function receivingCommands(server: Server, { peers, admission }: WindowItems, reporter: Reporter) {
  const answers = new SenderAnswers(admission.control);
  return {
    startServer: async () => {
      await server.start();
      return server.state;
    },
    stopServer: () => server.stop(),
    takeOverServer: () => server.takeOver(),
    serverActions: () =>
      showServerActions(server, peers.receivesElsewhere, admission.control.questions.length),
    acceptSender: (target?: QuestionTarget) => answers.accept(target),
    declineSender: (target?: QuestionTarget) => answers.decline(target),
    answerSender: (target?: QuestionTarget) => answers.ask(target),
    manageSenders: () => manageSenders(admission.senders, admission.control),
    chooseNetwork: () => chooseNetwork({ server, peers, reporter }),
  } satisfies Partial<Handlers>;
}

/** Longest text of one value that is printed, in UTF-16 units; long ones are shortened further for the screen. */
const MAXIMUM_WRITTEN = 1024 * 1024;

/**
 * The store for arriving items of this window's server: the inbox, and, as the settings say, a folder and the output
 * channel.
 */
class ReceivingStore implements vscode.Disposable {
  private channel: vscode.OutputChannel | undefined;
  private readonly folder = new FolderOutput();

  constructor(
    private readonly items: ReceivedItems,
    private readonly saved: SavedPaths,
    private readonly admissionControl: AdmissionControl,
  ) {}

  /** For items that anybody may send: the person may have to accept their sender. */
  async open(): Promise<ItemStore> {
    return withHooks(await this.openForOwn(), { admit: (...item) => this.admissionControl.admit(...item) });
  }

  /** For items of an inbox that the person's settings name, with its key, so that no question is needed. */
  async openForOwn(): Promise<ItemStore> {
    const inbox = await this.items.inbox();
    return withOutput(inbox, {
      write: (item, existed) => this.output(item, existed),
      remove: ({ id }) => inbox.delete(id),
    });
  }

  dispose(): void {
    this.channel?.dispose();
  }

  private async output(item: ReceivedItem, existed: boolean): Promise<Pick<AnnouncedItem, 'savedAs'>> {
    const { saveToFolder, fileName, toolFolders, print } = readSettings().receive;
    const inbox = await this.items.inbox();
    let savedAs: Pick<AnnouncedItem, 'savedAs'> = {};
    if (saveToFolder !== undefined) {
      const place = { ...saveToFolder, fileName, keepsPlaces: true, allowsToolFolders: toolFolders };
      const saving = this.folder.save(place, item, { existed, content: inbox.read(item.id) });
      const { file, told } = await saving;
      this.saved.set(item.id, file);
      savedAs = told;
    }
    if (print && !existed) await this.print(item);
    return savedAs;
  }

  private async print(item: ReceivedItem): Promise<void> {
    this.channel ??= vscode.window.createOutputChannel(vscode.l10n.t('Picklepost: Received'));
    const inbox = await this.items.inbox();
    const text = await textForScreen(item, inbox.read(item.id), () =>
      this.items.values.use(item.id, (value) => value.ask('text', [], 'python', MAXIMUM_WRITTEN)),
    );
    const heading = [item.name, describeKind(item), senderHost(item), formatTime(item.receivedAt)].join(
      ' · ',
    );
    this.channel.appendLine(`── ${heading}\n${text}\n`);
  }
}

/** Announces the receive server on the networks in which others can reach it, while it listens, if the person wants that. */
class ServerAnnouncement implements Disposable {
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
