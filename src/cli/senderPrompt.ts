import { createInterface } from 'node:readline';
import type { AdmissionControl } from '../core/admission/admissionControl';
import type { Answer, Question } from '../core/admission/question';
import type { Disposable } from '../core/scheduling/event';
import { formatSize } from '../core/amounts';
import { plainLine } from '../core/wire/peerText';
import type { Output } from './output';

/** Names of items that are listed, for people and for programs. */
const NAMED = { people: 5, programs: 100 };

const ANSWERS: ReadonlyMap<string, Answer> = new Map([
  ['y', { kind: 'accept', scope: 'connection' }],
  ['a', { kind: 'accept', scope: 'server' }],
  ['n', { kind: 'decline' }],
  ['b', { kind: 'block' }],
]);
const CHOICES = '[y] once, [a] all until this server ends, [n] decline, [b] block';

/** Asks the person at the terminal about waiting senders, one after another. */
export class SenderPrompt implements Disposable {
  private readonly lines: ReturnType<typeof createInterface>;
  private readonly subscriptions: readonly Disposable[];
  /** The last question to the person, while it is open. */
  private current: Question | undefined;

  constructor(
    private readonly admissionControl: AdmissionControl,
    private readonly output: Output,
    input: NodeJS.ReadableStream,
  ) {
    this.lines = createInterface({ input, terminal: false });
    this.lines.on('line', (line) => this.take(line));
    this.subscriptions = [
      admissionControl.onDidAsk((question) => output.event(askingEvent(question))),
      admissionControl.onDidChange(() => this.next()),
    ];
  }

  dispose(): void {
    this.lines.close();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private take(line: string): void {
    const { current } = this;
    if (!current) return;
    const answer = ANSWERS.get(line.trim().toLowerCase());
    if (answer) this.admissionControl.answer(current, answer);
    else this.output.note(`Answer ${CHOICES}.`);
  }

  private next(): void {
    const { questions } = this.admissionControl;
    if (this.current && questions.includes(this.current)) return;
    [this.current] = questions;
    // Items that are offered at once are reported at once.
    const { current } = this;
    if (current) setImmediate(() => this.tell(current));
  }

  private tell(question: Question): void {
    if (this.current !== question || this.admissionControl.questionOf(question.sender) !== question) return;
    this.output.note(`${describe(question)} Accept? ${CHOICES}`);
  }
}

function describe({ sender, items }: Question): string {
  const { key, host } = sender;
  const who = key === undefined ? `${host} (not verified)` : `${plainLine(key)} at ${host} (verified)`;
  const names = items
    .slice(0, NAMED.people)
    .map(({ name }) => (name === undefined ? 'an item' : plainLine(name)));
  if (items.length > NAMED.people) names.push(`${items.length - NAMED.people} more`);
  const size = items.reduce((sum, item) => sum + (item.size ?? 0), 0);
  const message = items.find((item) => item.message !== undefined)?.message;
  const said = message === undefined ? '' : ` It says: ${plainLine(message)}`;
  return `${who} wants to send ${names.join(', ')}${size > 0 ? ` (${formatSize(size)})` : ''}.${said}`;
}

function askingEvent({ sender: { id, key, host }, items }: Question): object {
  const offered = items
    .slice(0, NAMED.programs)
    .map(({ name, kind, size, message }) => ({ name, kind, size, message }));
  return {
    event: 'asking',
    sender: id,
    key,
    host,
    verified: key !== undefined,
    count: items.length,
    items: offered,
  };
}
