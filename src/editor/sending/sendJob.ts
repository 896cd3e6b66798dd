import * as vscode from 'vscode';
import { PicklepostError, type ErrorCode } from '../../core/errors';
import { DEFAULT_LIMITS } from '../../core/limits';
import type { OutgoingItem, Receipt } from '../../core/item/item';
import type { Address } from '../../core/wire/address';
import { notTaken, SilentServerError } from '../../core/wire/dialectErrors';
import { findDialect } from '../../core/wire/dialects';
import { LEFT_OUT_WORDS, type LeftOut } from '../../net/folderFiles';
import { sendWhenPossible } from '../../net/persistentSend';
import { sendItems } from '../../net/sendClient';
import type { Patience } from '../../nats/publisher';
import { withoutIcons, withoutLinks } from '../shell/foreignText';
import type { Attachment, Collected } from './outgoing';
import type { DeliveryReceipt, Outbox, RunningEntry, SendRequest } from './outbox';
import { progressReporter } from './sendProgress';
import type { Settings } from '../shell/settings';
import { sendToShared, type SendSecrets } from './sharedSending';
import { targetTitle } from './target';
import { localizedMessage, localize } from '../shell/localize';

export interface SendJobParts {
  readonly outbox: Outbox;
  readonly entry: RunningEntry;
  readonly request: SendRequest;
  /** The items to send, and the parts of folders that are left out. */
  readonly content: Collected;
  readonly means: SendMeans;
}

/** With what it is sent. */
export interface SendMeans {
  readonly secrets: SendSecrets;
  readonly settings: Settings;
  /** Looks for the server at another address, if it is no longer at the requested one. */
  readonly findElsewhere: () => Promise<Address | undefined>;
}

/** Errors of an attempt that did not reach the right server. */
const GONE: readonly ErrorCode[] = [
  'connection-failed',
  'invalid-key',
  'invalid-token',
  'other-dialect',
  'timeout',
];

/** Most failed files that are named. */
const REASONS = 3;

/** The sending of a request: what has arrived of it, and what is left. */
export class SendJob {
  private readonly receipts = new Map<OutgoingItem, Receipt>();
  private readonly declined = new Map<OutgoingItem, PicklepostError>();
  private hasBegun = false;
  /** The current address of the server. */
  private address: Address;

  constructor(readonly parts: SendJobParts) {
    const { host, port } = parts.request.target;
    this.address = { host, port };
    for (const { item, problem } of parts.content.attachments) if (problem) this.declined.set(item, problem);
  }

  get request(): SendRequest {
    return this.parts.request;
  }

  /** The title of the items that are sent now. */
  get title(): string {
    return titleOf(this.parts.content.attachments);
  }

  /** Receipts of the items that have arrived in this attempt. */
  get sent(): readonly Receipt[] {
    return [...this.receipts.values()];
  }

  /** Receipts of the items of the request that have arrived, now or in an earlier attempt. */
  get delivered(): readonly DeliveryReceipt[] {
    const now = this.parts.content.attachments.flatMap(({ uri, item }): DeliveryReceipt[] => {
      const receipt = this.receipts.get(item);
      return receipt ? [{ uri, receipt }] : [];
    });
    return [...(this.request.delivered ?? []), ...now];
  }

  /** The items that could not be read, or that the receiver refused, and why. */
  get failures(): ReadonlyMap<OutgoingItem, PicklepostError> {
    return this.declined;
  }

  get left(): readonly Attachment[] {
    return this.parts.content.attachments.filter(({ item }) => !this.receipts.has(item));
  }

