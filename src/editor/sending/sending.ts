import * as vscode from 'vscode';
import type { OutgoingItem } from '../../core/item/item';
import type { KeyCommands } from '../keys/keyCommands';
import { CONTEXT_KEYS } from '../shell/names';
import type { Services } from '../services';
import { EncryptionPicker } from './encryptionPicker';
import { isOpen, Outbox, type QueueEntry } from './outbox';
import { Sender } from './sender';
import { outboxCommands, sendingCommands } from './sendingCommands';
import { SentTree } from './sentTree';
import { ContentSource } from './contentSource';
import { TargetPicker } from './target';

/** Where content comes from that is not a file or a document of VS Code: a received item that is sent on, by its URI. */
export type Forwarding = (uri: vscode.Uri) => Promise<OutgoingItem | undefined>;

export type Sending = ReturnType<typeof createSending>;

/** Everything that sends. */
export function createSending(
  { context, worker, reporter, keyring, own }: Services,
  keys: KeyCommands,
  view: vscode.TreeView<QueueEntry>,
  forwarded: Forwarding,
) {
  const state = context.workspaceState;
  const outbox = own(new Outbox(state));
  const prompts = {
    targets: new TargetPicker(context.globalState),
    encryption: new EncryptionPicker(keyring, keys, state),
  };
  const content = new ContentSource(worker, forwarded);
  const sender = new Sender({ keyring, prompts, content, reporter, state, outbox });
  const noteEnded = (): void => {
    const hasEnded = !outbox.entries.every(isOpen);
    void vscode.commands.executeCommand('setContext', CONTEXT_KEYS.hasEnded, hasEnded);
  };
  noteEnded();
  own(outbox.onDidChange(noteEnded));
  void reporter.guard(() => sender.resume());
  return {
    sender,
    tree: new SentTree(outbox),
    commands: {
      ...sendingCommands({ sender, reporter }),
      ...outboxCommands({ sender, outbox, reporter, view }),
    },
  };
}
