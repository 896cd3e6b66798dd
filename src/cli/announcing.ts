import type { Address } from '../core/wire/address';
import type { Output } from './output';

/** An announcement that is withdrawn in the end. */
export interface Announced {
  stop(): Promise<void>;
}

/**
 * Announces a server on the networks in which it listens, and says so.
 * @param displayName undefined if it is not to be announced
 */
export async function announceServer(
  displayName: string | undefined,
  { host, port }: Address,
  output: Output,
): Promise<Announced> {
  if (displayName === undefined) return { stop: () => Promise.resolve() };
  const { announce } = await import('../net/discovery/discovery');
  const announcing = announce(host, {
    displayName,
    port,
    onAnnounced: (name) => {
      output.event({ event: 'announced', name });
      output.line(`Others find it as "${name}".`);
    },
    onError: (error) => output.note(`picklepost: it cannot be announced: ${error.message}`),
  });
  if (announcing.networks === 0)
    output.note('picklepost: it is not announced: no network reaches it. See --host.');
  return announcing;
}
