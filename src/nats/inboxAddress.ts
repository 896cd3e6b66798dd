import { PicklepostError } from '../core/errors';
import { say, type Words } from '../core/text';

/** Where a shared inbox is. */
export interface InboxAddress {
  /** `HOST:PORT`, in the order in which they are tried; at least one. */
  readonly servers: readonly string[];
  /** Whether the connection must be encrypted. Otherwise, it is encrypted if the server requires it. */
  readonly tls: boolean;
  /** Its name, 1 to 64 of the characters `A-Z a-z 0-9 _ -`. */
  readonly inbox: string;
}

/** The port of NATS. */
const DEFAULT_PORT = 4222;
const SCHEME = /^(nats|tls):\/\//i;
const NAME = /^[\w-]{1,64}$/;
const SERVER = /^(\[[0-9a-f:.]+\]|[^\s:[\]/?#@,]+)(?::(\d{1,5}))?$/i;

/** Whether a text is meant as the address of a shared inbox, valid or not. */
export function isInboxAddress(text: string): boolean {
  return SCHEME.test(text.trim());
}

/** Whether a text can name an inbox, a sender or a reader: it becomes part of subjects and names of NATS. */
export function isInboxName(text: string): boolean {
  return NAME.test(text);
}

/** A text, reduced to a valid name of a sender or reader. */
export function asInboxName(text: string): string {
  const name = text
    .replaceAll(/[^\w-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 64);
  return name === '' ? 'unnamed' : name;
}

/** Reads `nats://HOST[:PORT][,HOST[:PORT]…]/INBOX`, or the same with `tls://`. @throws InvalidInboxAddressError */
export function parseInboxAddress(text: string): InboxAddress {
  const trimmed = text.trim();
  const scheme = SCHEME.exec(trimmed)?.[1]?.toLowerCase();
  if (scheme === undefined)
    throw new InvalidInboxAddressError(say`The address of a shared inbox begins with nats:// or tls://.`);
  const [hosts = '', inbox = '', ...more] = trimmed.slice(scheme.length + 3).split('/');
  // Not repeated in the message: it may hold a password.
  if (trimmed.includes('@'))
    throw new InvalidInboxAddressError(
      say`The address holds a user or password. Remove them, and name a file with credentials instead.`,
    );
  if (inbox === '')
    throw new InvalidInboxAddressError(
      say`The address names no inbox. It ends in the name of one, such as ${`${scheme}://${hosts}/bio`}.`,
    );
  if (more.length > 0 || !isInboxName(inbox))
    throw new InvalidInboxAddressError(
      say`"${[inbox, ...more].join('/')}" is not the name of an inbox: it has 1 to 64 letters, digits, - and _.`,
    );
  return { servers: hosts.split(',').map(parseServer), tls: scheme === 'tls', inbox };
}

/** An address as {@link parseInboxAddress} reads it. */
export function formatInboxAddress({ servers, tls, inbox }: InboxAddress): string {
  return `${tls ? 'tls' : 'nats'}://${servers.join(',')}/${inbox}`;
}

function parseServer(text: string): string {
  const [, host, port = String(DEFAULT_PORT)] = SERVER.exec(text.trim()) ?? [];
  if (host === undefined || Number(port) < 1 || Number(port) > 65535)
    throw new InvalidInboxAddressError(say`"${text}" is not a server: expected HOST or HOST:PORT.`);
  return `${host}:${Number(port)}`;
}

/** Not the address of a shared inbox. */
export class InvalidInboxAddressError extends PicklepostError {
  constructor(reason: Words) {
    super('unsupported', reason);
  }
}
