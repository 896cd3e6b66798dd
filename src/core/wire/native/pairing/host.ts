import { FernetKey } from '../../../crypto/keys';
import { PicklepostError, ProtocolError } from '../../../errors';
import type { Message } from '../session/messages';
import { RefusedError } from '../session/refusal';
import type { Piece, Session } from '../session/session';
import type { PairingHost } from '../../../pairing/pairing';
import { PairingExchange, WrongCodeError } from './exchange';
import { say } from '../../../text';

/**
 * Serves a guest that wants to pair. Nothing is kept before the guest has proved that it knows the code, and has kept the key itself.
 * @throws WrongCodeError, RefusedError, ProtocolError; as {@link Session.receive}
 */
export async function hostPairing(
  session: Session,
  host: PairingHost | undefined,
  from: string,
): Promise<void> {
  const code = host?.code;
  if (!host || !code)
    throw new RefusedError('not-pairing', say`The pairing code has been used, or its time is over.`);
  const exchange = new PairingExchange('host', code, session.transcript);
  const share = await expectMessage(session, 'pair');
  exchange.takeShare(Buffer.from(share.share, 'base64'));
  await session.send({ type: 'pair', share: exchange.share.toString('base64') });
  const { confirmation } = await expectMessage(session, 'pair-confirm');
  const guest = await openGuess(session, host, exchange, { confirmation, from });
  const key = FernetKey.generate();
  const answer = exchange.confirm(host.name, key).toString('base64');
  await session.send({ type: 'pair-confirm', confirmation: answer });
  await expectMessage(session, 'pair-done');
  await host.onPaired({ name: guest.name, key, digits: exchange.digits }, from);
}

/** The one guess that the code is good for. The guest is told when it was wrong. */
async function openGuess(
  session: Session,
  host: PairingHost,
  exchange: PairingExchange,
  { confirmation, from }: { readonly confirmation: string; readonly from: string },
): Promise<{ readonly name: string }> {
  if (!host.spend()) throw new RefusedError('not-pairing', say`The pairing code has been used.`);
  try {
    return exchange.open(Buffer.from(confirmation, 'base64'));
  } catch (error) {
    host.onWrongCode(from);
    if (error instanceof WrongCodeError)
      await session.send({ type: 'refusal', code: 'wrong-code', reason: error.message });
    throw error;
  }
}

type MessageOf<Type extends Message['type']> = Extract<Message, { readonly type: Type }>;

/** The next message, which must be of a type. @throws RefusedError if the other side refuses, ProtocolError */
export async function expectMessage<Type extends 'pair' | 'pair-confirm' | 'pair-done'>(
  session: Session,
  type: Type,
): Promise<MessageOf<Type>> {
  const message = await receiveNoPing(session);
  if (message?.type === type) return message as MessageOf<Type>;
  if (message?.type === 'refusal') throw new RefusedError(message.code, message.reason);
  if (message === undefined)
    throw new PicklepostError('connection-lost', say`The other side ended the pairing. Begin it again.`);
  throw new ProtocolError(
    'InvalidMessage',
    say`The other side sent something that has no place in a pairing.`,
  );
}

async function receiveNoPing(session: Session): Promise<Message | Piece | undefined> {
  for (;;) {
    const message = await session.receive();
    if (message?.type !== 'ping') return message;
  }
}
