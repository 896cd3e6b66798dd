import * as vscode from 'vscode';
import type { PicklepostError } from '../../core/errors';
import type { Receipt } from '../../core/item/item';
import { OtherDialectError, SilentServerError, UncarriedError } from '../../core/wire/dialectErrors';
import { findDialect } from '../../core/wire/dialects';
import { isTemporary } from '../../net/persistentSend';
import { isUnknownHost } from '../../net/socketErrors';
import { describeLeftOut, type SendJob } from './sendJob';
import type { SendRequest, Outbox, SendAttempt } from './outbox';
import type { MessageAction, Reporter } from '../shell/reporter';
import type { KnownTargets } from './knownTargets';
import { describeSafety, sharedDelivery } from './sharedDelivery';
import { targetTitle } from './target';
import { formatSize } from '../../core/amounts';
import { localizedMessage, localize } from '../shell/localize';

/** Tells the person the outcome of requests, and offers actions. */
export class SendReports {
  private readonly reporter: Reporter;
  private readonly outbox: Outbox;
  private readonly targets: KnownTargets;

  constructor(
    parts: { readonly reporter: Reporter; readonly outbox: Outbox; readonly targets: KnownTargets },
    private readonly send: (request: SendRequest, attempt: SendAttempt) => Promise<void>,
  ) {
    ({ reporter: this.reporter, outbox: this.outbox, targets: this.targets } = parts);
  }

  async reportSuccess({ title, sent, request, parts }: SendJob): Promise<void> {
    const shared = sharedDelivery(sent);
    const facts = [describeEncryption(request), shared ? describeSafety(shared) : describeProof(sent)];
    const renamed = sent.flatMap(({ keptAs, savedAs }) => savedAs ?? keptAs ?? []);
    if (renamed.length > 0)
      facts.push(
        vscode.l10n.t('kept by the receiver under other names: {0}', renamed.slice(0, 5).join(', ')),
      );
    const size = formatSize(sent.reduce((sum, receipt) => sum + receipt.size, 0));
    const what = vscode.l10n.t('Sent {0} ({1}) to {2}', title, size, targetTitle(request.target));
    await this.reporter.information(
      [
        `${what}: ${facts.join(', ')}.`,
        ...describeLeftOut(parts.content.leftOut),
        ...(parts.content.notices ?? []).map(localize),
      ].join(' '),
    );
  }

  /** It continues in the background. */
  async reportWaiting({ request, parts, delivered }: SendJob, error: PicklepostError): Promise<void> {
    const stop = { title: vscode.l10n.t('Stop waiting'), run: () => this.outbox.stop(parts.entry.id) };
    const server = targetTitle(request.target);
    const waits = vscode.l10n.t('Your items are queued in the view "Sent".');
    if (isUnknownHost(error))
      await this.reporter.warning(
        vscode.l10n.t(
          '{0} Until it is known, your items stay queued in the view "Sent".',
          localizedMessage(error),
        ),
        stop,
      );
    else if (error instanceof SilentServerError) {
      const others = this.offerOthers(error, { ...request, delivered }, {}, stop.run);
      await this.reporter.warning(`${localizedMessage(error)} ${waits}`, stop, ...others);
    } else if (error.code === 'connection-failed')
      await this.reporter.information(
        vscode.l10n.t('Cannot reach {0}. Queued in the view "Sent", and sent when it is back.', server),
        stop,
      );
    else
      await this.reporter.information(
        vscode.l10n.t(
          '{0} is no longer reachable, or busy. The rest is queued in the view "Sent", and sent when it is back.',
          server,
        ),
        stop,
      );
  }

  /** @param described the error in the words for the person */
  async reportFailure(job: SendJob, error: unknown, described: unknown): Promise<void> {
    const { parts, delivered } = job;
    const request = { ...job.request, delivered };
    const again = this.offer(
      delivered.length === 0 ? vscode.l10n.t('Try again') : vscode.l10n.t('Send the rest'),
      request,
      { id: parts.entry.id },
    );
    const uncarried = [...job.failures.values()].find((failure) => failure instanceof UncarriedError);
    const others = this.offerOthers(uncarried ?? error, request, { id: parts.entry.id });
    const wait = this.offer(vscode.l10n.t('Wait for it'), request, { id: parts.entry.id, retries: true });
    const isAway = isTemporary(error, request.target.dialect);
    const offers = isAway ? [again, wait, ...others] : others.length > 0 ? others : [again];
    await this.reporter.error(described, ...offers);
  }

  /** Requests that waited across a restart and can no longer be sent. */
  async reportLost(failures: readonly unknown[]): Promise<void> {
    const [first, ...others] = failures;
    if (others.length === 0) await this.reporter.error(first);
    else
      await this.reporter.warning(
        vscode.l10n.t('{0} queued items could not be sent. The view "Sent" says why.', failures.length),
      );
  }

  /**
   * Offers to send a request in another dialect, this once. Somebody in between can make any server look like another
   * program, so this is not offered if the other dialect protects less than what was requested, or than what the server has
   * spoken before.
   */
  private offerOthers(
    error: unknown,
    request: SendRequest,
    attempt: SendAttempt,
    before?: () => Promise<void>,
  ): MessageAction[] {
    const { target, keyName } = request;
    const isOther = error instanceof OtherDialectError || error instanceof SilentServerError;
    if (!isOther && !(error instanceof UncarriedError)) return [];
    if (isOther && (keyName !== undefined || this.targets.isProtected(target))) return [];
    return findDialect(target.dialect).instead.map((dialect) =>
      this.offer(
        vscode.l10n.t('Send as {0}', dialect),
        { ...request, target: { ...target, dialect } },
        attempt,
        before,
      ),
    );
  }

  /** @param before work that has to be done first */
  private offer(
    title: string,
    request: SendRequest,
    attempt: SendAttempt,
    before?: () => Promise<void>,
  ): MessageAction {
    const send = async (): Promise<void> => {
      await before?.();
      await this.send(request, attempt);
    };
    return { title, run: () => this.reporter.guard(send) };
  }
}

function describeEncryption({ keyName, target }: SendRequest): string {
  const { protection } = findDialect(target.dialect);
  if (keyName === undefined)
    return protection === 'session'
      ? vscode.l10n.t('encrypted, receiver not verified')
      : vscode.l10n.t('not encrypted');
  return protection === 'parts' ? vscode.l10n.t('encrypted in parts') : vscode.l10n.t('encrypted');
}

function describeProof(receipts: readonly Receipt[]): string {
  if (receipts.every(({ existed, verified }) => existed && verified))
    return vscode.l10n.t('verified by the receiver, which had it already');
  if (receipts.every(({ verified }) => verified)) return vscode.l10n.t('verified by the receiver');
  if (receipts.every(({ verified }) => verified !== undefined))
    return vscode.l10n.t('checked by the receiver, piece by piece');
  return receipts.every(({ confirmed }) => confirmed)
    ? vscode.l10n.t('confirmed by the receiver')
    : vscode.l10n.t('this receiver confirms nothing');
}
