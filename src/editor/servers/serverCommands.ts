import * as vscode from 'vscode';
import { outcomeWords, type TestOutcome } from '../../net/connectionTest';
import type { KeyCommands } from '../keys/keyCommands';
import type { Handlers } from '../services';
import { chooseFiles } from '../sending/fileDialog';
import { removeServers, renameServer, saveServer, useAsDefault } from '../sending/savedServers';
import type { Sending } from '../sending/sending';
import { type Target, targetAddress, targetTitle } from '../sending/target';
import { askForTarget } from '../sending/targetPicker';
import { copyText } from '../shell/clipboard';
import { localize } from '../shell/localize';
import type { Reporter } from '../shell/reporter';
import { readSettings } from '../shell/settings';
import type { ServerNode, ServerRow } from './serverNodes';
import type { ServerStates } from './serverStates';
import { chosenRows } from '../shell/chosenRows';
import { CancelledError } from '../../core/errors';
import type { KnownTargets } from '../sending/knownTargets';

type Nodes = [node?: ServerNode, nodes?: readonly (ServerNode | undefined)[]];

export interface ServerParts {
  readonly sending: Pick<Sending, 'sender' | 'targets' | 'picker'>;
  readonly states: ServerStates;
  readonly keys: Pick<KeyCommands, 'rename' | 'delete'>;
  readonly reporter: Reporter;
  readonly view: Pick<vscode.TreeView<ServerNode>, 'selection'>;
  /** Asks for the credentials of a shared inbox. */
  readonly setCredentials: (target: Target) => Promise<void>;
}

/** Commands for the rows of the view "Servers". */
export class ServerCommands {
  constructor(private readonly parts: ServerParts) {}

  readonly handlers = {
    sendFileToServer: async (...nodes: Nodes) => {
      const targets = this.targets(...nodes);
      const names = targets.map(targetTitle).join(', ');
      const files = await chooseFiles(vscode.l10n.t('Send to {0}', names));
      await this.parts.sending.sender.sendFiles(files, targets);
    },
    sendEditorToServer: (...nodes: Nodes) => this.parts.sending.sender.sendFiles([], this.targets(...nodes)),
    sendDictionaryToServer: (...nodes: Nodes) =>
      this.parts.sending.sender.sendDictionary(undefined, this.targets(...nodes)),
    testServer: (...nodes: Nodes) => this.test(...nodes),
    addServer: () => this.add(),
    saveServer: async (node?: ServerNode) => {
      for (const { target } of this.rows(node).slice(0, 1)) await this.save(target);
    },
    renameServer: (node?: ServerNode) => this.rename(node),
    forgetServer: (...nodes: Nodes) => this.forget(...nodes),
    copyServerAddress: async (...nodes: Nodes) => {
      const addresses = this.targets(...nodes).map(targetAddress);
      if (addresses.length > 0) await copyText(addresses.join('\n'), addresses.join(', '));
    },
    setInboxCredentials: async (node?: ServerNode) => {
      const [target] = this.targets(...(node ? [node] : []));
      if (target) await this.parts.setCredentials(target);
    },
    useServerAsDefault: (node?: ServerNode) => this.useAsDefault(node),
    stopUsingAsDefault: () => useAsDefault(undefined),
  } satisfies Partial<Handlers>;

  private rows(...nodes: Nodes): ServerRow[] {
    return chosenRows(this.parts.view, ...nodes).filter((one) => one.kind === 'server');
  }

  private targets(...nodes: Nodes): Target[] {
    return this.rows(...nodes).map(({ target }) => target);
  }

  /**
   * The servers of the rows, or one that the person chooses if there are none; then the outcome of a test is shown as a
   * message.
   */
  private async test(...nodes: Nodes): Promise<readonly TestOutcome[]> {
    const targets = nodes.some((one) => one !== undefined) ? this.targets(...nodes) : [];
    if (targets.length > 0) return this.parts.states.testAll(targets);
    const title = vscode.l10n.t('Test the connection to which server?');
    const target = await this.parts.sending.picker.ask(readSettings(), title);
    const outcomes = await this.parts.states.testAll([target]);
    for (const outcome of outcomes) await this.tell(target, outcome);
    return outcomes;
  }

  private async tell(target: Target, outcome: TestOutcome): Promise<void> {
    const { reporter } = this.parts;
    const found = `${targetTitle(target)}: ${localize(outcomeWords(outcome))}.`;
    if ('advice' in outcome) await reporter.warning(`${found} ${localize(outcome.advice)}`);
    else await reporter.information(found);
  }

  private async add(): Promise<void> {
    await this.save(await askForTarget(vscode.l10n.t('Add which server?'), readSettings()));
  }

  /** Saves it under a name that the person enters. @returns the name */
  private async save(target: Target): Promise<string> {
    const known = this.parts.sending.targets;
    const name = await askForServerName(known, target.name ?? target.label);
    await saveServer(name, target);
    await known.forget(target);
    return name;
  }

  private async rename(node?: ServerNode): Promise<void> {
    const [row] = this.rows(node);
    const name = row?.target.name;
    if (!row) return;
    if (row.source === 'paired' && name !== undefined) await this.parts.keys.rename(name);
    else if (row.source === 'saved' && name !== undefined)
      await renameServer(name, await askForServerName(this.parts.sending.targets, name));
    else await this.save(row.target);
  }

  /** A saved server is removed from the settings, and a paired peer with its key, after asking. */
  private async forget(...nodes: Nodes): Promise<void> {
    const rows = this.rows(...nodes);
    const namesOf = (source: ServerRow['source']): string[] =>
      rows.flatMap((row) => (row.source === source ? (row.target.name ?? []) : []));
    for (const name of namesOf('paired')) await this.parts.keys.delete(name);
    const saved = namesOf('saved');
    if (saved.length > 0 && (await confirmRemoval(saved))) await removeServers(saved);
    for (const { source, target } of rows)
      if (source === 'recent') await this.parts.sending.targets.forget(target);
  }

  private async useAsDefault(node?: ServerNode): Promise<void> {
    const [row] = this.rows(node);
    if (!row) return;
    const isNamed = row.source === 'paired' || row.source === 'saved';
    await useAsDefault(isNamed ? row.target.name : await this.save(row.target));
  }
}

async function confirmRemoval(names: readonly string[]): Promise<boolean> {
  const [first] = names;
  const question =
    names.length === 1 && first !== undefined
      ? vscode.l10n.t('Remove the server "{0}" from the settings?', first)
      : vscode.l10n.t('Remove {0} servers from the settings?', names.length);
  const remove = vscode.l10n.t('Remove');
  return (await vscode.window.showWarningMessage(question, { modal: true }, remove)) === remove;
}

/** Characters. */
const LONGEST_NAME = 100;

/** Asks for a name that no other server has. @param suggestion its current name, or another one. @throws CancelledError */
async function askForServerName(known: KnownTargets, suggestion = ''): Promise<string> {
  const taken = new Set(known.list().flatMap(({ target }) => target.name ?? []));
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t('Name of the server'),
    value: suggestion,
    validateInput: (value) => problemOfName(value.trim(), suggestion, taken),
  });
  if (typed === undefined) throw new CancelledError();
  return typed.trim();
}

function problemOfName(name: string, suggestion: string, taken: ReadonlySet<string>): string | undefined {
  if (name === '') return vscode.l10n.t('A server needs a name.');
  if (name.length > LONGEST_NAME)
    return vscode.l10n.t('A name can have {0} characters at most.', LONGEST_NAME);
  if (name !== suggestion && taken.has(name)) return vscode.l10n.t('Another server has this name.');
  return undefined;
}
