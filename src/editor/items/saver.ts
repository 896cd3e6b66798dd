import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { formats, FORMATS, isTextFormat, TEXT_FORMATS, withoutExtension } from '../../core/codecs/formats';
import { textForms } from '../../core/codecs/forms';
import { CancelledError, PicklepostError } from '../../core/errors';
import type { ReceivedItem } from '../../core/item/item';
import { WRITTEN_TEXT } from '../../core/limits';
import { saveToFolder, writePlainFile } from '../../inbox/output/plainOutput';
import type { SaveForm } from '../../worker/operations';
import type { ReceivedItems } from './receivedItems';
import { PreconditionError, type MessageAction, type Reporter } from '../shell/reporter';
import type { SavedPaths } from './savedPaths';
import { readSettings } from '../shell/settings';
import { targetName, type CommandTarget } from './commandTarget';
import { capitalize } from '../shell/formatting';
import { writeOut } from '../shell/cancellable';
import { localize } from '../shell/localize';

export interface SaverParts {
  readonly items: ReceivedItems;
  readonly saved: SavedPaths;
  readonly reporter: Reporter;
  /** Shows that an item has been saved. */
  readonly refresh: () => void;
}

/** The content of a file: the bytes as they are, or a value in a form. */
interface Choice extends vscode.QuickPickItem {
  readonly form: SaveForm | 'bytes';
  /** Without the dot; undefined to keep the extension of the name. */
  readonly extension?: string;
}

/** Saves items, and values in them, unencrypted in a file that the person chooses, dictionaries also in another format. */
export class Saver {
  constructor(private readonly parts: SaverParts) {}

  /** Asks for the format if there are several, and for the file. */
  async save(target: CommandTarget): Promise<void> {
    const choices = choicesFor(target);
    const choice = choices.length === 1 ? choices[0] : await pickChoice(choices);
    if (!choice) throw new CancelledError();
    const file = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Save received item'),
      defaultUri: suggestedFile(target, choice),
    });
    if (!file) return;
    await this.write(file, target, choice.form);
    if (target.info === undefined && file.scheme === 'file') {
      this.parts.saved.set(target.item.id, file.fsPath);
      this.parts.refresh();
    }
    await this.parts.reporter.information(
      vscode.l10n.t('Saved {0}.', file.fsPath),
      ...(file.scheme === 'file' ? [revealAction(file)] : []),
    );
  }

  /** Saves one as {@link save} does, several items in a folder. */
  async saveAll(subjects: readonly CommandTarget[]): Promise<void> {
    const [first, ...others] = subjects;
    if (first && others.length === 0) await this.save(first);
    else if (subjects.every(({ info }) => info === undefined))
      await this.saveToFolder(subjects.map(({ item }) => item));
    else
      throw new PreconditionError(
        vscode.l10n.t('Save values one at a time: select one value, or only items.'),
      );
  }

  private async saveToFolder(items: readonly ReceivedItem[]): Promise<void> {
    const title = vscode.l10n.t('Save {0} items to a folder', items.length);
    const openLabel = vscode.l10n.t('Save here');
    const [folder] =
      (await vscode.window.showOpenDialog({
        title,
        openLabel,
        canSelectFolders: true,
        canSelectFiles: false,
      })) ?? [];
    if (!folder) return;
    if (folder.scheme !== 'file')
      throw new PicklepostError('unsupported', vscode.l10n.t('Choose a folder of this machine.'));
    const inbox = await this.parts.items.inbox();
    const allowsToolFolders = readSettings().receive.toolFolders;
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (progress, cancellation) => {
        for (const item of items) {
          if (cancellation.isCancellationRequested) throw new CancelledError();
          progress.report({ message: item.name, increment: 100 / items.length });
          const content = inbox.read(item.id);
          const place = {
            directory: folder.fsPath,
            fileName: '{name}',
            keepsPlaces: true,
            allowsToolFolders,
          };
          this.parts.saved.set(item.id, await saveToFolder(place, item, content));
        }
      },
    );
    this.parts.refresh();
    await this.parts.reporter.information(
      vscode.l10n.t('Saved {0} items to {1}.', items.length, folder.fsPath),
      revealAction(folder),
    );
  }

  private async write(file: vscode.Uri, { item, info }: CommandTarget, form: Choice['form']): Promise<void> {
    if (form === 'bytes' && info === undefined) {
      const inbox = await this.parts.items.inbox();
      if (file.scheme === 'file') await writePlainFile(file.fsPath, inbox.read(item.id), item.modified);
      else await vscode.workspace.fs.writeFile(file, await inbox.readAll(item.id, Number.MAX_SAFE_INTEGER));
      return;
    }
    const bytes = await this.parts.items.values.use(item.id, async (value) =>
      form === 'bytes'
        ? (await value.ask('bytes', info?.path ?? [], 0, Number.MAX_SAFE_INTEGER))?.bytes
        : writeOut((signal) => value.within(signal).ask('encode', info?.path ?? [], form, WRITTEN_TEXT)),
    );
    if (!bytes)
      throw new PicklepostError('unsupported', vscode.l10n.t('This value has no bytes of its own.'));
    if (file.scheme === 'file') await writePlainFile(file.fsPath, [bytes]);
    else await vscode.workspace.fs.writeFile(file, bytes);
  }
}

