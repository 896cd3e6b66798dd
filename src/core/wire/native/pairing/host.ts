import { FernetKey } from '../../../crypto/keys';
import { PicklepostError, ProtocolError } from '../../../errors';
import type { Message, Refusal } from '../session/messages';
import { describeRefusal, RefusedError } from '../session/refusal';
import type { Piece, Session } from '../session/session';
import type { Paired, PairingHost } from '../../../pairing/pairing';
import { PairingExchange, WrongCodeError } from './exchange';
import { say } from '../../../text';

/**
 * Serves a guest that wants to pair, and tells it if pairing fails. Nothing is stored before the guest has proved that it
 * knows the code, and has stored the key itself.
 * @throws WrongCodeError, RefusedError, ProtocolError; as {@link Session.receive}
 */
export async function hostPairing(
  session: Session,
  host: PairingHost | undefined,
  from: string,
): Promise<void> {
  try {
    await serveGuest(session, host, from);
  } catch (error) {
    await session.send(refusalOf(error)).catch(() => undefined);
    throw error;
  }
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof WrongCodeError) return { type: 'refusal', code: 'wrong-code', reason: error.message };
  if (error instanceof RefusedError) return { type: 'refusal', code: error.refusal, reason: error.message };
  return describeRefusal(error);
}

async function serveGuest(session: Session, host: PairingHost | undefined, from: string): Promise<void> {
  const code = host?.code;
  if (!host || !code)
    throw new RefusedError('not-pairing', say`The pairing code has been used or has expired.`);
  const exchange = new PairingExchange('host', code, session.transcript);
  const share = await expectMessage(session, 'pair');
  exchange.takeShare(Buffer.from(share.share, 'base64'));
  await session.send({ type: 'pair', share: exchange.share.toString('base64') });
  const { confirmation } = await expectMessage(session, 'pair-confirm');
  const guest = openGuess(host, exchange, { confirmation, from });
  const key = FernetKey.generate();
  try {
    const answer = exchange.confirm({ name: host.name, key: key.toText() }).toString('base64');
    await session.send({ type: 'pair-confirm', confirmation: answer });
    await expectMessage(session, 'pair-done');
    await host.onPaired({ ...guest, key, digits: exchange.digits }, from);
  } catch (error) {
    host.onFailed(error, from);
    throw error;
  }
}

/** The one guess that the code allows. */
function openGuess(
  host: PairingHost,
  exchange: PairingExchange,
  { confirmation, from }: { readonly confirmation: string; readonly from: string },
): Pick<Paired, 'name' | 'port'> {
  if (!host.spend()) throw new RefusedError('not-pairing', say`The pairing code has been used.`);
  try {
    const { name, port } = exchange.open(Buffer.from(confirmation, 'base64'));
    return { name, ...(port !== undefined && { port }) };
  } catch (error) {
    host.onWrongCode(from);
    throw error;
  }
}

type MessageOf<Type extends Message['type']> = Extract<Message, { readonly type: Type }>;

/** The next message, which must be of the given type. @throws RefusedError if the other side refuses, ProtocolError */
export async function expectMessage<Type extends 'pair' | 'pair-confirm' | 'pair-done'>(
  session: Session,
  type: Type,
): Promise<MessageOf<Type>> {
  const message = await receiveNoPing(session);
  if (message?.type === type) return message as MessageOf<Type>;
  if (message?.type === 'refusal') throw new RefusedError(message.code, message.reason);
  if (message === undefined)
    throw new PicklepostError('connection-lost', say`The other side ended the pairing. Start it again.`);
  throw new ProtocolError(
    'InvalidMessage',
    say`The other side sent something that does not belong in a pairing.`,
  );
}

async function receiveNoPing(session: Session): Promise<Message | Piece | undefined> {
  for (;;) {
    const message = await session.receive();
    if (message?.type !== 'ping') return message;
  }
}
