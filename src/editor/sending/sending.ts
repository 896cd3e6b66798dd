import * as vscode from 'vscode';
import type { OutgoingItem } from '../../core/item/item';
import { formatAddress, type Address } from '../../core/wire/address';
import { DEFAULT_DIALECT } from '../../core/wire/dialects';
import type { KeyCommands } from '../keys/keyCommands';
import { CONTEXT_KEYS } from '../shell/names';
import { logError, type Services } from '../services';
import { EncryptionPicker } from './encryptionPicker';
import { FetchedWatch } from './fetchedWatch';
import { chooseFiles } from './fileDialog';
import { isUnfinished, Outbox, type QueueEntry } from './outbox';
import { Sender } from './sender';
import { outboxCommands, sendingCommands } from './sendingCommands';
import { SentTree } from './sentTree';
import { ContentSource } from './contentSource';
import { KnownTargets, type TargetProvider } from './knownTargets';
import { TargetPicker } from './targetPicker';
import { Emitter, type Disposable } from '../../core/scheduling/event';
import type { KeyEntry, Keyring } from '../keys/keyring';
import type { Target } from './target';

/** The source of content that is not a file or a document of VS Code: a received item that is forwarded, by its URI. */
export type Forwarding = (uri: vscode.Uri) => Promise<OutgoingItem | undefined>;

export type Sending = Awaited<ReturnType<typeof createSending>>;

/** Everything that sends. */
export async function createSending(
  { context, worker, reporter, keyring, own, log }: Services,
  keys: KeyCommands,
  view: vscode.TreeView<QueueEntry>,
  forwarded: Forwarding,
) {
  const state = context.workspaceState;
  const outbox = own(new Outbox(state));
  const targets = new KnownTargets(context.globalState);
  const paired = own(new PairedServers(keyring, logError(log)));
  targets.add(paired);
  await paired.load().catch(logError(log));
  const prompts = {
    targets: new TargetPicker(targets),
    encryption: new EncryptionPicker(keyring, keys, state),
  };
  const content = new ContentSource(worker, forwarded);
  const sender = new Sender({ keyring, prompts, content, reporter, state, outbox });
  const noteEnded = (): void => {
    const hasEnded = !outbox.entries.every(isUnfinished);
    void vscode.commands.executeCommand('setContext', CONTEXT_KEYS.hasEnded, hasEnded);
  };
  noteEnded();
  own(outbox.onDidChange(noteEnded));
  own(new FetchedWatch(outbox, keyring, view));
  void reporter.guard(() => sender.resume());
  return {
    sender,
    outbox,
    targets,
    picker: prompts.targets,
    tree: new SentTree(outbox),
    /** Asks for files, and sends them to an address. @throws CancelledError */
    sendFilesTo: async (address: Address) => {
      const files = await chooseFiles(vscode.l10n.t('Send to {0}', formatAddress(address)));
      await sender.sendFiles(files, [{ ...address, dialect: DEFAULT_DIALECT }]);
    },
    commands: {
      ...sendingCommands({ sender, reporter }),
      ...outboxCommands({ sender, outbox, reporter, view }),
    },
  };
}

/** The peers that this person has paired with, each at its last known address. */
export class PairedServers implements TargetProvider, Disposable {
  readonly source = 'paired';
  targets: readonly Target[] = [];
  private readonly changed = new Emitter<undefined>();
  readonly onDidChange = this.changed.event;
  private readonly subscription: Disposable;

  constructor(
    private readonly keyring: Keyring,
    onError: (error: unknown) => void,
  ) {
    this.subscription = keyring.onDidChange(() => void this.load().catch(onError));
  }

  /** Reads the keys, which may take the secret storage a while. */
  async load(): Promise<void> {
    this.targets = (await this.keyring.entries()).flatMap(pairedTarget);
    this.changed.fire(undefined);
  }

  dispose(): void {
    this.subscription.dispose();
  }
}

/** None for a key that does not belong to one peer, or whose peer has no known address. */
function pairedTarget({ name, kind, addresses: [address] }: KeyEntry): Target[] {
  if (kind !== 'paired' || !address) return [];
  return [{ name, ...address, dialect: DEFAULT_DIALECT, key: name, isPaired: true }];
}