function revealAction(file: vscode.Uri): MessageAction {
  return { title: vscode.l10n.t('Reveal in folder'), run: () => revealFile(file) };
}

/** Shows a file: in the explorer, or if it lies outside the workspace, in the system's. */
export async function revealFile(file: vscode.Uri): Promise<void> {
  const inWorkspace = vscode.workspace.getWorkspaceFolder(file) !== undefined;
  await vscode.commands.executeCommand(inWorkspace ? 'revealInExplorer' : 'revealFileInOS', file);
}

function choicesFor({ item, info }: CommandTarget): Choice[] {
  if (info === undefined) {
    const asItCame: Choice = { form: 'bytes', label: vscode.l10n.t('Original format') };
    if (item.format === undefined) return [asItCame];
    // Writing a binary format again would give the same.
    const forms = valueForms().filter(({ form }) => form !== item.format || isTextFormat(form));
    return [{ ...asItCame, description: formats[item.format].title }, ...forms];
  }
  switch (info.type) {
    case 'str':
      return [{ form: 'bytes', label: vscode.l10n.t('Text'), extension: 'txt' }, ...valueForms()];
    case 'bytes':
    case 'bytearray':
      return [{ form: 'bytes', label: vscode.l10n.t('Bytes'), extension: 'bin' }, ...valueForms()];
    default:
      return valueForms();
  }
}

function valueForms(): Choice[] {
  return [
    ...[...TEXT_FORMATS, 'python' as const].map((form) => {
      const { label, extension } = textForms[form];
      return { form, label: localize(label), extension };
    }),
    ...FORMATS.filter((format) => !isTextFormat(format)).map((format) => {
      const { title, extensions } = formats[format];
      return { form: format, label: capitalize(title), extension: extensions[0] };
    }),
  ];
}

async function pickChoice(choices: readonly Choice[]): Promise<Choice | undefined> {
  return vscode.window.showQuickPick(choices, { title: vscode.l10n.t('Save in which format?') });
}

function suggestedFile(target: CommandTarget, { extension }: Choice): vscode.Uri {
  const name = targetName(target);
  const renamed =
    extension === undefined ? name : `${withoutExtension(name.replace(/\.(txt|bin)$/i, ''))}.${extension}`;
  const folders = vscode.workspace.workspaceFolders ?? [];
  // A virtual folder has no place on the disk.
  const folder = folders.find(({ uri }) => uri.scheme === 'file')?.uri.fsPath ?? homedir();
  return vscode.Uri.file(path.join(folder, renamed));
}
