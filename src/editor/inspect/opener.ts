import * as vscode from 'vscode';
import { CONTENT_START, contentTypeOf, imageName, type ContentType } from '../../core/contentType';
import { CancelledError, PicklepostError } from '../../core/errors';
import { shownForm, type TextForm } from '../../core/codecs/forms';
import type { ReceivedItem } from '../../core/item/item';
import { HEX_PART } from '../items/documentUri';
import { addressUri, type ReceivedFiles, type View } from './documents';
import type { FileStart } from './fileContent';
import { opensAsData } from './fileValue';
import { PICKLE_EDITOR } from '../shell/names';
import type { ReceivedItems } from '../items/receivedItems';
import type { Reporter } from '../shell/reporter';
import type { Saver } from '../items/saver';
import { targetName, type CommandTarget } from '../items/commandTarget';
import { formatSize } from '../../core/amounts';
import { baseName } from '../shell/formatting';
import type { Unread } from '../items/unread';
import { localize } from '../shell/localize';
import type { Words } from '../../core/text';

export interface OpenerParts {
  readonly items: ReceivedItems;
  readonly files: ReceivedFiles;
  readonly saver: Saver;
  readonly unread: Unread;
  readonly reporter: Reporter;
}

/** Opens items, and values in them, as read-only documents: in the most suitable form, or in the requested one. */
export class Opener {
  constructor(private readonly parts: OpenerParts) {}

  /** Text and images as they are, other bytes as hex, a dictionary in its own format, a pickle as a Python literal. */
  async open(target: CommandTarget): Promise<void> {
    const { item, info } = target;
    if (info !== undefined) return this.openValue(target);
    if (item.kind !== 'dictionary') return this.openContent(target);
    const problem = await this.parts.items.problem(item.id);
    if (problem !== undefined) return this.openUndecodable(item, problem);
    return this.openAs(target, item.format === undefined ? 'python' : shownForm(item.format));
  }

  /** Opens a value in a form; if that form cannot hold it, shows the reason and offers one that can. */
  openAs(target: CommandTarget, form: TextForm): Promise<void> {
    return this.openForm(form, (one) => this.openDocument(target, one));
  }

  /** The same for the value of a file, or the list of its values if there are several. */
  openFileAs(file: vscode.Uri, form: TextForm): Promise<void> {
    return this.openForm(form, async (view) => {
      const address = { source: { file: file.toString() }, view, part: 0 };
      await this.openUri(addressUri(address, baseName(file)));
    });
  }

  private async openForm(form: TextForm, open: (form: TextForm) => Promise<void>): Promise<void> {
    try {
      await open(form);
    } catch (error) {
      if (!(error instanceof PicklepostError) || error.code !== 'unencodable' || form === 'python')
        throw error;
      const asPython = {
        title: vscode.l10n.t('Open as Python literal'),
        run: () => this.parts.reporter.guard(() => open('python')),
      };
      void this.parts.reporter.error(error, asPython);
    }
  }

  /** Opens bytes as a hex table; asks for the part if there are several. @throws CancelledError */
  async openHex(target: CommandTarget): Promise<void> {
    const { total } = await this.start(target);
    await this.openDocument(target, 'hex', await pickPart(total));
  }

  /** The bytes of an item, or of a value that is bytes or text; undefined for other values. */
  async contentType(target: CommandTarget): Promise<ContentType | undefined> {
    if (target.info !== undefined && !isBytes(target.info.type) && target.info.type !== 'str')
      return undefined;
    const { bytes, total } = await this.start(target);
    return contentTypeOf(bytes, total <= bytes.length);
  }

  /** Whether it is a file that the editor of pickles, arrays and tensors shows. */
  async isDataFile(target: CommandTarget): Promise<boolean> {
    return isWholeFile(target) && opensAsData(target.item.name, await this.start(target));
  }

  private async openValue(target: CommandTarget): Promise<void> {
    const type = target.info?.type;
    if (type === 'str') return this.openDocument(target, 'content');
    if (type !== undefined && isBytes(type)) return this.openContent(target);
    return this.openAs(target, 'python');
  }

