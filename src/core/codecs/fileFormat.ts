import { formatOfName, type Format } from './formats';
import { dictionaryFormat, formatOfStart } from './recognize';

/** The format of the dictionary in a file, by its name or else its first bytes; undefined if neither is that of a dictionary. */
export function formatOfFile(name: string, start: Uint8Array): Format | undefined {
  return formatOfName(name, { isShared: true }) ?? dictionaryFormat(start);
}

/** Whether a file has the extension of a pickle. */
export function isPickleName(name: string): boolean {
  return formatOfName(name) === 'binary';
}

/** Whether a file holds pickles, judged by its name and first bytes. */
export function isPickleFile(name: string, start: Uint8Array): boolean {
  return isPickleName(name) || (start.length > 1 && formatOfStart(start, true) === 'binary');
}
