import * as vscode from 'vscode';
import { CancelledError, messageOf, PicklepostError } from '../core/errors';
import type { FernetKey } from '../core/crypto/keys';
import { DEFAULT_LIMITS } from '../core/limits';
import type { DialectName, Format, OutgoingItem, Receipt } from '../core/wire/item';
import { sendWhenPossible } from '../net/persistentSend';
import { sendItems } from '../net/sendClient';
import type { ValueWorker } from '../worker/valueWorker';
import type { EncryptionPicker } from './encryptionPicker';
import { pickFormat } from './formatPicker';
import type { Keyring } from './keyring';
import { baseName, collectFiles, dictionaryItem, documentItem } from './outgoing';
import type { Order, Outbox, SentEntry } from './outbox';
import type { Reporter } from './report';
import { progressReporter } from './sendProgress';
import { readSettings, type Settings } from './settings';
import { targetTitle, type TargetPicker } from './target';
import { formatSize } from './wording';

const LAST_SEND = 'lastSend';

export interface SenderParts {
  readonly keyring: Keyring;
  readonly targets: TargetPicker;
  readonly encryption: EncryptionPicker;
  readonly worker: ValueWorker;
  readonly reporter: Reporter;
  readonly state: vscode.Memento;
  readonly outbox: Outbox;
  /** A received item that is sent on, by its URI; undefined for any other URI. */
  readonly forwarded: (uri: vscode.Uri) => Promise<OutgoingItem | undefined>;
}

/** Sends files and dictionaries: asks what it needs, shows progress, says where it went. */
export class Sender {
  constructor(private readonly parts: SenderParts) {}

  /** Sends what was chosen in the explorer, or else the document of the active editor. */
  async sendFiles(chosen: readonly vscode.Uri[]): Promise<void> {
    const uris = chosen.length > 0 ? chosen : [activeUri()];
    const settings = readSettings();
    const target = await this.parts.targets.pick(settings);
    const keyName = await this.parts.encryption.pick(settings, target);
    await this.send({ uris: uris.map(String), target, keyName });
  }

  /** Sends the JSON of the active editor, or of its selection, as a dictionary. */
  async sendDictionary(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (!editor)
      throw new PicklepostError(
        'unsupported',
        vscode.l10n.t('Open a JSON document first: its value is what is sent.'),
      );
    const settings = readSettings();
    const target = await this.parts.targets.pick(settings);
    const format = await pickFormat(settings, this.parts.state);
    const keyName = await this.parts.encryption.pick(settings, target);
    await this.send({ uris: [editor.document.uri.toString()], format, target, keyName });
  }

  /** Sends again what was sent last, as it stands now, to the same server in the same way. */
  async repeat(): Promise<void> {
    const last = this.parts.state.get<Order>(LAST_SEND);
    if (!last) {
      throw new PicklepostError(
        'unsupported',
        vscode.l10n.t('Nothing has been sent from this window yet. Use "Send file to server" first.'),
      );
    }
    await this.send({ ...last, target: this.parts.targets.current(last.target, readSettings()) });
  }

  /** Sends an entry of the outbox again, as it stands now. */
  async sendAgain({ id, order }: SentEntry): Promise<void> {
    const target = this.parts.targets.current(order.target, readSettings());
    await this.send({ ...order, target }, { id });
  }

  /** Goes on with what waited for its server when the window was closed. */
  async resume(): Promise<void> {
    const waiting = this.parts.outbox.entries.filter(({ state }) => state === 'waiting');
    await Promise.all(waiting.map(({ id, order }) => this.send(order, { id, isPatient: true })));
  }

