import * as vscode from 'vscode';
import type { FernetKey } from '../../core/crypto/keys';
import { CancelledError, messageOf, PicklepostError } from '../../core/errors';
import type { Format, OutgoingItem } from '../../core/item/item';
import { isTemporary } from '../../net/persistentSend';
import type { ValueWorker } from '../../worker/valueWorker';
import { Dispatch, describeFailure, titleOf } from './dispatch';
import { activeUri, selectedText, selectionIn } from './activeSource';
import type { EncryptionPicker } from './encryptionPicker';
import { pickFormat } from './formatPicker';
import type { Keyring } from '../keys/keyring';
import { baseName, collectFiles, dictionaryItem, openDocument, type Collected } from './outgoing';
import {
  keptOrder,
  type Order,
  type OrderedSelection,
  type Outbox,
  type SendAttempt,
  type SentEntry,
} from './outbox';
import { PreconditionError, type Reporter } from '../shell/reporter';
import { SendReports } from './sendReports';
import { readSettings, type Settings } from '../shell/settings';
import type { TargetPicker } from './target';

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
  private readonly reports: SendReports;
  /** Also what is too long to be kept over a restart. */
  private last: Order | undefined;

  constructor(private readonly parts: SenderParts) {
    const { reporter, outbox } = parts;
    this.reports = new SendReports(reporter, outbox, (order, attempt) => this.send(order, attempt));
    this.last = parts.state.get<Order>(LAST_SEND);
  }

  /** Sends what was chosen in the explorer or as a tab, or else the document of the active editor. */
  async sendFiles(chosen: readonly vscode.Uri[]): Promise<void> {
    const uris = chosen.length > 0 ? chosen : [activeUri()];
    const settings = readSettings();
    const target = await this.parts.targets.pick(settings);
    const keyName = await this.parts.encryption.pick(settings, target);
    await this.send({ uris: uris.map(String), target, keyName });
  }

  /** Sends the JSON of a document, else of the active editor's, or of what is selected in it now, as a dictionary. */
  async sendDictionary(uri?: vscode.Uri): Promise<void> {
    const document = uri ?? vscode.window.activeTextEditor?.document.uri;
    if (!document)
      throw new PreconditionError(vscode.l10n.t('Open a JSON document first: its value is what is sent.'));
    const selection = selectionIn(document);
    const settings = readSettings();
    const target = await this.parts.targets.pick(settings);
    const format = await pickFormat(settings, this.parts.state);
    const keyName = await this.parts.encryption.pick(settings, target);
    const uris = [document.toString()];
    await this.send({ uris, format, ...(selection && { selection }), target, keyName });
  }

  /** Sends again what was sent last, as it stands now, to the same server in the same way. */
  async repeat(): Promise<void> {
    const { last } = this;
    if (!last) {
      throw new PreconditionError(
        vscode.l10n.t('Nothing has been sent from this window yet. Use "Send file to server" first.'),
      );
    }
    await this.send({ ...last, target: this.parts.targets.current(last.target, readSettings()) });
  }

  /** Sends an entry of the outbox again, as it stands now; of one that failed half-way, what has not arrived. */
  async sendAgain({ id, order }: SentEntry): Promise<void> {
    const target = this.parts.targets.current(order.target, readSettings());
    await this.send({ ...order, target }, { id });
  }

  /** Goes on with what waited for its server when the window was closed. Returns when all of it is under way. */
  async resume(): Promise<void> {
    const waiting = this.parts.outbox.entries.filter(({ state }) => state === 'waiting');
    const failures: unknown[] = [];
    await Promise.all(
      waiting.map(async ({ id, order }) => {
        try {
          const dispatch = await this.prepare(order, { id, isPatient: true, isResumed: true });
          void this.parts.reporter.guard(() => this.carryOut(dispatch, true));
        } catch (error) {
          failures.push(error);
        }
      }),
    );
    if (failures.length > 0) await this.reports.reportLost(failures);
  }

  private async send(order: Order, attempt: SendAttempt = {}): Promise<void> {
    await this.carryOut(await this.prepare(order, attempt), attempt.isPatient ?? false);
  }

  /** What can go wrong here has not reached the server; an entry that is in the outbox already says so there. */
  private async prepare(order: Order, attempt: SendAttempt): Promise<Dispatch> {
    const { outbox } = this.parts;
    const { id, isPatient = false, isResumed = false, learnsDialect = false } = attempt;
    try {
      const settings = readSettings();
      const keyName = await this.keyNameFor(order, settings, isResumed);
      const key = await this.key(keyName);
      const agreed = { ...order, keyName };
      if (!isResumed) await this.remember(agreed);
      const { parcels, leftOut } = await this.collect(agreed, settings, id === undefined);
      const left = parcels.filter(({ uri }) => !order.delivered?.some((delivery) => delivery.uri === uri));
      const entry = await outbox.begin({
        id,
        order: agreed,
        title: titleOf(parcels),
        total: parcels.length,
        state: isPatient ? 'waiting' : 'sending',
        isPatient: isPatient || settings.send.wait,
      });
      const identity = await this.parts.keyring.senderIdentity();
      const about = { order: agreed, parcels: left, leftOut, key, settings, identity, learnsDialect };
      return new Dispatch({ outbox, ...about, ...entry });
    } catch (error) {
      if (id !== undefined && !(error instanceof CancelledError)) await outbox.fail(id, messageOf(error));
      throw error;
    }
  }

  private async carryOut(dispatch: Dispatch, isPatient: boolean): Promise<void> {
    const { outbox, targets } = this.parts;
    const { id, order, settings, learnsDialect } = dispatch.parts;
    const watch = this.watchEncryption(dispatch);
    try {
      await (isPatient ? dispatch.sendPatiently() : dispatch.send());
      await outbox.succeed(id, dispatch.delivered);
      if (learnsDialect) await targets.learn(order.target);
      void this.reports.reportSuccess(dispatch);
    } catch (error) {
      if (!isPatient && settings.send.wait && isTemporary(error, order.target.dialect))
        await this.wait(dispatch, error);
      else await this.fail(dispatch, error);
    } finally {
      watch.dispose();
    }
  }

  /** The server is away: says so, and goes on in the background until it is there. */
  private async wait(dispatch: Dispatch, error: PicklepostError): Promise<void> {
    await this.parts.outbox.wait(dispatch.parts.id, error.message, dispatch.delivered);
    void this.parts.reporter.guard(() => this.carryOut(dispatch, true));
    void this.reports.reportWaiting(dispatch, error);
  }

  private async fail(dispatch: Dispatch, thrown: unknown): Promise<void> {
    const { outbox } = this.parts;
    const { id, abort } = dispatch.parts;
    const reason: unknown = abort.signal.reason;
    const error = reason instanceof PicklepostError ? reason : thrown;
    if (error instanceof CancelledError) await outbox.cancelled(id, dispatch.delivered);
    else {
      const described = describeFailure(dispatch, error);
      await outbox.fail(id, messageOf(described), dispatch.delivered);
      void this.reports.reportFailure(dispatch, error, described);
    }
  }

  /** What goes out in plain, or waits to, ends when the person decides that everything is to be encrypted. */
  private watchEncryption({ order, parts }: Dispatch): vscode.Disposable {
    return vscode.workspace.onDidChangeConfiguration(() => {
      if (order.keyName === undefined && readSettings().send.encryption === 'always')
        parts.abort.abort(mustEncrypt());
    });
  }

  /**
   * The key of an order, also of one that is older than the settings: nothing goes out in plain that must be encrypted. What was
   * ordered encrypted stays so.
   */
  private async keyNameFor(
    { keyName, target }: Order,
    settings: Settings,
    isResumed: boolean,
  ): Promise<string | undefined> {
    if (keyName !== undefined || settings.send.encryption !== 'always') return keyName;
    if (!isResumed) return this.parts.encryption.pick(settings, target);
    const only = await this.parts.encryption.onlyKey(target);
    if (only === undefined) throw mustEncrypt();
    return only;
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

  private async remember(order: Order): Promise<void> {
    const { delivered: _delivered, ...whole } = order;
    this.last = whole;
    await this.parts.state.update(LAST_SEND, keptOrder(whole));
  }

  private async collect(order: Order, settings: Settings, confirmsMany: boolean): Promise<Collected> {
    const uris = order.uris.map((uri) => vscode.Uri.parse(uri, true));
    const [first] = uris;
    if (order.format === undefined || !first)
      return collectFiles(uris, { settings, confirmsMany, special: this.parts.forwarded });
    const item = await this.dictionary(first, order.format, order.selection);
    return { parcels: [{ uri: first.toString(), item }], leftOut: 0 };
  }

  private async dictionary(
    uri: vscode.Uri,
    format: Format,
    selection: OrderedSelection | undefined,
  ): Promise<OutgoingItem> {
    const text = selection ? selectedText(selection) : (await openDocument(uri)).getText();
    try {
      return await dictionaryItem(this.parts.worker, text, baseName(uri), format);
    } catch (error) {
      throw new DocumentError(error, uri, selection?.start ?? 0);
    }
  }
}

/** A mistake in the JSON of a document, at its place. */
export class DocumentError extends Error {
  constructor(
    override readonly cause: unknown,
    readonly document: vscode.Uri,
    /** Where the text that was read starts in the document. */
    readonly start: number,
  ) {
    super(messageOf(cause));
  }
}

function mustEncrypt(): PicklepostError {
  return new PicklepostError(
    'encryption-required',
    vscode.l10n.t(
      'The setting "picklepost.send.encryption" says that everything is encrypted, and this was to go in plain. Send it again, and choose a key.',
    ),
  );
}
