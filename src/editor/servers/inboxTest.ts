import type { FernetKey } from '../../core/crypto/keys';
import { PicklepostError } from '../../core/errors';
import type { TestOutcome } from '../../net/connectionTest';
import { parseInboxAddress } from '../../nats/inboxAddress';
import { senderName } from '../sending/sharedSending';

/** Finds out whether a shared inbox is there, and is for this key. @throws PicklepostError where it cannot be told */
export async function testInbox(
  url: string,
  key: FernetKey | undefined,
  credentials: string | undefined,
): Promise<TestOutcome> {
  const { checkFingerprint, SharedInbox } = await import('../../nats/sharedInbox');
  const address = parseInboxAddress(url);
  const started = performance.now();
  const access = { address, name: senderName(), ...(credentials !== undefined && { credentials }) };
  const inbox = await SharedInbox.open(access);
  try {
    const state = await inbox.state();
    const roundTrip = performance.now() - started;
    if (key) checkFingerprint(state, key, address.inbox);
    return { kind: key && state.fingerprint !== undefined ? 'fine' : 'listens', roundTrip };
  } catch (error) {
    // Who may only hand in may not ask.
    if (error instanceof PicklepostError && error.code === 'refused')
      return { kind: 'listens', roundTrip: performance.now() - started };
    throw error;
  } finally {
    await inbox.close();
  }
}