  private async send(order: Order, { id, isPatient = false }: SendAttempt = {}): Promise<void> {
    const settings = readSettings();
    const key = await this.key(order.keyName);
    await this.parts.state.update(LAST_SEND, order);
    const items = await this.collect(order, settings);
    const { outbox } = this.parts;
    const entry = await outbox.begin(id, order, describeItems(items));
    try {
      const transfer = { order, key, settings, entry, isPatient };
      const receipts = await this.transfer(items, transfer);
      await outbox.succeed(entry.id, receipts);
      void this.reportSuccess(items, receipts, order);
    } catch (error) {
      if (error instanceof CancelledError) await outbox.cancelled(entry.id);
      else if (settings.send.wait && !isPatient && isAway(error)) await this.wait(entry.id, order, error);
      else {
        await outbox.fail(entry.id, messageOf(error));
        void this.reportFailure(error, entry.id, order);
      }
    }
  }

  /** The server is away: says so, and goes on in the background until it is there. */
  private async wait(id: string, order: Order, error: PicklepostError): Promise<void> {
    const { outbox, reporter } = this.parts;
    await outbox.wait(id, error.message);
    void reporter.guard(() => this.send(order, { id, isPatient: true }));
    const stop = { title: vscode.l10n.t('Stop waiting'), run: () => outbox.stop(id) };
    const server = targetTitle(order.target);
    void reporter.information(
      vscode.l10n.t(
        '{0} is away. What you sent waits in the view "Sent", and goes out when it is back.',
        server,
      ),
      stop,
    );
  }

  private async key(name: string | undefined): Promise<FernetKey | undefined> {
    if (name === undefined) return undefined;
    const key = await this.parts.keyring.get(name);
    if (key) return key;
    throw new PicklepostError(
      'invalid-key',
      vscode.l10n.t(
        'There is no encryption key named "{0}" here. Import it from its file, or generate one.',
        name,
      ),
    );
  }

  private async collect(order: Order, settings: Settings): Promise<OutgoingItem[]> {
    const uris = order.uris.map((uri) => vscode.Uri.parse(uri, true));
    const [first] = uris;
    const forwarded = await Promise.all(uris.map((uri) => this.parts.forwarded(uri)));
    if (forwarded.every((item) => item !== undefined)) return forwarded;
    if (order.format !== undefined && first) return [await this.dictionary(first, order.format)];
    const open = vscode.workspace.textDocuments.find(
      (document) => document.uri.toString() === first?.toString(),
    );
    if (uris.length === 1 && open && !open.isClosed) return [await documentItem(open, settings.bufferSize)];
    return collectFiles(uris, settings);
  }

  private async dictionary(uri: vscode.Uri, format: Format): Promise<OutgoingItem> {
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = vscode.window.visibleTextEditors.find((candidate) => candidate.document === document);
    const selection = editor && !editor.selection.isEmpty ? editor.selection : undefined;
    const start = selection ? document.offsetAt(selection.start) : 0;
    try {
      return await dictionaryItem(this.parts.worker, document.getText(selection), baseName(uri), format);
    } catch (error) {
      throw new DocumentError(error, document, start);
    }
  }

  private async transfer(items: OutgoingItem[], transfer: Transfer): Promise<Receipt[]> {
    const { order, key, settings, entry, isPatient } = transfer;
    const { target } = order;
    const title = vscode.l10n.t('Sending {0} to {1}', describeItems(items), targetTitle(target));
    const { Notification, Window } = vscode.ProgressLocation;
    const location = isPatient ? Window : Notification;
    return vscode.window.withProgress({ location, title, cancellable: !isPatient }, (progress, token) => {
      token.onCancellationRequested(() => {
        entry.abort.abort();
      });
      const send = isPatient ? sendWhenPossible : sendItems;
      return send(items, {
        host: target.host,
        port: target.port,
        dialect: target.dialect,
        ...(key && { key }),
        localPort: settings.send.localPort,
        bufferSize: settings.bufferSize,
        limits: DEFAULT_LIMITS,
        signal: entry.abort.signal,
        onProgress: progressReporter(items, progress),
        onWaiting: ({ error }) => void this.parts.outbox.wait(entry.id, error.message),
      });
    });
  }

