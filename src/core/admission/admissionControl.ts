import { NotAdmittedError, PicklepostError } from '../errors';
import type { Arrival } from '../item/item';
import type { ItemOffer, WaitingSender } from '../item/itemStore';
import { Emitter } from '../scheduling/event';
import { say } from '../text';
import { OpenQuestion, type Answer, type Question, type WaitingItem } from './question';
import { Grants } from './grants';
import { isBlocked, judge, type SenderRules } from './rules';
import { addressId, senderOf, type Sender } from './sender';

/** Where the rules are kept, and how a person changes them by an answer. */
export interface SenderLists {
  /** As they are now. */
  rules(): SenderRules;
  /** @param key name of a key that the sender has proved */
  acceptAlways(key: string): void;
  /** @param id as {@link Sender.id} */
  block(id: string): void;
}

export interface AdmissionBounds {
  /** Milliseconds that a question waits for its answer. */
  readonly patience: number;
  /** Senders that may wait at once. */
  readonly questions: number;
  /** Items of one sender that may wait at once. */
  readonly items: number;
}

export const ADMISSION_BOUNDS: AdmissionBounds = { patience: 5 * 60_000, questions: 64, items: 1024 };

/**
 * Decides whose items are accepted. If a person must decide, there is one question for each sender, to which later items of
 * that sender are added. It holds up only that sender. A sender that no longer wants to wait withdraws its items.
 */
export class AdmissionControl {
  private readonly open = new Map<string, OpenQuestion>();
  private readonly grants = new Grants();
  private lastNumber = 0;
  /** Connections and items of blocked senders that were refused since the start, by {@link Sender.id}. */
  private readonly refusals = new Map<string, number>();

  private readonly asked = new Emitter<Question>();
  private readonly changed = new Emitter<undefined>();
  /** A sender waits that did not wait before. */
  readonly onDidAsk = this.asked.event;
  /** A question was added, has other items, or has ended. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly lists: SenderLists,
    private readonly bounds: AdmissionBounds = ADMISSION_BOUNDS,
  ) {}

  /** The open questions, oldest first. */
  get questions(): readonly Question[] {
    return [...this.open.values()];
  }

  /** The open question about a sender; undefined if there is none. */
  questionOf({ id }: Sender): Question | undefined {
    return this.open.get(id);
  }

  /**
   * Settles when an item is accepted.
   * @param offer what its sender says of it, in dialects that have offers
   * @throws NotAdmittedError
   */
  async admit(arrival: Arrival, offer?: ItemOffer, waiting: WaitingSender = {}): Promise<void> {
    const sender = senderOf(arrival);
    const verdict = judge(sender, this.lists.rules());
    if (verdict === 'blocked') throw this.refuseBlocked(sender.id);
    if (verdict === 'accept' || this.grants.covers(sender, arrival.from, offer)) return;
    if (verdict === 'unpaired')
      throw new NotAdmittedError(
        say`This receiver accepts only paired senders. Pair with it, then send it again.`,
      );
    if (this.grants.hasDeclined(arrival.from)) throw declined();
    await this.ask(sender, arrival, offer, waiting);
    this.grants.noteTransfer(sender, offer);
  }

  /** Whether an address is blocked completely. If it is, this counts as a refusal. */
  refusesAddress(host: string): boolean {
    const id = addressId(host);
    if (!isBlocked(id, this.lists.rules())) return false;
    this.countRefusal(id);
    return true;
  }

  /** How often a blocked sender was refused since the start. @param id as {@link Sender.id} */
  refusalsOf(id: string): number {
    return this.refusals.get(id) ?? 0;
  }

  /** @returns false if the question has ended: its sender has left, or it has been answered */
  answer({ sender }: Question, answer: Answer): boolean {
    const question = this.open.get(sender.id);
    if (!question) return false;
    this.note(question, answer);
    for (const item of question.items) {
      const isTaken = answer.kind === 'accept' || (answer.kind === 'some' && answer.numbers.has(item.number));
      this.settle(question, item, isTaken ? undefined : declined());
    }
    return true;
  }

  /** Forgets grants of senders with other keys than these: another key may get the name of one that is disconnected. */
  keepKeys(names: readonly string[]): void {
    this.grants.keepKeys(names);
  }

