import { CancelledError, PicklepostError, ProtocolError } from '../../../errors';
import type { OutgoingItem } from '../../../item/item';
import { ByteReader } from '../../byteReader';
import type { SendContext } from '../../dialect';
import { notTaken } from '../../dialectErrors';
import { greetServer } from '../handshake/greetServer';
import { describeRefusal } from '../session/refusal';
import type { Session } from '../session/session';
import { Sender } from './sender';

/**
 * Sends all items over one connection. One that is declined, or cannot be read, does not stop the others; its error is
 * thrown at the end.
 */
export async function sendNative(items: readonly OutgoingItem[], context: SendContext): Promise<void> {
  const channel = await context.connect();
  const reader = new ByteReader(channel, context.limits.idleTime);
  const session = await greetServer(reader, channel, { key: context.key, limits: context.limits });
  await sendOver(session, items, context);
}

/** Everything after the handshake. Ends this side of the connection. */
export async function sendOver(
  session: Session,
  items: readonly OutgoingItem[],
  context: SendContext,
): Promise<void> {
  const sender = new Sender(session, context);
  const endPings = session.keepAlive(context.limits.idleTime);
  try {
    await sendWhileListening(sender, items);
    await session.end([]);
    if (sender.failures.length > 0) throw notTaken(sender.failures, items.length);
  } catch (error) {
    sender.stop(error);
    if (error instanceof CancelledError) await sender.cancel().catch(() => undefined);
    // Not awaited: a faulty server may not read it.
    else if (error instanceof ProtocolError)
      void session.end([describeRefusal(error)]).catch(() => undefined);
    throw error;
  } finally {
    endPings();
  }
}

/** The last message of the server says more than that the connection was lost. */
function sendWhileListening(sender: Sender, items: readonly OutgoingItem[]): Promise<void> {
  const listening = sender.listen();
  const sending = sender.sendAll(items).catch((error: unknown) => {
    if (error instanceof PicklepostError && error.code === 'connection-lost') return listening;
    throw error;
  });
  return Promise.race([listening, sending]);
}
