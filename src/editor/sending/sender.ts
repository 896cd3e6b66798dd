import * as vscode from 'vscode';
import type { FernetKey } from '../../core/crypto/keys';
import { CancelledError, PicklepostError } from '../../core/errors';
import { isTemporary } from '../../net/persistentSend';
import type { ContentSource } from './contentSource';
import { SendJob, describeFailure, titleOf } from './sendJob';
import { activeUri, selectionIn } from './activeSource';
import { chooseFiles } from './fileDialog';
import type { FoundText } from './foundTexts';
import { mustEncrypt, type EncryptionPicker } from './encryptionPicker';
import { pickFormat } from './formatPicker';
import type { Keyring } from '../keys/keyring';
import { persistable, type SendRequest, type Outbox, type SendAttempt, type QueueEntry } from './outbox';
import { PreconditionError, type Reporter } from '../shell/reporter';
import { findMovedPeer } from './movedPeers';
import { SendReports } from './sendReports';
import { readSettings, type Settings } from '../shell/settings';
import type { Target } from './target';
import type { Addressed, TargetPicker } from './targetPicker';
import { localizedMessage } from '../shell/localize';

const LAST_SEND = 'lastSend';

export interface SenderParts {
  readonly keyring: Keyring;
  readonly prompts: { readonly targets: TargetPicker; readonly encryption: EncryptionPicker };
  readonly content: ContentSource;
  readonly reporter: Reporter;
  readonly state: vscode.Memento;
  readonly outbox: Outbox;
}

/** Sends files and dictionaries: asks for what it needs, shows progress, reports the outcome. */
export class Sender {
  private readonly reports: SendReports;
  /** Includes selections that are too long to be kept across a restart. */
  private last: SendRequest | undefined;

  constructor(private readonly parts: SenderParts) {
    const { reporter, outbox, prompts } = parts;
    const targets = prompts.targets.known;
    this.reports = new SendReports({ reporter, outbox, targets }, (request, attempt) =>
      this.send(request, attempt),
    );
    this.last = parts.state.get<SendRequest>(LAST_SEND);
  }

  /**
   * Sends the files chosen in the explorer or as tabs, otherwise the document of the active editor, otherwise files that it
   * asks for.
   * @param targets servers to send to; the person is asked for one by default
   */
  async sendFiles(chosen: readonly vscode.Uri[], targets?: readonly Target[]): Promise<void> {
    const active = chosen.length > 0 ? undefined : activeUri();
    const given = active ? [active] : chosen;
    const uris = (given.length > 0 ? given : await chooseFiles(vscode.l10n.t('Send to server'))).map(String);
    const settings = readSettings();
    const servers = await this.servers(settings, targets);
    await this.sendToEach({ uris }, servers, settings);
  }

  /**
   * Sends the JSON of a document, by default of the active editor's or its selection, as a dictionary.
   * @param targets as for {@link sendFiles}
   */
  async sendDictionary(uri?: vscode.Uri, targets?: readonly Target[]): Promise<void> {
    const document = uri ?? vscode.window.activeTextEditor?.document.uri;
    if (!document)
      throw new PreconditionError(vscode.l10n.t('Open a JSON document first: its value is what is sent.'));
    const selection = selectionIn(document);
    const settings = readSettings();
    const servers = await this.servers(settings, targets);
    const format = await pickFormat(settings, this.parts.state);
    const uris = [document.toString()];
    await this.sendToEach({ uris, format, ...(selection && { selection }) }, servers, settings);
  }

  /** Sends a text that is a part of something, such as a selection. */
  async sendText({ uri, text }: FoundText): Promise<void> {
    const settings = readSettings();
    const servers = await this.servers(settings);
    await this.sendToEach({ uris: [uri.toString()], selection: { text, start: 0 } }, servers, settings);
  }

  /** Sends the last request again, with the current content, to the same server in the same way. */
  async repeat(): Promise<void> {
    const { last } = this;
    if (!last) {
      throw new PreconditionError(
        vscode.l10n.t('Nothing has been sent from this window yet. Use "Send file to server" first.'),
      );
    }
    await this.send({
      ...last,
      target: this.parts.prompts.targets.known.current(last.target, readSettings()),
    });
  }

  /**
   * Sends an entry of the outbox again, with the current content; of one that failed half-way, only what has not arrived.
   */
  async sendAgain({ id, request }: QueueEntry): Promise<void> {
    const target = this.parts.prompts.targets.known.current(request.target, readSettings());
    await this.send({ ...request, target }, { id });
  }

  /**
   * Continues requests that were waiting for their server when the window was closed. Returns when all of them are under
   * way.
   */
  async resume(): Promise<void> {
    const waiting = this.parts.outbox.entries.filter(({ state }) => state === 'waiting');
    const failures: unknown[] = [];
    await Promise.all(
      waiting.map(async ({ id, request }) => {
        try {
          const job = await this.prepare(request, { id, retries: true, isResumed: true });
          void this.parts.reporter.guard(() => this.carryOut(job, true));
        } catch (error) {
          failures.push(error);
        }
      }),
    );
    if (failures.length > 0) await this.reports.reportLost(failures);
  }

