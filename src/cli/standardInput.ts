import { fstatSync } from 'node:fs';

/**
 * Standard input, piped or typed.
 * @throws as node:fs if it is a folder, which Node takes for an empty stream; this cannot happen on Windows
 */
export function standardInput(): NodeJS.ReadStream {
  const { stdin } = process;
  if (process.platform !== 'win32' && fstatSync(stdin.fd).isDirectory())
    throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
  return stdin;
}
