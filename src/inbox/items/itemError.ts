import { InvalidTokenError, messageOf, PicklepostError } from '../../core/errors';
import { diskError, hasErrorCode } from '../disk/diskError';
import { DamageError } from './itemFooter';

/** What went wrong with reading an item, in words that say what to do. */
export function itemError(id: string, error: unknown): PicklepostError {
  if (hasErrorCode(error, 'ENOENT')) return noSuchItem(id);
  if (error instanceof DamageError || error instanceof InvalidTokenError) {
    const advice = 'Delete it, and have it sent again.';
    return new PicklepostError('damaged-item', `Item ${id} is damaged: ${messageOf(error)} ${advice}`, {
      cause: error,
    });
  }
  return diskError(`read item ${id}`, error);
}

export function noSuchItem(id: string): PicklepostError {
  return new PicklepostError(
    'no-such-item',
    `There is no item ${id} in the inbox. List the inbox to see what is there.`,
  );
}