  /** Sends what is left. @throws as {@link sendItems} */
  async send(): Promise<void> {
    const what = vscode.l10n.t('Sending {0} to {1}', titleOf(this.left), targetTitle(this.request.target));
    const title = withoutLinks(what);
    const location = vscode.ProgressLocation.Notification;
    await vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
      token.onCancellationRequested(() => this.parts.entry.abort.abort());
      const sending = this.sendArguments(progress);
      const { url } = this.request.target;
      if (url !== undefined) await this.sendToShared(url, sending, { waits: false });
      else
        await sendItems(...sending).catch(async (error: unknown) => {
          if (!(await this.followServer(error))) throw error;
          await sendItems(...sending);
        });
      this.checkAll();
    });
  }

  /** Sends what is left, waiting for the server if necessary. @throws as {@link sendWhenPossible} */
  async sendWithRetries(): Promise<void> {
    const what = vscode.l10n.t('{0} for {1}', titleOf(this.left), targetTitle(this.request.target));
    const title = withoutIcons(what);
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title },
      async (progress) => {
        const waiting = { message: vscode.l10n.t('waiting') };
        progress.report(waiting);
        const sending = this.sendArguments(progress);
        const onWaiting = ({ error }: { readonly error: PicklepostError }): void => {
          progress.report(waiting);
          this.hasBegun = false;
          void this.followServer(error);
          void this.parts.outbox.wait(this.parts.entry.id, localizedMessage(error), this.delivered);
        };
        const { url } = this.request.target;
        const [items, options, reports] = sending;
        if (url !== undefined) await this.sendToShared(url, sending, { waits: true, onWaiting });
        else await sendWhenPossible(items, options, { ...reports, onWaiting });
        this.checkAll();
      },
    );
  }

  private sendToShared(
    url: string,
    [items, { signal }, reports]: ReturnType<SendJob['sendArguments']>,
    patience: Patience,
  ): Promise<void> {
    return sendToShared(url, items, this.parts.means.secrets, reports, { ...patience, signal });
  }

  /** @returns whether the server was found at another address, which is used from then on */
  private async followServer(error: unknown): Promise<boolean> {
    if (this.request.target.url !== undefined) return false;
    const isGone = error instanceof PicklepostError && GONE.includes(error.code);
    const found =
      isGone && this.sent.length === 0
        ? await this.parts.means.findElsewhere().catch(() => undefined)
        : undefined;
    if (found) this.address = found;
    return found !== undefined;
  }

  private sendArguments(progress: Parameters<typeof progressReporter>[1]) {
    const { request, entry, means } = this.parts;
    const { secrets, settings } = means;
    const { dialect } = request.target;
    const address = (): Address => this.address;
    const items = this.left.flatMap(({ item, problem }) => (problem ? [] : [item]));
    const report = progressReporter(items, progress);
    const options = {
      // Asked for each attempt.
      get host() {
        return address().host;
      },
      get port() {
        return address().port;
      },
      dialect,
      ...(secrets.key && { key: secrets.key }),
      localPort: settings.send.localPort,
      bufferSize: settings.bufferSize,
      limits: DEFAULT_LIMITS,
      identity: secrets.identity,
      signal: entry.abort.signal,
    };
    const reports = {
      onProgress: (item: OutgoingItem, bytes: number) => {
        this.begin();
        report(item, bytes);
      },
      onAsked: () => progress.report({ message: vscode.l10n.t('waiting for the receiver to accept') }),
      onSent: (item: OutgoingItem, receipt: Receipt) => {
        this.receipts.set(item, receipt);
      },
      onFailed: (item: OutgoingItem, error: PicklepostError) => {
        this.declined.set(item, error);
      },
    };
    return [items, options, reports] as const;
  }

  /** @throws PicklepostError if something could not be read before anything was sent */
  private checkAll(): void {
    const problems = this.left.flatMap(({ problem }) => problem ?? []);
    if (problems.length > 0) throw notTaken(problems, this.parts.content.attachments.length);
  }

  /** Dialects that do not resume would send items twice that arrived while the window was closed. */
  private begin(): void {
    if (this.hasBegun) return;
    this.hasBegun = true;
    const { outbox, entry, request } = this.parts;
    const retries = outbox.retries(entry.id) && findDialect(request.target.dialect).resumes;
    void outbox.transfer(entry.id, retries);
  }
}

/** The name of the only item, or their number. */
export function titleOf(attachments: readonly Attachment[]): string {
  const [first] = attachments;
  return attachments.length === 1 && first ? first.item.name : vscode.l10n.t('{0} files', attachments.length);
}

/** The error of a request, and how much has arrived. */
export function describeFailure(job: SendJob, error: unknown): unknown {
  const { delivered, left, failures, parts } = job;
  const total = delivered.length + left.length;
  if (total <= 1 || left.length === 0 || !(error instanceof PicklepostError)) return error;
  const reasons = left.flatMap(({ item }) => {
    const failure = failures.get(item);
    return failure ? [localizedMessage(failure)] : [];
  });
  if (concernsServer(error)) {
    if (delivered.length === 0 && reasons.length === 0) return error;
    reasons.unshift(localizedMessage(error));
  } else if (reasons.length === 0 && left[0])
    // An error that ended everything concerns the first item that is left.
    reasons.push(vscode.l10n.t('"{0}" failed: {1}', left[0].item.name, localizedMessage(error)));
  const more = reasons.splice(REASONS).length;
  const arrived = vscode.l10n.t('{0} of {1} sent.', delivered.length, total);
  const rest = more > 0 ? [vscode.l10n.t('{0} more failed.', more)] : [];
  const sentences = [arrived, ...reasons, ...rest, ...describeLeftOut(parts.content.leftOut)];
  return new PicklepostError(error.code, sentences.join(' '), { cause: error });
}

/** Most parts that are named as left out. */
const NAMED = 5;

/** A sentence, unless nothing is left out. */
export function describeLeftOut(leftOut: readonly LeftOut[]): string[] {
  if (leftOut.length === 0) return [];
  const named = leftOut
    .slice(0, NAMED)
    .map(({ path, reason }) => `${path} (${localize(LEFT_OUT_WORDS[reason])})`);
  if (leftOut.length > NAMED) named.push(vscode.l10n.t('{0} more', leftOut.length - NAMED));
  return [vscode.l10n.t('Left out: {0}.', named.join(', '))];
}

/** Whether nothing could be sent to the server at all, for a reason that concerns no single file. */
function concernsServer(error: PicklepostError): boolean {
  return (
    error.code === 'connection-failed' || error.code === 'other-dialect' || error instanceof SilentServerError
  );
}
