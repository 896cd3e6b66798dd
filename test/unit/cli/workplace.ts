import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A folder to work in, and the options for an inbox there. */
export interface Workplace {
  readonly at: (name: string) => string;
  readonly inbox: string[];
}

/** @param files texts to put there, by name */
export function makeWorkplace(directory: string, files: Readonly<Record<string, string>> = {}): Workplace {
  mkdirSync(directory);
  const at = (name: string): string => path.join(directory, name);
  for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text);
  return { at, inbox: ['--inbox', at('inbox')] };
}
