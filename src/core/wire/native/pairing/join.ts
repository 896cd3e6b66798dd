import { FernetKey } from '../../../crypto/keys';
import type { Limits } from '../../../limits';
import { ByteReader } from '../../byteReader';
import type { Channel } from '../../channel';
import { greetServer } from '../handshake/greetServer';
import type { PairingCode } from '../../../pairing/code';
import type { Paired } from '../../../pairing/pairing';
import { PairingExchange, WrongCodeError } from './exchange';
import { expectMessage } from './host';
import { RefusedError } from '../session/refusal';

export interface JoinOptions {
  readonly code: PairingCode;
  /** The name of this side, at most 100 characters. */
  readonly name: string;
  /** Where this side receives items, if it does. */
  readonly port?: number;
  readonly limits: Limits;
  /** Stores the pairing before the other side does. */
  keep(paired: Paired): Promise<void>;
}

/**
 * Pairs with the side that shows the code. Does not close the channel, but ends its own sending side.
 * @throws WrongCodeError, RefusedError, ProtocolError; PicklepostError `other-dialect`, as {@link greetServer}, and whatever `keep` throws
 */
export async function joinPairing(channel: Channel, options: JoinOptions): Promise<Paired> {
  const { code, name, port, limits } = options;
  const reader = new ByteReader(channel, limits.idleTime);
  const session = await greetServer(reader, channel, { key: undefined, limits }, 'pairing');
  const exchange = new PairingExchange('guest', code, session.transcript);
  await session.send({ type: 'pair', share: exchange.share.toString('base64') });
  const { share } = await expectMessage(session, 'pair');
  exchange.takeShare(Buffer.from(share, 'base64'));
  const confirmation = exchange.confirm({ name, ...(port !== undefined && { port }) }).toString('base64');
  await session.send({ type: 'pair-confirm', confirmation });
  const answer = await expectMessage(session, 'pair-confirm').catch((error: unknown) => {
    throw error instanceof RefusedError && error.refusal === 'wrong-code' ? new WrongCodeError(error) : error;
  });
  const host = exchange.open(Buffer.from(answer.confirmation, 'base64'));
  const key = FernetKey.parse(host.key ?? '');
  const paired = { name: host.name, key, digits: exchange.digits };
  await options.keep(paired);
  await session.end([{ type: 'pair-done' }]);
  return paired;
}
