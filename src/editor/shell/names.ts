import { ROW_COMMANDS } from '../../webview/messages';

/** Every identifier that package.json and the code share. A test holds the two together. */
export const EXTENSION = 'picklepost';

/** The id of the extension, with its publisher. */
export const EXTENSION_ID = `${EXTENSION}.${EXTENSION}`;

/** What may be called at any time. */
export const COMMANDS_OF_ENTRY = [
  'startServer',
  'stopServer',
  'sendFile',
  'sendDictionary',
  'sendSelection',
  'sendTerminalSelection',
  'sendCellOutput',
  'repeatLastSend',
  'generateKey',
  'importKey',
  'exportKey',
  'keyFromPassphrase',
  'renameKey',
  'deleteKey',
  'showKeyFingerprint',
  'manageKeys',
  'showLog',
  'findInItem',
  'findNext',
  'findPrevious',
  'selectFileForCompare',
  'compareFileWithSelected',
  'compareFiles',
  'deleteAllItems',
  'filterItems',
  'clearFilter',
  'groupItems',
  'sortItems',
  'markAllRead',
  'takeOverServer',
  'chooseNetwork',
  'copySendingCode',
  'copyReceivingCode',
  'acceptSender',
  'declineSender',
  'answerSender',
  'manageSenders',
  'testServer',
  'addServer',
  'showPairingCode',
  'typePairingCode',
  'cancelPairing',
] as const;

/** What is called on rows and other things that the app shows. It registers them, so that a window in which nothing is shown need not. */
export const COMMANDS_OF_APP = [
  ...ROW_COMMANDS,
  'serverActions',
  'openItem',
  'openItemAsJson',
  'openItemAsXml',
  'openItemAsPython',
  'inspectItem',
  'openAsHex',
  'compareItems',
  'sendItem',
  'saveItem',
  'revealSavedItem',
  'deleteItem',
  'sendAgain',
  'stopSending',
  'removeSent',
  'clearSent',
  'sendFileToServer',
  'sendEditorToServer',
  'sendDictionaryToServer',
  'saveServer',
  'renameServer',
  'forgetServer',
  'copyServerAddress',
  'setInboxCredentials',
  'useServerAsDefault',
  'stopUsingAsDefault',
  'pairingActions',
] as const;

export const COMMANDS = [...COMMANDS_OF_ENTRY, ...COMMANDS_OF_APP] as const;

export type CommandName = (typeof COMMANDS)[number];

export function commandId(name: CommandName): string {
  return `${EXTENSION}.${name}`;
}

/** What language models may ask for; package.json declares them, and `src/assistant` answers. */
export const LANGUAGE_TOOLS = [
  'picklepost_list',
  'picklepost_outline',
  'picklepost_value',
  'picklepost_search',
  'picklepost_difference',
] as const;

/** The view of received items. */
export const RECEIVED_VIEW = `${EXTENSION}.received`;

/** The view of what was sent, and of what waits to be. */
export const SENT_VIEW = `${EXTENSION}.sent`;

/** What rows of the view "Received" are while they are dragged to another view: addresses of what they are sent on as. */
export const DRAGGED_ITEMS = 'application/vnd.picklepost.items';

/** What VS Code calls files that are dragged: from the explorer, tabs and other views, and from the system. */
export const DROPPED_FILES = ['text/uri-list', 'files'] as const;

/** What a row of the view "Received" is while it is dragged. */
export const DRAGGED_AS = [DRAGGED_ITEMS, DROPPED_FILES[0]] as const;

/** What the view "Servers" takes. */
export const DROPPED_ON_SERVER = [DRAGGED_ITEMS, ...DROPPED_FILES] as const;

/** The view of servers to send to. */
export const SERVERS_VIEW = `${EXTENSION}.servers`;

/** The `args` of keybindings whose command is for the row that has the focus, as in VS Code's own lists: in the view "Received". */
export const FOCUSED_ROWS = 'focusedRows';

/** The same in the view "Sent". */
export const FOCUSED_SENT = 'focusedSent';

/** The editor of pickle files that VS Code uses unless another one is chosen. */
export const PICKLE_EDITOR = `${EXTENSION}.pickle`;

/** The same for names that other languages use too, so that VS Code only offers it. */
export const PICKLE_OPTION = `${EXTENSION}.pickleOption`;

export const PICKLE_EDITORS = [PICKLE_EDITOR, PICKLE_OPTION] as const;

/** What Python calls a pickle as well, and other languages their sources. */
export const SHARED_PICKLE_NAME = /\.p$/i;

/** Where the inbox is, in the storage that VS Code gives the extension. */
export const INBOX_FOLDER = 'inbox';

/** Where the state of the workspace keeps what has been sent, and what waits to be. */
export const OUTBOX_STATE = 'sent';

/** The scheme of read-only documents that show received items, and values of files. */
export const DOCUMENT_SCHEME = EXTENSION;

/** Context keys, for `when` clauses. */
export const CONTEXT_KEYS = {
  /** The `kind` of the server's state. */
  serverState: `${EXTENSION}.serverState`,
  hasItems: `${EXTENSION}.hasItems`,
  isFiltered: `${EXTENSION}.isFiltered`,
  hasUnread: `${EXTENSION}.hasUnread`,
  /** Something in the view "Sent" is neither under way nor waits. */
  hasEnded: `${EXTENSION}.hasEnded`,
  /** Another window receives. */
  receivesElsewhere: `${EXTENSION}.receivesElsewhere`,
  /** Whoever is on the network can send to this window, without being asked and without a key. */
  isOpen: `${EXTENSION}.isOpen`,
  /** A pairing code is shown. */
  isPairing: `${EXTENSION}.isPairing`,
  /** A sender waits for an answer. */
  hasQuestions: `${EXTENSION}.hasQuestions`,
  /** Whether one of two things to compare has been chosen. */
  hasSelectedForCompare: `${EXTENSION}.hasSelectedForCompare`,
  /** Whether there are places of a search to step through. */
  hasFound: `${EXTENSION}.hasFound`,
} as const;
