import type { JsMsg } from './library';

/** Milliseconds for the server to confirm one round. */
const ANSWER_TIME = 5_000;

/**
 * Acknowledges messages in rounds: those that are done while the server confirms one round make up the next, of which only
 * the last message asks for an answer. The server handles them in order, so the answer covers all of them.
 */
export class Acknowledgements {
  private waiting: JsMsg[] = [];
  private next: Promise<void> | undefined;
  private running: Promise<void> = Promise.resolve();

  /** Never rejects. Settles when the server has it, or does not answer: then it delivers the message again. */
  add(message: JsMsg): Promise<void> {
    this.waiting.push(message);
    this.next ??= this.running.then(() => {
      this.next = undefined;
      this.running = confirm(this.waiting);
      this.waiting = [];
      return this.running;
    });
    return this.next;
  }
}

async function confirm(messages: readonly JsMsg[]): Promise<void> {
  for (const message of messages.slice(0, -1)) message.ack();
  await messages
    .at(-1)
    ?.ackAck({ timeout: ANSWER_TIME })
    .catch(() => undefined);
}
