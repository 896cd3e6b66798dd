import * as vscode from 'vscode';
import type { AnnouncedItem, ReceivedItem } from '../../core/item/item';
import type { KeyCommands } from '../keys/keyCommands';
import { ServerAnnouncement } from './announcing';
import { Arrivals } from './arrivals';
import type { WindowItems } from '../items/windowItems';
import { ReceivingStore } from './receivingStore';
import { isOpen, onDidChangeExposure, openWarning } from './exposure';
import { chooseNetwork } from './networkChoice';
import { NetworkWatch } from './networkWatch';
import { CONTEXT_KEYS } from '../shell/names';
import { logError, type Handlers, type Services } from '../services';
import { senderHost } from '../shell/formatting';
import { readSettings } from '../shell/settings';
import { SenderAnswers, type QuestionTarget } from './senderAnswers';
import { manageSenders } from './senderManager';
import { SenderQuestions } from './senderQuestions';
import { Server } from './server';
import { showServerActions } from './serverActions';
import { ServerNotices } from './serverNotices';
import { createStatusBarItem } from './statusBar';

/** What a person may want to do with an item that has just arrived. */
export interface ArrivalActions {
  readonly open: (item: ReceivedItem) => Promise<void>;
  readonly show: (item: ReceivedItem) => Promise<void>;
}

/** The receive server of this window, and all that tells of it. */
export function createReceiving(
  { log, reporter, keyring, own }: Services,
  { items, saved, unread, peers, status, senders, doorkeeper }: WindowItems,
  keys: KeyCommands,
  { open, show }: ArrivalActions,
) {
  const store = own(new ReceivingStore(items, saved, doorkeeper));
  // Items count as unread from the first one on.
  const openStore = () => unread.count().then(() => store.open());
  const server = own(new Server(openStore, keyring, reporter, log, peers, doorkeeper));
  own(new SenderQuestions(doorkeeper, reporter));
  const arrivals = own(new Arrivals(reporter, open, show));
  own(new ServerNotices({ server, keyring, keys, reporter }));
  own(new NetworkWatch(server, (error) => void reporter.error(error)));
  own(new ServerAnnouncement(server, log));
  own(createStatusBarItem(server, peers, doorkeeper));
  own(
    onDidChangeExposure(server, peers, () => {
      status.warn(isOpen(server.state, peers.receivesElsewhere) ? openWarning() : undefined);
    }),
  );
  own(
    server.onDidReceive((item) => {
      const { receive, defaultPort } = readSettings();
      if (receive.notify) arrivals.add(item);
      if (item.key !== undefined)
        keyring.noteSighting(item.key, senderHost(item), defaultPort).catch(logError(log));
    }),
  );
  own(
    server.onDidChangeState(
      ({ kind }) => void vscode.commands.executeCommand('setContext', CONTEXT_KEYS.serverState, kind),
    ),
  );
  const answers = new SenderAnswers(doorkeeper);
  const commands = {
    startServer: async () => {
      await server.start();
      return server.state;
    },
    stopServer: () => server.stop(),
    takeOverServer: () => server.takeOver(),
    serverActions: () => showServerActions(server, peers.receivesElsewhere, doorkeeper.questions.length),
    acceptSender: (target?: QuestionTarget) => answers.accept(target),
    declineSender: (target?: QuestionTarget) => answers.decline(target),
    answerSender: (target?: QuestionTarget) => answers.ask(target),
    manageSenders: () => manageSenders(senders, doorkeeper),
    chooseNetwork: () => chooseNetwork({ server, peers, reporter }),
  } satisfies Partial<Handlers>;
  /** What items that do not come over the server are handed to. */
  const shared = {
    openStore,
    onReceived: (item: AnnouncedItem) => {
      if (readSettings().receive.notify) arrivals.add(item);
    },
  };
  return { server, shared, commands };
}