  private async servers(settings: Settings, chosen?: readonly Target[]): Promise<readonly Addressed[]> {
    const { targets } = this.parts.prompts;
    const current = chosen?.map((target) => ({ target: targets.known.current(target, settings) }));
    return current ?? [await targets.pick(settings)];
  }

  /** Sends the same to several servers at once. A failure does not stop the others. */
  private async sendToEach(
    what: Pick<SendRequest, 'uris' | 'format' | 'selection'>,
    addressed: readonly Addressed[],
    settings: Settings,
  ): Promise<void> {
    const targets = addressed.map(({ target }) => target);
    const keyNames = await this.parts.prompts.encryption.pickForEach(settings, targets);
    const requests = addressed.map((one, index) => ({ ...what, ...one, keyName: keyNames[index] }));
    const jobs: SendJob[] = [];
    for (const request of requests) {
      const prepare = async (): Promise<void> => {
        jobs.push(await this.prepare(request, { isConfirmed: jobs.length > 0 }));
      };
      // If the first cannot be sent, or the person cancels, that applies to all.
      await (jobs.length === 0 ? prepare() : this.parts.reporter.guard(prepare));
    }
    await Promise.all(jobs.map((job) => this.parts.reporter.guard(() => this.carryOut(job, false))));
  }

  private async send(request: SendRequest, attempt: SendAttempt = {}): Promise<void> {
    await this.carryOut(await this.prepare(request, attempt), attempt.retries ?? false);
  }

  /** Errors here occur before the server is reached; an entry that is already in the outbox shows them there. */
  private async prepare(request: SendRequest, attempt: SendAttempt): Promise<SendJob> {
    const { outbox } = this.parts;
    const { id, retries = false, isResumed = false, isConfirmed = id !== undefined } = attempt;
    try {
      const settings = readSettings();
      const keyName = await this.parts.prompts.encryption.pickFor(request, settings, isResumed);
      const key = await this.key(keyName);
      const agreed = { ...request, keyName };
      if (!isResumed) await this.remember(agreed);
      const collected = await this.parts.content.collect(agreed, settings, !isConfirmed);
      const { attachments } = collected;
      const left = attachments.filter(
        ({ uri }) => !request.delivered?.some((receipt) => receipt.uri === uri),
      );
      const entry = await outbox.begin({
        id,
        request: agreed,
        title: titleOf(attachments),
        total: attachments.length,
        state: retries ? 'waiting' : 'sending',
        retries: retries || settings.send.wait,
      });
      const identity = await this.parts.keyring.senderIdentity();
      const { url } = agreed.target;
      const credentials = url === undefined ? undefined : await this.parts.keyring.credentials(url);
      const [content, secrets] = [
        { ...collected, attachments: left },
        { key, identity, ...(credentials !== undefined && { credentials }) },
      ];
      const { keyring, prompts } = this.parts;
      const findElsewhere = () => findMovedPeer(agreed.target, keyring, prompts.targets.known);
      return new SendJob({
        outbox,
        entry,
        request: agreed,
        content,
        means: { secrets, settings, findElsewhere },
      });
    } catch (error) {
      if (id !== undefined && !(error instanceof CancelledError))
        await outbox.fail(id, localizedMessage(error));
      throw error;
    }
  }

  private async carryOut(job: SendJob, retries: boolean): Promise<void> {
    const { outbox, prompts } = this.parts;
    const { request, entry, means } = job.parts;
    const watch = this.watchEncryption(job);
    try {
      await (retries ? job.sendWithRetries() : job.send());
      await outbox.succeed(entry.id, job.delivered);
      void this.reports.reportSuccess(job);
    } catch (error) {
      if (!retries && means.settings.send.wait && isTemporary(error, request.target.dialect))
        await this.wait(job, error);
      else await this.fail(job, error);
    } finally {
      watch.dispose();
      if (job.sent.length > 0) await prompts.targets.known.noteSent(request.target);
    }
  }

  /** The server cannot be reached: says so, and continues in the background until it can. */
  private async wait(job: SendJob, error: PicklepostError): Promise<void> {
    await this.parts.outbox.wait(job.parts.entry.id, localizedMessage(error), job.delivered);
    void this.parts.reporter.guard(() => this.carryOut(job, true));
    void this.reports.reportWaiting(job, error);
  }

  private async fail(job: SendJob, thrown: unknown): Promise<void> {
    const { outbox } = this.parts;
    const { id, abort } = job.parts.entry;
    const reason: unknown = abort.signal.reason;
    const error = reason instanceof PicklepostError ? reason : thrown;
    if (error instanceof CancelledError) await outbox.cancelled(id, job.delivered);
    else {
      const described = describeFailure(job, error);
      await outbox.fail(id, localizedMessage(described), job.delivered);
      void this.reports.reportFailure(job, error, described);
    }
  }

  /** Unencrypted sending and waiting ends when the person requires encryption. */
  private watchEncryption({ request, parts }: SendJob): vscode.Disposable {
    return vscode.workspace.onDidChangeConfiguration(() => {
      if (request.keyName === undefined && readSettings().send.encryption === 'always')
        parts.entry.abort.abort(mustEncrypt());
    });
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

  private async remember(request: SendRequest): Promise<void> {
    const { delivered: _delivered, ...whole } = request;
    this.last = whole;
    await this.parts.state.update(LAST_SEND, persistable(whole));
  }
}
