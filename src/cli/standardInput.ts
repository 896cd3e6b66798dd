import { fstatSync } from 'node:fs';

/** What is piped or typed in. @throws as node:fs where it is a folder, which Node takes for an empty stream; Windows has no such */
export function standardInput(): NodeJS.ReadStream {
  const { stdin } = process;
  if (process.platform !== 'win32' && fstatSync(stdin.fd).isDirectory())
    throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
  return stdin;
}
