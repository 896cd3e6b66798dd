import * as vscode from 'vscode';
import { findDialect } from '../../core/wire/dialects';
import type { Format, OutgoingItem } from '../../core/item/item';
import { bytesItem } from '../../core/wire/outgoing';
import type { ValueWorker } from '../../worker/valueWorker';
import type { Settings } from '../shell/settings';
import { selectedText } from './activeSource';
import { baseName } from '../shell/formatting';
import { collectFiles, dictionaryItem, openDocument, type Collected } from './outgoing';
import type { RequestedSelection, SendRequest } from './outbox';
import { localizedMessage } from '../shell/localize';
import { type Words } from '../../core/text';

/** Turns the sources of a request into items, with their current content. */
export class ContentSource {
  /** @param forwarded a received item that is forwarded, by its URI; undefined for any other URI */
  constructor(
    private readonly worker: ValueWorker,
    private readonly forwarded: (uri: vscode.Uri) => Promise<OutgoingItem | undefined>,
  ) {}

  /** @param confirmsMany whether to ask before very many files are sent. @throws DocumentError, CancelledError */
  async collect(request: SendRequest, settings: Settings, confirmsMany: boolean): Promise<Collected> {
    const collected = await this.find(request, settings, confirmsMany);
    const { message, target } = request;
    if (message === undefined || !findDialect(target.dialect).carriesMessages) return collected;
    const attachments = collected.attachments.map((one) => ({ ...one, item: { ...one.item, message } }));
    return { ...collected, attachments };
  }

  private async find(request: SendRequest, settings: Settings, confirmsMany: boolean): Promise<Collected> {
    const uris = request.uris.map((uri) => vscode.Uri.parse(uri, true));
    const [first] = uris;
    if (request.format === undefined && first && request.selection)
      return {
        attachments: [{ uri: first.toString(), item: textItem(first, request.selection) }],
        leftOut: [],
      };
    if (request.format === undefined || !first)
      return collectFiles(uris, {
        settings,
        dialect: request.target.dialect,
        confirmsMany,
        special: this.forwarded,
      });
    const { item, notices } = await this.dictionary(first, request.format, request.selection);
    return { attachments: [{ uri: first.toString(), item }], leftOut: [], notices };
  }

  private async dictionary(
    uri: vscode.Uri,
    format: Format,
    selection: RequestedSelection | undefined,
  ): Promise<{ item: OutgoingItem; notices: readonly Words[] }> {
    const text = selection ? selectedText(selection) : (await openDocument(uri)).getText();
    try {
      return await dictionaryItem(this.worker, text, baseName(uri), format);
    } catch (error) {
      throw new DocumentError(error, uri, selection?.start ?? 0);
    }
  }
}

function textItem(uri: vscode.Uri, selection: RequestedSelection): OutgoingItem {
  return bytesItem({ kind: 'text', name: baseName(uri), bytes: Buffer.from(selectedText(selection)) });
}

/** An error in the JSON of a document, with its position. */
export class DocumentError extends Error {
  constructor(
    override readonly cause: unknown,
    readonly document: vscode.Uri,
    /** Offset of the parsed text in the document. */
    readonly start: number,
  ) {
    super(localizedMessage(cause));
  }
}
