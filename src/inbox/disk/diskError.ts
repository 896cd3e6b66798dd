import { messageOf, NoSpaceError, PicklepostError } from '../../core/errors';
import { say, type Text, type Words } from '../../core/text';

/**
 * An error of a file, with words that say what to do. `what` is the failed action, such as "Cannot read the file". A
 * PicklepostError is returned unchanged.
 */
export function diskError(what: Text, error: unknown): PicklepostError {
  if (error instanceof PicklepostError) return error;
  const message = say`${what}: ${adviceFor(error)}`;
  const isFull = hasErrorCode(error, 'ENOSPC', 'EDQUOT');
  return isFull
    ? new NoSpaceError(message, { cause: error })
    : new PicklepostError('disk', message, { cause: error });
}

/** Runs work on files. `what` is the failed action, such as "Cannot read the file". @throws {@link diskError} */
export async function orDiskError<T>(what: Text, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskError(what, error);
  }
}

/** Whether an error of the file system has this code, such as `ENOENT`. */
export function hasErrorCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(error.code as string);
}

function adviceFor(error: unknown): Words {
  if (hasErrorCode(error, 'ENOSPC')) return say`the disk is full. Make room on it, then try again.`;
  if (hasErrorCode(error, 'EDQUOT'))
    return say`your disk quota is used up. Delete something, then try again.`;
  if (hasErrorCode(error, 'EFBIG'))
    return say`the file is larger than the system allows. Raise the file size limit, then try again.`;
  if (hasErrorCode(error, 'EROFS')) return say`the disk is read-only. Choose another folder.`;
  if (hasErrorCode(error, 'EACCES', 'EPERM'))
    return say`permission is denied. Change the permissions, or choose another folder.`;
  if (hasErrorCode(error, 'EMFILE', 'ENFILE'))
    return say`too many files are open. Close some programs, then try again.`;
  if (hasErrorCode(error, 'ENOENT')) return say`the file or folder is not there. Check the path.`;
  if (hasErrorCode(error, 'ENOTDIR')) return say`a part of the path is a file. Choose another folder.`;
  if (hasErrorCode(error, 'EISDIR')) return say`it is a folder. Name a file.`;
  return say`${messageOf(error)}.`;
}
