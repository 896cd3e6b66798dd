import * as vscode from 'vscode';
import { CONTENT_START, contentTypeOf, imageName, type ContentType } from '../../core/contentType';
import { CancelledError, PicklepostError } from '../../core/errors';
import type { TextForm } from '../../core/values/inspection';
import type { ReceivedItem } from '../../core/item/item';
import { HEX_PART } from './documentAddress';
import { addressUri, type ReceivedFiles, type View } from './documents';
import { isPickleFile } from './fileFormat';
import { PICKLE_EDITOR } from '../shell/names';
import type { ReceivedItems } from '../received/receivedItems';
import type { Reporter } from '../shell/report';
import type { Saver } from '../received/saver';
import { subjectName, type ItemSubject } from '../received/subject';
import { formatSize } from '../shell/wording';
import type { Unread } from '../received/unread';

export interface OpenerParts {
  readonly items: ReceivedItems;
  readonly files: ReceivedFiles;
  readonly saver: Saver;
  readonly unread: Unread;
  readonly reporter: Reporter;
}

/** The beginning of the bytes of an item or value, and how many there are. */
interface Start {
  readonly bytes: Uint8Array;
  readonly total: number;
}

/** Opens items, and values in them, as read-only documents: in the form that suits what they are, or in the one that is asked for. */
export class Opener {
  constructor(private readonly parts: OpenerParts) {}

  /** Text and images as they are, other bytes as hex, a dictionary in the form it came in, a pickle as a Python literal. */
  async open(subject: ItemSubject): Promise<void> {
    const { item, info } = subject;
    if (info !== undefined) return this.openValue(subject);
    if (item.kind !== 'dictionary') return this.openContent(subject);
    const problem = await this.parts.items.problem(item.id);
    if (problem !== undefined) return this.openUndecodable(item, problem);
    return this.openAs(subject, item.format === 'json' || item.format === 'xml' ? item.format : 'python');
  }

  /** Opens a value in a form; where that cannot hold it, the reason is shown with a form that can. */
  async openAs(subject: ItemSubject, form: TextForm): Promise<void> {
    try {
      await this.openDocument(subject, form);
    } catch (error) {
      if (!(error instanceof PicklepostError) || error.code !== 'unencodable' || form === 'python')
        throw error;
      const asPython = {
        title: vscode.l10n.t('Open as Python literal'),
        run: () => this.parts.reporter.guard(() => this.openAs(subject, 'python')),
      };
      void this.parts.reporter.error(error, asPython);
    }
  }

  /** Opens bytes as a table; asks for the part where there are several. @throws CancelledError */
  async openHex(subject: ItemSubject): Promise<void> {
    const { total } = await this.start(subject);
    await this.openDocument(subject, 'hex', await pickPart(total));
  }

  /** What the bytes of an item are, or of a value that is bytes or text; undefined for other values. */
  async contentType(subject: ItemSubject): Promise<ContentType | undefined> {
    if (subject.info !== undefined && !isBytes(subject.info.type) && subject.info.type !== 'str')
      return undefined;
    const { bytes, total } = await this.start(subject);
    return contentTypeOf(bytes, total <= bytes.length);
  }

  private async openValue(subject: ItemSubject): Promise<void> {
    const type = subject.info?.type;
    if (type === 'str') return this.openDocument(subject, 'content');
    if (type !== undefined && isBytes(type)) return this.openContent(subject);
    return this.openAs(subject, 'python');
  }

  private async openContent(subject: ItemSubject): Promise<void> {
    const { bytes, total } = await this.start(subject);
    if (subject.info === undefined && subject.item.kind === 'file' && isPickleFile(subject.item.name, bytes))
      return this.openPickle(subject);
    const type = contentTypeOf(bytes, total <= bytes.length);
    if (type.kind === 'bytes') return this.openHex(subject);
    await this.openDocument(subject, 'content', 0, type);
  }

  /** The editor reads it from the inbox itself, so that its size does not matter to VS Code. */
  private async openPickle(subject: ItemSubject): Promise<void> {
    this.see(subject);
    await vscode.commands.executeCommand('vscode.openWith', subjectUri(subject, 'content'), PICKLE_EDITOR);
  }

  private async openDocument(subject: ItemSubject, view: View, part = 0, type?: ContentType): Promise<void> {
    this.see(subject);
    const uri = subjectUri(subject, view, part, type);
    try {
      await this.parts.files.content(uri);
    } catch (error) {
      if (!(error instanceof PicklepostError) || error.code !== 'limit-exceeded') throw error;
      await this.reportTooLarge(error, subject, view);
      return;
    }
    await vscode.commands.executeCommand('vscode.open', uri, { preview: true });
  }

  private see({ item }: ItemSubject): void {
    void this.parts.unread.markRead([item.id]);
  }

  private async reportTooLarge(error: PicklepostError, subject: ItemSubject, view: View): Promise<void> {
    const { reporter, saver } = this.parts;
    const hex = {
      title: vscode.l10n.t('Open as hex'),
      run: () => reporter.guard(() => this.openHex(subject)),
    };
    const save = {
      title: vscode.l10n.t('Save as...'),
      run: () => reporter.guard(() => saver.save(subject)),
    };
    await reporter.error(error, save, ...(view === 'content' ? [hex] : []));
  }

  private async openUndecodable(item: ReceivedItem, problem: string): Promise<void> {
    void this.parts.reporter.warning(vscode.l10n.t('{0} It is shown as it came.', problem), {
      title: vscode.l10n.t('Save as...'),
      run: () => this.parts.reporter.guard(() => this.parts.saver.save({ item })),
    });
    await this.openContent({ item });
  }

  private async start({ item, info }: ItemSubject): Promise<Start> {
    const { items } = this.parts;
    if (info === undefined)
      return { bytes: await (await items.inbox()).readRange(item.id, 0, CONTENT_START), total: item.size };
    const start = await items.values.use(item.id, (value) => value.bytes(info.path, 0, CONTENT_START));
    if (start) return start;
    throw new PicklepostError('unsupported', vscode.l10n.t('Only bytes and text can be shown like this.'));
  }
}

/** The document of an item or value in a view. @param type adds the extension by which an editor for images is found */
export function subjectUri(subject: ItemSubject, view: View, part = 0, type?: ContentType): vscode.Uri {
  const { item, info } = subject;
  const plain = subjectName(subject);
  const name = type?.kind === 'image' ? imageName(plain, type.extension) : plain;
  return addressUri({ source: { item: item.id }, view, part, ...(info && { path: info.path }) }, name);
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
