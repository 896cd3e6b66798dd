import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { snippetsFor, type Snippet, type SnippetDirection } from '../../core/snippets/catalogue';
import { fillSnippet, type SnippetPlace } from '../../core/snippets/fillSnippet';
import { formatAddress, isLoopback, type Address } from '../../core/wire/address';
import { DEFAULT_DIALECT, findDialect, type DialectName } from '../../core/wire/dialects';
import { everyNetwork, isEveryNetwork, networkAddresses } from '../../net/networks';
import { localize } from '../shell/localize';
import { readSettings } from '../shell/settings';

/** The server that the code is for, if a row was chosen. */
export interface SnippetTarget extends Address {
  readonly dialect: DialectName;
  /** Name of its key. */
  readonly key?: string;
}

/** A row of the view "Servers": only those of servers have a target. */
interface Row {
  readonly target?: SnippetTarget;
}

interface Pick extends vscode.QuickPickItem {
  readonly snippet: Snippet;
}

/**
 * The commands that copy code to paste.
 * @param folder of the templates
 * @param ownServer address at which the receive server of this window listens
 */
export function createSnippetCommands(folder: string, ownServer: () => Address | undefined) {
  const copy = async (direction: SnippetDirection, target: SnippetTarget): Promise<void> => {
    const snippet = await pick(direction, target);
    if (!snippet) return;
    const place = placeOf(target);
    const read = (file: string): Promise<string> => readFile(path.join(folder, file), 'utf8');
    const code = await fillSnippet(snippet, place, read);
    await vscode.env.clipboard.writeText(code);
    await offerToOpen(snippet, place, code);
  };
  return {
    copySendingCode: (row?: Row) => copy('send', row?.target ?? reachable(ownServer())),
    copyReceivingCode: (row?: Row) => copy('receive', listening(row?.target)),
  };
}

async function pick(direction: SnippetDirection, target: SnippetTarget): Promise<Snippet | undefined> {
  const picks = snippetsFor(direction, target.dialect).map((snippet): Pick => {
    const { title, detail } = snippet;
    return { label: localize(title), description: localize(detail), snippet };
  });
  const address = formatAddress(target);
  const title =
    direction === 'send'
      ? vscode.l10n.t('Copy code that sends to {0}', address)
      : vscode.l10n.t('Copy code that receives at {0}', address);
  const picked = await vscode.window.showQuickPick(picks, { title, matchOnDescription: true });
  return picked?.snippet;
}

/** Not awaited: the code is copied, whatever happens to the message. */
async function offerToOpen(snippet: Snippet, place: SnippetPlace, code: string): Promise<void> {
  const open = vscode.l10n.t('Open in editor');
  const message = [vscode.l10n.t('Copied "{0}".', localize(snippet.title)), ...advice(snippet, place)].join(
    ' ',
  );
  const chosen = await vscode.window.showInformationMessage(message, open);
  if (chosen !== open) return;
  const document = await vscode.workspace.openTextDocument({ content: code, language: snippet.language });
  await vscode.window.showTextDocument(document);
}

function advice({ direction, dialect, hasKey }: Snippet, place: SnippetPlace): string[] {
  const file = place.keyFile ?? 'lab.key';
  const key = hasKey ? [vscode.l10n.t('It reads the key from the file {0}.', file)] : [];
  if (direction === 'send' || dialect === DEFAULT_DIALECT) return key;
  const protocol = localize(findDialect(dialect).title);
  return [vscode.l10n.t('When you send to it, choose the protocol "{0}".', protocol), ...key];
}

function placeOf({ host, port, key }: SnippetTarget): SnippetPlace {
  return { host, port, ...(key !== undefined && { keyFile: `${key}.key` }) };
}

/** The address of this window's server for other programs; if it does not listen, the one at which it would. */
function reachable(address: Address | undefined): SnippetTarget {
  const { host, port } = address ?? { host: '127.0.0.1', port: readSettings().defaultPort };
  const [network] = isEveryNetwork(host) ? networkAddresses() : [];
  return { host: network?.host ?? host, port, dialect: DEFAULT_DIALECT };
}

/** The address at which the code listens to be this server; by default, one to which this window can send. */
function listening(target: SnippetTarget | undefined): SnippetTarget {
  if (!target) return { host: '127.0.0.1', port: readSettings().defaultPort + 1, dialect: DEFAULT_DIALECT };
  return isLoopback(target.host) ? target : { ...target, host: everyNetwork() };
}
