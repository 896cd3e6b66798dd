import * as vscode from 'vscode';
import type { Receipt } from '../../core/item/item';
import type { Safety } from '../../nats/sendToInbox';

/** The place of items in a shared inbox. */
export interface SharedDelivery {
  readonly safety: Safety;
  /** Sequence of the last of them in the inbox. */
  readonly sequence: number;
  /** Readers that have fetched all of them, as far as the inbox has told. */
  readonly fetchedBy: readonly string[];
}

/** Most names in a row. */
const NAMED = 3;

/** Undefined if not all of them went into a shared inbox. */
export function sharedDelivery(receipts: readonly Receipt[]): SharedDelivery | undefined {
  const shared = receipts.filter(isShared);
  if (shared.length === 0 || shared.length < receipts.length) return undefined;
  return {
    safety: shared.every(({ safety }) => safety === 'replicas') ? 'replicas' : 'server',
    sequence: Math.max(...shared.map(({ sequence }) => sequence)),
    fetchedBy: [],
  };
}

function isShared(receipt: Receipt): receipt is Receipt & Omit<SharedDelivery, 'fetchedBy'> {
  return 'safety' in receipt && 'sequence' in receipt;
}

/** In a word or two. */
export function deliveryState({ safety, fetchedBy }: SharedDelivery): string {
  if (fetchedBy.length === 0)
    return safety === 'replicas' ? vscode.l10n.t('durable there') : vscode.l10n.t('stored');
  const names = fetchedBy.slice(0, NAMED).join(', ');
  return fetchedBy.length > NAMED
    ? vscode.l10n.t('fetched by {0} and {1} more', names, fetchedBy.length - NAMED)
    : vscode.l10n.t('fetched by {0}', names);
}

/** How safe it is, as a part of a sentence. */
export function describeSafety({ safety }: Pick<SharedDelivery, 'safety'>): string {
  return safety === 'replicas'
    ? vscode.l10n.t('durable on most of its servers')
    : vscode.l10n.t('stored by the server, and waits there for its readers');
}
