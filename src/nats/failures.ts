import { CancelledError, messageOf, PicklepostError } from '../core/errors';
import { say, type Words } from '../core/text';
import { errors, JetStreamApiError, JetStreamError } from './library';

/** The inbox has no room for another message. Waiting helps: items expire, or readers remove them. */
export class FullInboxError extends PicklepostError {
  constructor(inbox: string) {
    super(
      'refused',
      say`The inbox ${inbox} is full. Items have to expire or be fetched before it takes more.`,
    );
  }
}

/** There is no stream with the name of the inbox. */
export class NoSuchInboxError extends PicklepostError {
  constructor(inbox: string) {
    super(
      'no-such-item',
      say`There is no inbox ${inbox} on this server. "picklepost inbox create" makes one.`,
    );
  }
}

/** Error codes of the JetStream API. */
const CODES = {
  insufficientResources: [10023, 10028, 10047, 10122],
  full: [10077],
  noJetStream: [10039, 10076],
  noLeader: [10008, 10009, 10118],
  noStream: [10059],
  noConsumer: [10014],
  nameTaken: [10058, 10065],
};
/** The answer of a server that never stores a message which expects the impossible of its subject. */
const WRONG_LAST_SEQUENCE = 10071;

/** The sequence of the last message with a subject, from the answer to a probe; undefined for another error. */
export function probedSequence(error: unknown): number | undefined {
  if (!(error instanceof JetStreamApiError) || error.code !== WRONG_LAST_SEQUENCE) return undefined;
  return Number(/(\d+)\s*$/.exec(error.message)?.[1] ?? NaN);
}

/** A refused request has the reason in its cause. */
function unwrap(error: unknown): unknown {
  return error instanceof errors.RequestError && error.cause instanceof errors.PermissionViolationError
    ? error.cause
    : error;
}

/** Whether the error concerns the connection or the cluster, so that the same may succeed a little later. */
export function isPassing(thrown: unknown): boolean {
  const error = unwrap(thrown);
  if (error instanceof JetStreamApiError) return CODES.noLeader.includes(error.code);
  if (error instanceof JetStreamError) return true;
  return (
    error instanceof errors.TimeoutError ||
    error instanceof errors.NoRespondersError ||
    error instanceof errors.RequestError ||
    error instanceof errors.ConnectionError ||
    isNotEnabled(error)
  );
}

/** Whether the connection is closed for good, so that only a new one helps. */
export function isClosed(error: unknown): boolean {
  return error instanceof errors.ClosedConnectionError || error instanceof errors.DrainingConnectionError;
}

/** Turns any error of the NATS client into one that tells a person what to do. */
export function natsError(thrown: unknown, inbox: string): PicklepostError {
  const error = unwrap(thrown);
  if (error instanceof PicklepostError) return error;
  if (error instanceof JetStreamApiError) return apiError(error, inbox);
  if (error instanceof errors.PermissionViolationError) return notAllowed(error);
  if (error instanceof errors.AuthorizationError || error instanceof errors.UserAuthenticationExpiredError)
    return failed('refused', say`The NATS server rejects these credentials. Check --creds.`, error);
  if (error instanceof errors.ClosedConnectionError) return new CancelledError();
  if (hasNoResponder(error)) return noJetStream(inbox, error);
  if (isPassing(error)) return inboxConnectionLost(error);
  return failed('connection-failed', say`The NATS server cannot be used: ${messageOf(error)}`, error);
}

/** Why a first connection failed. */
export function inboxConnectError(error: unknown, servers: string, inbox: string): PicklepostError {
  const known = natsError(error, inbox);
  if (known.code === 'refused') return known;
  return failed(
    'connection-failed',
    say`No NATS server answers at ${servers}: ${messageOf(error)}. Check the address and whether it runs.`,
    error,
  );
}

/** Translates the errors of a server about a new inbox; other errors stay as they are. */
export function creationError(error: unknown, inbox: string): unknown {
  if (!(error instanceof JetStreamApiError) || !CODES.insufficientResources.includes(error.code))
    return error;
  return failed(
    'refused',
    say`The NATS server has no room for the inbox ${inbox}. Ask for less with --max-size, or let the server store more.`,
    error,
  );
}

export function inboxConnectionLost(cause?: unknown): PicklepostError {
  return failed(
    'connection-lost',
    say`The NATS server no longer answers. Send it again: it resumes where it was cut off.`,
    cause,
  );
}

function apiError(error: JetStreamApiError, inbox: string): PicklepostError {
  const { code } = error;
  if (CODES.full.includes(code) || CODES.insufficientResources.includes(code))
    return new FullInboxError(inbox);
  if (CODES.noJetStream.includes(code)) return noJetStream(inbox, error);
  if (CODES.noStream.includes(code)) return new NoSuchInboxError(inbox);
  if (CODES.nameTaken.includes(code))
    return failed('refused', say`There is an inbox ${inbox} already, with other settings.`, error);
  if (CODES.noLeader.includes(code)) return inboxConnectionLost(error);
  return failed('refused', say`The NATS server refused: ${error.message}`, error);
}

function notAllowed(error: InstanceType<typeof errors.PermissionViolationError>): PicklepostError {
  const { operation, subject } = error;
  return failed(
    'refused',
    operation === 'publish'
      ? say`These credentials may not publish to ${subject}. Ask the administrator of the NATS server, or send under the name that you may use (--as).`
      : say`These credentials may not subscribe to ${subject}. Ask the administrator of the NATS server, or use the name that you may use (--as).`,
    error,
  );
}

/** Whether nobody can answer: there is no JetStream, or no such inbox. */
export function hasNoResponder(error: unknown): boolean {
  return (
    isNotEnabled(error) ||
    error instanceof errors.NoRespondersError ||
    (error instanceof errors.RequestError && error.isNoResponders())
  );
}

/** The client does not export the class of it. */
function isNotEnabled(error: unknown): boolean {
  return error instanceof Error && error.name === 'JetStreamNotEnabled';
}

function noJetStream(inbox: string, cause: unknown): PicklepostError {
  return failed(
    'refused',
    say`Nobody answers for the inbox ${inbox}: it is not on this server, the server runs without JetStream, or its cluster has no leader.`,
    cause,
  );
}

function failed(code: PicklepostError['code'], message: Words, cause: unknown): PicklepostError {
  return new PicklepostError(code, message, { cause });
}
