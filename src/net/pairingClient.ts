import { PicklepostError } from '../core/errors';
import type { Limits } from '../core/limits';
import type { PairingCode } from '../core/pairing/code';
import type { Paired } from '../core/pairing/pairing';
import { say } from '../core/text';
import { formatAddress, type Address } from '../core/wire/address';
import { OtherDialectError } from '../core/wire/dialectErrors';
import { joinPairing } from '../core/wire/native/dialect';
import { openChannel } from './connect';

export interface PairOptions {
  /** The code that the other side shows. */
  readonly code: PairingCode;
  /** The name of this side, at most 100 characters. */
  readonly name: string;
  /** Where this side receives items, if it does. */
  readonly receivePort?: number;
  readonly limits: Limits;
  readonly signal?: AbortSignal;
  /** Stores the pairing; the other side stores it after that. */
  keep(paired: Paired): Promise<void>;
}

const BUFFER_SIZE = 64 * 1024;
/** Milliseconds that the other side has to end its side too. */
const LINGER_TIME = 500;

function notPicklepost(server: Address, cause: Error): PicklepostError {
  return new PicklepostError(
    'other-dialect',
    say`The program at ${formatAddress(server)} is not Picklepost. Check the address that the other side shows.`,
    { cause },
  );
}

/** Pairs with the receive server that shows the code. @throws WrongCodeError, RefusedError, PicklepostError as {@link openChannel} */
export async function pairWith(server: Address, options: PairOptions): Promise<Paired> {
  const { signal } = options;
  const channel = await openChannel({ ...server, ...options, localPort: 0, bufferSize: BUFFER_SIZE });
  const cancel = (): void => channel.cancel();
  signal?.addEventListener('abort', cancel);
  try {
    const { code, name, receivePort, limits } = options;
    const port = receivePort !== undefined && { port: receivePort };
    const keep = (paired: Paired): Promise<void> => options.keep(paired);
    return await joinPairing(channel, { code, name, ...port, limits, keep });
  } catch (error) {
    throw error instanceof OtherDialectError ? notPicklepost(server, error) : error;
  } finally {
    signal?.removeEventListener('abort', cancel);
    await channel.close(LINGER_TIME);
  }
}
