import type { Format } from '../../core/item/item';
import { sniff } from '../../core/wire/raw/sniff';

const EXTENSIONS: Readonly<Record<string, Format | undefined>> = {
  json: 'json',
  jsonc: 'json',
  xml: 'xml',
  pkl: 'binary',
  pickle: 'binary',
  p: 'binary',
};

/** In which format a file holds a dictionary: by its name, or else by its first bytes; undefined where it seems to hold none. */
export function formatOfFile(name: string, start: Uint8Array): Format | undefined {
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  const known = EXTENSIONS[extension];
  if (known !== undefined) return known;
  switch (sniff(start, true)) {
    case 'pickle':
      return 'binary';
    case 'json':
      return 'json';
    case 'xml':
      return 'xml';
    case 'string':
    case 'token':
    case 'other':
      return undefined;
  }
}

/** Whether the name of a file says that it holds pickles. */
export function isPickleName(name: string): boolean {
  return /\.(?:pkl|pickle)$/i.test(name);
}

/** Whether a file holds pickles, as far as its name or its first bytes tell. */
export function isPickleFile(name: string, start: Uint8Array): boolean {
  return isPickleName(name) || (start.length > 1 && sniff(start, true) === 'pickle');
}
