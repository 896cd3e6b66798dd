import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { PicklepostError } from '../../core/errors';
import type { Keyring } from '../keys/keyring';
import { type Target, targetTitle } from '../sending/target';
import type { FernetKey } from '../../core/crypto/keys';
import type { TestOutcome } from '../../net/connectionTest';
import { parseInboxAddress } from '../../nats/inboxAddress';
import { senderName } from '../sending/sharedSending';

/** Longer files hold no credentials. */
const MAXIMUM_FILE = 64 * 1024;

/**
 * Asks for the credentials for the server of a shared inbox, and keeps them in the secret storage.
 * @returns whether anything was changed
 */
export async function askForCredentials(keyring: Keyring, target: Target): Promise<boolean> {
  const { url } = target;
  if (url === undefined)
    throw new PicklepostError('unsupported', vscode.l10n.t('Only shared inboxes on NATS have credentials.'));
  const ways = [
    { label: vscode.l10n.t('Credentials file or NKey...'), read: readCredentialsFile },
    { label: vscode.l10n.t('User and password, or token...'), read: typeCredentials },
    { label: vscode.l10n.t('None'), read: () => Promise.resolve('') },
  ];
  const title = vscode.l10n.t('Credentials for {0}', targetTitle(target));
  const way = await vscode.window.showQuickPick(ways, { title });
  const text = await way?.read();
  if (text === undefined) return false;
  if (text !== '') {
    const { parseCredentials } = await import('../../nats/credentials');
    parseCredentials(text);
  }
  await keyring.setCredentials(url, text === '' ? undefined : text);
  return true;
}

async function readCredentialsFile(): Promise<string | undefined> {
  const [file] = (await vscode.window.showOpenDialog({ canSelectMany: false })) ?? [];
  if (!file) return undefined;
  const bytes = await readFile(file.fsPath);
  return bytes.subarray(0, MAXIMUM_FILE).toString('utf8');
}

async function typeCredentials(): Promise<string | undefined> {
  return vscode.window.showInputBox({
    password: true,
    ignoreFocusOut: true,
    prompt: vscode.l10n.t('user:password, or a token. It is kept in the secret storage.'),
  });
}

/** Tests whether a shared inbox exists, and is for this key. @throws PicklepostError if that cannot be found out */
export async function testInbox(
  url: string,
  key: FernetKey | undefined,
  credentials: string | undefined,
): Promise<TestOutcome> {
  const { checkFingerprint, SharedInbox } = await import('../../nats/sharedInbox');
  const address = parseInboxAddress(url);
  const started = performance.now();
  const access = { address, name: senderName(), ...(credentials !== undefined && { credentials }) };
  const inbox = await SharedInbox.open(access);
  try {
    const state = await inbox.state();
    const roundTrip = performance.now() - started;
    if (key) checkFingerprint(state, key, address.inbox);
    return { kind: key && state.fingerprint !== undefined ? 'fine' : 'listens', roundTrip };
  } catch (error) {
    // A user that can only hand in may not ask.
    if (error instanceof PicklepostError && error.code === 'refused')
      return { kind: 'listens', roundTrip: performance.now() - started };
    throw error;
  } finally {
    await inbox.close();
  }
}
