import { formatOfName, type Format } from './formats';
import { dictionaryFormat, formatOfStart } from './recognize';

/** The format of the dictionary in a file: by its name, or else by its first bytes; undefined if it seems to hold none. */
export function formatOfFile(name: string, start: Uint8Array): Format | undefined {
  return formatOfName(name, { isShared: true }) ?? dictionaryFormat(start);
}

/** Whether the name of a file says that it holds pickles. */
export function isPickleName(name: string): boolean {
  return formatOfName(name) === 'binary';
}

/** Whether a file holds pickles, as far as its name or its first bytes tell. */
export function isPickleFile(name: string, start: Uint8Array): boolean {
  return isPickleName(name) || (start.length > 1 && formatOfStart(start, true) === 'binary');
}
