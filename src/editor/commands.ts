import type { ReceivedItem } from '../core/item/item';
import type { Features } from './features';
import type { Inspecting } from './inspect/inspecting';
import type { WindowItems } from './items/windowItems';
import type { KeyCommands } from './keys/keyCommands';
import { Finder } from './received/finder';
import { forwardUri } from './received/forwarding';
import { ItemCommands } from './received/itemCommands';
import {
  comparingCommands,
  dataCommands,
  findingCommands,
  itemCommands,
  listCommands,
  openingCommands,
} from './received/receivedCommands';
import type { ReceivedView } from './received/receivedView';
import { RowSelection } from './received/rowSelection';
import type { ServerNode, ServerRow } from './servers/serverNodes';
import type { Handlers, Services } from './services';
import type { Lazy } from './shell/lazy';

/** The commands of the view "Received". */
export function receivedCommands(
  { reporter }: Services,
  { items, saved, unread }: WindowItems,
  list: ReceivedView,
  { saver, opener, comparer, panels }: Inspecting,
) {
  const finder = new Finder({ items, list, unread, reporter });
  const ofItems = new ItemCommands({ items, list, saved, reporter });
  const rows = new RowSelection(list.view);
  return {
    arrivals: {
      open: (item: ReceivedItem) => opener.open({ item }),
      show: (item: ReceivedItem) => ofItems.inspect(item),
    },
    commands: {
      ...openingCommands(rows, opener),
      ...dataCommands(rows, items, panels),
      ...findingCommands(rows, finder),
      ...comparingCommands(rows, comparer),
      ...itemCommands(rows, ofItems, saver),
      ...listCommands(list, unread),
    },
  };
}

export function keyCommands(keys: KeyCommands) {
  return {
    generateKey: () => keys.generate(),
    importKey: () => keys.import(),
    exportKey: () => keys.export(),
    keyFromPassphrase: () => keys.fromPassphrase(),
    renameKey: () => keys.rename(),
    deleteKey: () => keys.delete(),
    showKeyFingerprint: () => keys.showFingerprint(),
    manageKeys: () => keys.manage(),
  } satisfies Partial<Handlers>;
}

/** The commands of features that are loaded when they are first used. @param rows of the view "Received" */
export function featureCommands(
  { sending, servers, snippets, pairing }: Pick<Features, 'sending' | 'servers' | 'snippets' | 'pairing'>,
  rows: RowSelection,
) {
  const sendingCommands = later(sending, [
    'sendFile',
    'sendDictionary',
    'sendSelection',
    'sendTerminalSelection',
    'sendCellOutput',
    'repeatLastSend',
    'sendAgain',
    'stopSending',
    'removeSent',
    'clearSent',
  ]);
  const snippetCommands = later(snippets, ['copySendingCode', 'copyReceivingCode']);
  return {
    ...pairing.handlers,
    ...sendingCommands,
    ...later(servers, [
      'sendFileToServer',
      'sendEditorToServer',
      'sendDictionaryToServer',
      'testServer',
      'addServer',
      'saveServer',
      'renameServer',
      'forgetServer',
      'copyServerAddress',
      'setInboxCredentials',
      'useServerAsDefault',
      'stopUsingAsDefault',
    ]),
    copySendingCode: (node?: ServerNode) => snippetCommands.copySendingCode(serverOf(node)),
    copyReceivingCode: (node?: ServerNode) => snippetCommands.copyReceivingCode(serverOf(node)),
    sendItem: async (...given: Parameters<RowSelection['items']>) => {
      const uris = rows.items(...given).map(forwardUri);
      if (uris.length > 0) await sendingCommands.sendFile(uris[0], uris);
    },
  } satisfies Partial<Handlers>;
}

type Command = (...parameters: never[]) => unknown;

/** Commands that load their implementation when they are first used. */
function later<Commands extends Record<string, Command>, Name extends keyof Commands & string>(
  feature: Lazy<{ readonly commands: Commands }>,
  names: readonly Name[],
) {
  const entries = names.map((name) => {
    const run = async (...parameters: never[]) => (await feature.get()).commands[name]?.(...parameters);
    return [name, run] as const;
  });
  return Object.fromEntries(entries) as unknown as {
    [N in Name]: (...parameters: Parameters<Commands[N]>) => Promise<unknown>;
  };
}

function serverOf(node: ServerNode | undefined): ServerRow | undefined {
  return node?.kind === 'server' ? node : undefined;
}
