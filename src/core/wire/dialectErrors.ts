import { messageOf, PicklepostError } from '../errors';
import type { OutgoingItem } from '../item/item';

/** The server does not speak the dialect that it was spoken to in. */
export class OtherDialectError extends PicklepostError {
  constructor() {
    super(
      'other-dialect',
      'This server does not speak Picklepost. If you know what it runs, choose the dialect of that program.',
    );
  }
}

/** The server has closed the connection before it said anything, which a Picklepost does only when it stops. */
export class SilentServerError extends PicklepostError {
  constructor(cause?: unknown) {
    super(
      'connection-lost',
      'The server closed the connection without replying. It may be stopping or starting, or nothing listens behind a relay: send it again later. If it is not Picklepost, choose the dialect of the program that it runs.',
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
    super('refused', `This receiver does not accept the ${dialect.name} dialect. It accepts: ${names}.`);
  }
}

/** A dialect cannot carry an item. */
export class UncarriedError extends PicklepostError {
  constructor(
    readonly item: OutgoingItem,
    reason: string,
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
    super(cause instanceof PicklepostError ? cause.code : 'disk', messageOf(cause), { cause });
  }
}

/** The server has too many senders at the moment. */
export class BusyError extends PicklepostError {
  constructor() {
    super('refused', 'The receiver is busy with other senders. Send it again later.');
  }
}

/**
 * What to say of items that did not arrive: of the only one that was sent, why; of several, how many.
 * @param failures at least one
 */
export function notTaken(failures: readonly PicklepostError[], total: number): PicklepostError {
  const first = failures[0] as PicklepostError;
  if (total === 1) return first;
  const which = failures.length > 1 ? 'The first of them: ' : '';
  return new PicklepostError(
    'refused',
    `${String(failures.length)} of ${String(total)} items failed. ${which}${first.message}`,
    { cause: first },
  );
}