  private async reportSuccess(
    items: readonly OutgoingItem[],
    receipts: readonly Receipt[],
    order: Order,
  ): Promise<void> {
    const facts = [order.keyName === undefined ? vscode.l10n.t('not encrypted') : vscode.l10n.t('encrypted')];
    facts.push(describeProof(receipts));
    const size = formatSize(receipts.reduce((sum, receipt) => sum + receipt.size, 0));
    const what = vscode.l10n.t(
      'Sent {0} ({1}) to {2}',
      describeItems(items),
      size,
      targetTitle(order.target),
    );
    await this.parts.reporter.information(`${what}: ${facts.join(', ')}.`);
  }

  private async reportFailure(error: unknown, id: string, order: Order): Promise<void> {
    const again = {
      title: vscode.l10n.t('Try again'),
      run: () => this.parts.reporter.guard(() => this.send(order, { id })),
    };
    const others = otherDialects(error, order.target.dialect).map((dialect) => ({
      title: vscode.l10n.t('Send as {0}', dialect),
      run: () =>
        this.parts.reporter.guard(() =>
          this.send({ ...order, target: { ...order.target, dialect } }, { id }),
        ),
    }));
    const wait = {
      title: vscode.l10n.t('Wait for it'),
      run: () => this.parts.reporter.guard(() => this.send(order, { id, isPatient: true })),
    };
    const offers = others.length > 0 ? others : isAway(error) ? [again, wait] : [again];
    await this.parts.reporter.error(error, ...offers);
  }
}

/** What is known of an order that is sent again. */
interface SendAttempt {
  readonly id?: string;
  /** Whether it waits in the background while the server is away. */
  readonly isPatient?: boolean;
}

interface Transfer {
  readonly order: Order;
  readonly key: FernetKey | undefined;
  readonly settings: Settings;
  readonly entry: { readonly id: string; readonly abort: AbortController };
  readonly isPatient: boolean;
}

/** Whether waiting may help. */
function isAway(error: unknown): error is PicklepostError {
  return error instanceof PicklepostError && error.code === 'connection-failed';
}

function describeProof(receipts: readonly Receipt[]): string {
  if (receipts.every(({ existed }) => existed))
    return vscode.l10n.t('verified by the receiver, which had it already');
  if (receipts.every(({ verified }) => verified)) return vscode.l10n.t('verified by the receiver');
  return receipts.every(({ confirmed }) => confirmed)
    ? vscode.l10n.t('confirmed by the receiver')
    : vscode.l10n.t('this receiver confirms nothing');
}

/** What else might work where a dialect cannot carry an item, or the server does not speak it. */
function otherDialects(error: unknown, dialect: DialectName): DialectName[] {
  if (!(error instanceof PicklepostError)) return [];
  if (error.code === 'other-dialect') return ['classic', 'raw'];
  return error.code === 'unsupported' && dialect === 'classic' ? ['native', 'raw'] : [];
}

/** A mistake in the JSON of a document, at its place. */
export class DocumentError extends Error {
  constructor(
    override readonly cause: unknown,
    readonly document: vscode.TextDocument,
    /** Where the text that was read starts in the document. */
    readonly start: number,
  ) {
    super(cause instanceof Error ? cause.message : String(cause));
  }
}

function activeUri(): vscode.Uri {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const fromTab =
    input instanceof vscode.TabInputText ||
    input instanceof vscode.TabInputCustom ||
    input instanceof vscode.TabInputNotebook;
  const uri = vscode.window.activeTextEditor?.document.uri ?? (fromTab ? input.uri : undefined);
  if (uri) return uri;
  throw new PicklepostError(
    'unsupported',
    vscode.l10n.t('Open the file first, or right-click it in the explorer.'),
  );
}

function describeItems(items: readonly OutgoingItem[]): string {
  const [first] = items;
  return items.length === 1 && first ? first.name : vscode.l10n.t('{0} files', items.length);
}
