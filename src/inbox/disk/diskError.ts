import { messageOf, NoSpaceError, PicklepostError } from '../../core/errors';

/** What went wrong with a file, in words that say what to do. `doing` completes "Cannot …". What is a PicklepostError already stays as it is. */
export function diskError(doing: string, error: unknown): PicklepostError {
  if (error instanceof PicklepostError) return error;
  const message = `Cannot ${doing}: ${adviceFor(error)}`;
  const isFull = hasErrorCode(error, 'ENOSPC', 'EDQUOT');
  return isFull
    ? new NoSpaceError(message, { cause: error })
    : new PicklepostError('disk', message, { cause: error });
}

/** Does something with files. `doing` completes "Cannot …". @throws what {@link diskError} says of it */
export async function orDiskError<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskError(doing, error);
  }
}

/** Whether an error of the file system has this code, such as `ENOENT`. */
export function hasErrorCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(error.code as string);
}

function adviceFor(error: unknown): string {
  if (hasErrorCode(error, 'ENOSPC')) return 'the disk is full. Make room on it, then try again.';
  if (hasErrorCode(error, 'EDQUOT')) return 'your disk quota is used up. Delete something, then try again.';
  if (hasErrorCode(error, 'EFBIG'))
    return 'the file is larger than the system allows. Raise the file size limit, then try again.';
  if (hasErrorCode(error, 'EROFS')) return 'the disk is read-only. Choose another folder.';
  if (hasErrorCode(error, 'EACCES', 'EPERM'))
    return 'permission is denied. Change the permissions, or choose another folder.';
  if (hasErrorCode(error, 'EMFILE', 'ENFILE'))
    return 'too many files are open. Close some programs, then try again.';
  if (hasErrorCode(error, 'ENOENT')) return 'the file or folder is not there. Check the path.';
  if (hasErrorCode(error, 'ENOTDIR')) return 'a part of the path is a file. Choose another folder.';
  if (hasErrorCode(error, 'EISDIR')) return 'it is a folder. Name a file.';
  return `${messageOf(error)}.`;
}
