import { userInfo } from 'node:os';
import * as vscode from 'vscode';
import type { FernetKey } from '../../core/crypto/keys';
import { PicklepostError } from '../../core/errors';
import type { OutgoingItem } from '../../core/item/item';
import { asInboxName, parseInboxAddress } from '../../nats/inboxAddress';
import type { Patience } from '../../nats/publisher';
import { readerName } from '../../nats/readerName';
import type { InboxSendReports } from '../../nats/sendToInbox';
import { readSettings } from '../shell/settings';

export interface SendSecrets {
  readonly key: FernetKey | undefined;
  /** As {@link SendOptions.identity}. */
  readonly identity: Buffer;
  /** For the server of a shared inbox. */
  readonly credentials?: string;
}

/** Puts items into a shared inbox. @throws PicklepostError */
export async function sendToShared(
  url: string,
  items: readonly OutgoingItem[],
  { key, identity, credentials }: SendSecrets,
  reports: InboxSendReports,
  patience: Patience,
): Promise<void> {
  if (!key)
    throw new PicklepostError(
      'encryption-required',
      vscode.l10n.t('Not sent: items in a shared inbox are always encrypted, but no key was chosen.'),
    );
  const { sendToInbox } = await import('../../nats/sendToInbox');
  const access = {
    ...{ address: parseInboxAddress(url), name: senderName() },
    ...(credentials !== undefined && { credentials, prefersUser: true }),
  };
  await sendToInbox(items, { access, key, identity }, patience, reports);
}

/** The sender name of this window's items, unless the credentials contain one. */
export function senderName(): string {
  return asInboxName(readSettings().name || userName());
}

/**
 * The reader name of this machine's inbox in a shared inbox: all windows fetch for it, each item once.
 * @param secret of this installation
 */
export function editorReader(secret: Uint8Array): string {
  return readerName(userName(), secret, 'editor');
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unnamed';
  }
}