  private async openContent(target: CommandTarget): Promise<void> {
    const start = await this.start(target);
    const { bytes, total } = start;
    if (isWholeFile(target) && opensAsData(target.item.name, start)) return this.openPickle(target);
    const type = contentTypeOf(bytes, total <= bytes.length);
    if (type.kind === 'bytes') return this.openHex(target);
    await this.openDocument(target, 'content', 0, type);
  }

  /** The editor reads it from the inbox itself, so that VS Code's size limits do not apply. */
  private async openPickle(target: CommandTarget): Promise<void> {
    this.see(target);
    await vscode.commands.executeCommand('vscode.openWith', subjectUri(target, 'content'), PICKLE_EDITOR);
  }

  private async openDocument(target: CommandTarget, view: View, part = 0, type?: ContentType): Promise<void> {
    this.see(target);
    try {
      await this.openUri(subjectUri(target, view, part, type));
    } catch (error) {
      if (!(error instanceof PicklepostError) || error.code !== 'limit-exceeded') throw error;
      await this.reportTooLarge(error, target, view);
    }
  }

  /** Errors are shown by name, and not by an empty editor. */
  private async openUri(uri: vscode.Uri): Promise<void> {
    await this.parts.files.content(uri);
    await vscode.commands.executeCommand('vscode.open', uri, { preview: true });
  }

  private see({ item }: CommandTarget): void {
    void this.parts.unread.markRead([item.id]);
  }

  private async reportTooLarge(error: PicklepostError, target: CommandTarget, view: View): Promise<void> {
    const { reporter, saver } = this.parts;
    const hex = {
      title: vscode.l10n.t('Open as hex'),
      run: () => reporter.guard(() => this.openHex(target)),
    };
    const save = {
      title: vscode.l10n.t('Save as...'),
      run: () => reporter.guard(() => saver.save(target)),
    };
    await reporter.error(error, save, ...(view === 'content' ? [hex] : []));
  }

  private async openUndecodable(item: ReceivedItem, problem: Words): Promise<void> {
    void this.parts.reporter.warning(vscode.l10n.t('{0} Showing the raw content.', localize(problem)), {
      title: vscode.l10n.t('Save as...'),
      run: () => this.parts.reporter.guard(() => this.parts.saver.save({ item })),
    });
    await this.openContent({ item });
  }

  private async start({ item, info }: CommandTarget): Promise<FileStart> {
    const { items } = this.parts;
    if (info === undefined)
      return { bytes: await (await items.inbox()).readRange(item.id, 0, CONTENT_START), total: item.size };
    const start = await items.values.use(item.id, (value) => value.ask('bytes', info.path, 0, CONTENT_START));
    if (start) return start;
    throw new PicklepostError('unsupported', vscode.l10n.t('Only bytes and text can be shown like this.'));
  }
}

/**
 * The document of an item or value in a view.
 * @param type adds the extension by which VS Code finds the editor for images
 */
export function subjectUri(target: CommandTarget, view: View, part = 0, type?: ContentType): vscode.Uri {
  const { item, info } = target;
  const plain = targetName(target);
  const name = type?.kind === 'image' ? imageName(plain, type.extension) : plain;
  return addressUri({ source: { item: item.id }, view, part, ...(info && { path: info.path }) }, name);
}

function isWholeFile({ item, info }: CommandTarget): boolean {
  return info === undefined && item.kind === 'file';
}

function isBytes(type: string): boolean {
  return type === 'bytes' || type === 'bytearray';
}

async function pickPart(total: number): Promise<number> {
  const count = Math.ceil(total / HEX_PART);
  if (count <= 1) return 0;
  const rows = Array.from({ length: count }, (_, part) => {
    const [from, to] = [part * HEX_PART, Math.min(total, (part + 1) * HEX_PART) - 1];
    return {
      label: vscode.l10n.t('Part {0}', part + 1),
      description: `0x${from.toString(16)} – 0x${to.toString(16)}`,
      part,
    };
  });
  const title = vscode.l10n.t('Show which part of {0}?', formatSize(total));
  const picked = await vscode.window.showQuickPick(rows, { title, matchOnDescription: true });
  if (!picked) throw new CancelledError();
  return picked.part;
}
