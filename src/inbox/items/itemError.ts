import { InvalidTokenError, PicklepostError } from '../../core/errors';
import { diskError, hasErrorCode } from '../disk/diskError';
import { DamageError } from './itemFooter';
import { say } from '../../core/text';
import { isItemId } from './itemId';

/** An error of reading an item, with words that say what to do. */
export function itemError(id: string, error: unknown): PicklepostError {
  if (hasErrorCode(error, 'ENOENT')) return noSuchItem(id);
  if (error instanceof DamageError || error instanceof InvalidTokenError) {
    return new PicklepostError(
      'damaged-item',
      say`Item ${id} is damaged: ${error.words} Delete it, and have it sent again.`,
      {
        cause: error,
      },
    );
  }
  return diskError(say`Cannot read item ${id}`, error);
}

export function noSuchItem(id: string): PicklepostError {
  return new PicklepostError(
    'no-such-item',
    say`There is no item ${id} in the inbox. List the inbox to see what is there.`,
  );
}

/** @returns the id, checked to be safe in a path @throws PicklepostError `no-such-item` */
export function checkId(id: string): string {
  if (!isItemId(id)) throw noSuchItem(id);
  return id;
}
