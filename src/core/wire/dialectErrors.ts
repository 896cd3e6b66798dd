import { wordsOf, PicklepostError } from '../errors';
import type { OutgoingItem } from '../item/item';
import { say, type Words } from '../text';

/**
 * The server does not speak the dialect that it was spoken to in; or whoever sits in between answers like one that does not, which is
 * nothing to send in another dialect for where a key was to protect it.
 */
export class OtherDialectError extends PicklepostError {
  constructor(hasKey: boolean) {
    super(
      'other-dialect',
      hasKey
        ? say`This server does not speak Picklepost, or somebody on the way answers in its place. Check the address and the network; other dialects protect less.`
        : say`This server does not speak Picklepost. If you know what it runs, choose the dialect of that program.`,
    );
  }
}

/** The server has closed the connection before it said anything, which a Picklepost does only when it stops. */
export class SilentServerError extends PicklepostError {
  constructor(hasKey: boolean, cause?: unknown) {
    super(
      'connection-lost',
      hasKey
        ? say`The server closed the connection without replying. It may be stopping or starting, or nothing listens behind a relay: send it again later.`
        : say`The server closed the connection without replying. It may be stopping or starting, or nothing listens behind a relay: send it again later. If it is not Picklepost, choose the dialect of the program that it runs.`,
      { cause },
    );
  }
}

/** This receiver does not accept what the peer speaks. */
export class UnacceptedDialectError extends PicklepostError {
  constructor(
    readonly dialect: { readonly name: string },
    accepted: readonly { readonly name: string }[],
  ) {
    const names = accepted.map(({ name }) => name).join(', ');
    super('refused', say`This receiver does not accept the ${dialect.name} dialect. It accepts: ${names}.`);
  }
}

/** A dialect cannot carry an item. */
export class UncarriedError extends PicklepostError {
  constructor(
    readonly item: OutgoingItem,
    reason: Words,
  ) {
    super('unsupported', reason);
  }
}

/** The content of an item cannot be read to its end. Concerns that item alone. */
export class ContentError extends PicklepostError {
  /** @param cause what reading it has thrown */
  constructor(
    readonly item: OutgoingItem,
    override readonly cause: unknown,
  ) {
    super(cause instanceof PicklepostError ? cause.code : 'disk', wordsOf(cause), { cause });
  }
}

/** The server has too many senders at the moment. */
export class BusyError extends PicklepostError {
  constructor() {
    super('refused', say`The receiver is busy with other senders. Send it again later.`);
  }
}

/**
 * What to say of items that did not arrive: of the only one that was sent, why; of several, how many.
 * @param failures at least one
 */
export function notTaken(failures: readonly PicklepostError[], total: number): PicklepostError {
  const first = failures[0] as PicklepostError;
  if (total === 1) return first;
  return new PicklepostError(
    'refused',
    failures.length > 1
      ? say`${failures.length} of ${total} items failed. The first of them: ${first.words}`
      : say`1 of ${total} items failed. ${first.words}`,
    { cause: first },
  );
}
