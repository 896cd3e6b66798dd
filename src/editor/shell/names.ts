import { ROW_COMMANDS } from '../../webview/messages';

/** Every identifier that package.json and the code share. A test compares the two. */
export const EXTENSION = 'picklepost';

/** The id of the extension, with its publisher. */
export const EXTENSION_ID = `${EXTENSION}.${EXTENSION}`;

/** Commands that may be called at any time. */
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

/**
 * Commands on rows and other things that the app shows. The app registers them, so that a window in which nothing is shown
 * need not.
 */
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

/** Tools for language models; package.json declares them, and `src/assistant` implements them. */
export const LANGUAGE_TOOLS = [
  'picklepost_list',
  'picklepost_outline',
  'picklepost_value',
  'picklepost_search',
  'picklepost_difference',
] as const;

/** The view of received items. */
export const RECEIVED_VIEW = `${EXTENSION}.received`;

/** The view of sent and queued requests. */
export const SENT_VIEW = `${EXTENSION}.sent`;

/** The type of dragged rows of the view "Received" for other views: URIs under which they are forwarded. */
export const DRAGGED_ITEMS = 'application/vnd.picklepost.items';

/** VS Code's type of dragged files: from the explorer, tabs and other views, and from the system. */
export const DROPPED_FILES = ['text/uri-list', 'files'] as const;

/** The type of a dragged row of the view "Received". */
export const DRAGGED_AS = [DRAGGED_ITEMS, DROPPED_FILES[0]] as const;

/** The types of data that can be dropped on the view "Servers". */
export const DROPPED_ON_SERVER = [DRAGGED_ITEMS, ...DROPPED_FILES] as const;

/** The view of servers to send to. */
export const SERVERS_VIEW = `${EXTENSION}.servers`;

/** The `args` of keybindings whose command is for the focused row, as in VS Code's own lists: in the view "Received". */
export const FOCUSED_ROWS = 'focusedRows';

/** The same in the view "Sent". */
export const FOCUSED_SENT = 'focusedSent';

/** The default editor of pickle files. */
export const PICKLE_EDITOR = `${EXTENSION}.pickle`;

/** The same for extensions that other languages use too, so that VS Code only offers it. */
export const PICKLE_OPTION = `${EXTENSION}.pickleOption`;

export const PICKLE_EDITORS = [PICKLE_EDITOR, PICKLE_OPTION] as const;

/** Extensions of pickles in Python, and of source files in other languages. */
export const SHARED_PICKLE_NAME = /\.p$/i;

/** The folder of the inbox, in the storage that VS Code gives the extension. */
export const INBOX_FOLDER = 'inbox';

/** The key of sent and queued requests in the state of the workspace. */
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
  /** The view "Sent" has an entry that is neither under way nor queued. */
  hasEnded: `${EXTENSION}.hasEnded`,
  /** Another window receives. */
  receivesElsewhere: `${EXTENSION}.receivesElsewhere`,
  /** Anyone on the network can send to this window, without a question and without a key. */
  isExposed: `${EXTENSION}.isExposed`,
  /** A pairing code is shown. */
  isPairing: `${EXTENSION}.isPairing`,
  /** A sender waits for an answer. */
  hasQuestions: `${EXTENSION}.hasQuestions`,
  /** Whether the first of two things to compare has been chosen. */
  hasSelectedForCompare: `${EXTENSION}.hasSelectedForCompare`,
  /** Whether there are matches of a search to step through. */
  hasFound: `${EXTENSION}.hasFound`,
} as const;
