import { wordsOf, PicklepostError } from '../errors';
import type { OutgoingItem } from '../item/item';
import { say, type Words } from '../text';

/**
 * The server does not speak the dialect of the client. Or somebody in between answers like such a server; so if a key was to
 * protect the items, this is no reason to send them in another dialect.
 */
export class OtherDialectError extends PicklepostError {
  constructor(hasKey: boolean) {
    super(
      'other-dialect',
      hasKey
        ? say`This server does not speak Picklepost, or somebody in between answers in its place. Check the address and the network; other protocols protect less.`
        : say`This server does not speak Picklepost. If you know what it runs, choose the protocol of that program.`,
    );
  }
}

/** The server has closed the connection before it sent anything. A Picklepost server does so only when it stops. */
export class SilentServerError extends PicklepostError {
  constructor(hasKey: boolean, cause?: unknown) {
    super(
      'connection-lost',
      hasKey
        ? say`The server closed the connection without replying. It may be stopping or starting, or nothing listens behind a relay: send it again later.`
        : say`The server closed the connection without replying. It may be stopping or starting, or nothing listens behind a relay: send it again later. If it is not Picklepost, choose the protocol of its program.`,
      { cause },
    );
  }
}

/** This receiver does not accept the dialect of the peer. */
export class UnacceptedDialectError extends PicklepostError {
  constructor(
    readonly dialect: { readonly name: string },
    accepted: readonly { readonly name: string }[],
  ) {
    const names = accepted.map(({ name }) => name).join(', ');
    super('refused', say`This receiver does not accept the ${dialect.name} protocol. It accepts: ${names}.`);
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

/** The content of an item cannot be read to its end. Affects only that item. */
export class ContentError extends PicklepostError {
  /** @param cause the error of reading it */
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
 * The text for items that did not arrive: for a single item the reason, for several their number.
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