  /** Declines all waiting items and forgets all grants, because the server stops. */
  close(): void {
    for (const question of this.open.values()) this.declineAll(question, stopped());
    this.grants.clear();
    this.refusals.clear();
  }

  private ask(
    sender: Sender,
    arrival: Arrival,
    offer: ItemOffer | undefined,
    waiting: WaitingSender,
  ): Promise<void> {
    const { disconnected, withdrawn } = waiting;
    const leaving = AbortSignal.any([disconnected, withdrawn].filter((signal) => signal !== undefined));
    if (leaving.aborted) throw left(leaving);
    const question = this.questionAbout(sender);
    if (question.items.length >= this.bounds.items) throw tooMany();
    const item = waitingItem(++this.lastNumber, arrival, offer);
    const isFirst = question.isEmpty;
    return new Promise<void>((resolve, reject) => {
      const leave = (): void => this.settle(question, item, left(leaving));
      const settle = (refusal?: Error): void => {
        leaving.removeEventListener('abort', leave);
        if (refusal) reject(refusal);
        else resolve();
      };
      question.add(item, { disconnected, settle });
      leaving.addEventListener('abort', leave);
      waiting.onAsked?.();
      if (isFirst) this.asked.fire(question);
      this.changed.fire(undefined);
    });
  }

  private questionAbout(sender: Sender): OpenQuestion {
    const known = this.open.get(sender.id);
    if (known) return known;
    if (this.open.size >= this.bounds.questions) throw tooMany();
    const question = new OpenQuestion(sender, this.bounds.patience, () =>
      this.declineAll(question, unanswered()),
    );
    this.open.set(sender.id, question);
    return question;
  }

  private note({ sender, connections }: OpenQuestion, answer: Answer): void {
    switch (answer.kind) {
      case 'accept':
        if (answer.scope === 'connection') this.grants.acceptConnections(connections);
        else this.grants.acceptSender(sender);
        if (answer.scope === 'always' && sender.key !== undefined) this.lists.acceptAlways(sender.key);
        return;
      case 'some':
        return;
      case 'block':
        this.lists.block(sender.id);
        this.grants.declineConnections(connections);
        return;
      case 'decline':
        this.grants.declineConnections(connections);
    }
  }

  private declineAll(question: OpenQuestion, reason: NotAdmittedError): void {
    for (const item of question.items) this.settle(question, item, reason);
  }

  private settle(question: OpenQuestion, item: WaitingItem, refusal?: PicklepostError): void {
    question.settle(item, refusal);
    if (question.isEmpty && this.open.get(question.sender.id) === question)
      this.open.delete(question.sender.id);
    this.changed.fire(undefined);
  }

  private refuseBlocked(id: string): NotAdmittedError {
    this.countRefusal(id);
    return new NotAdmittedError(say`This receiver does not accept anything from you.`);
  }

  private countRefusal(id: string): void {
    this.refusals.set(id, this.refusalsOf(id) + 1);
  }
}

function waitingItem(number: number, { from }: Arrival, offer: ItemOffer | undefined): WaitingItem {
  if (!offer) return { number, from };
  const { name, path, kind, size, message } = offer;
  return {
    number,
    from,
    name: path ?? name,
    kind,
    ...(size !== undefined && { size }),
    ...(message !== undefined && { message }),
  };
}

function declined(): NotAdmittedError {
  return new NotAdmittedError(say`The person who receives declined it.`);
}

function unanswered(): NotAdmittedError {
  return new NotAdmittedError(say`Nobody at the receiver answered. Send it again when somebody is there.`);
}

/** The sender is disconnected, unless this side has given it up for its own reason. */
function left({ reason }: AbortSignal): PicklepostError {
  if (reason instanceof PicklepostError) return reason;
  return new NotAdmittedError(say`The sender left before anybody answered.`);
}

function stopped(): NotAdmittedError {
  return new NotAdmittedError(say`The receiver stopped before anybody answered. Send it again later.`);
}

function tooMany(): NotAdmittedError {
  return new NotAdmittedError(say`Too many items wait for an answer at the receiver. Send it again later.`);
}
