import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { snippetsFor, type Snippet, type SnippetDirection } from '../core/snippets/catalogue';
import { fillSnippet, type SnippetPlace } from '../core/snippets/fillSnippet';
import { inEnglish } from '../core/text';
import { parseAddress } from '../core/wire/address';
import { DEFAULT_DIALECT, DIALECT_NAMES } from '../core/wire/dialects';
import { parseArguments, parseChoice, UsageError } from './arguments';
import type { Command } from './command';
import { DEFAULT_PORT } from './wire';

export const snippetCommand: Command = {
  synopsis: `snippet NAME --to HOST[:PORT] [--dialect LIST] [--key-file FILE]
snippet NAME --from HOST[:PORT] [the same options]
snippet --to HOST[:PORT] | --from HOST[:PORT]`,
  summary: 'print code that sends here, or receives from here',
  details: `
  NAME                 such as python-pickle (default: list all names)
  --to HOST[:PORT]     code that sends to this receive server (default port:
                       ${String(DEFAULT_PORT)})
  --from HOST[:PORT]   code that listens there and receives
  --dialect DIALECT    protocol of the server: ${DIALECT_NAMES.join(', ')} (default:
                       ${DEFAULT_DIALECT})
  --key-file FILE      file that the code reads the key from; the key itself is
                       never in the code

Code that receives takes items sent with --dialect raw, or with classic if that
is named here.`,
  examples: [
    'snippet --to 192.168.1.20',
    'snippet python-pickle --to 192.168.1.20 > send.py',
    'snippet node --from 0.0.0.0:6869 > receive.js',
  ],

  async run(args, { output, snippetFolder }) {
    const { name, direction, place, dialect } = readOptions(args);
    const snippets = snippetsFor(direction, dialect);
    if (name === undefined) {
      for (const { id, title, detail } of snippets)
        output.line(`${id.padEnd(20)}${inEnglish(title)}. ${inEnglish(detail)}.`);
      return;
    }
    const snippet = snippets.find(({ id }) => id === name);
    if (!snippet) throw new UsageError(unknownName(name, snippets));
    const read = (file: string): Promise<string> => readFile(path.join(snippetFolder, file), 'utf8');
    await output.content(await fillSnippet(snippet, place, read));
  },
};

function readOptions(args: readonly string[]) {
  const { values, positionals } = parseArguments(args, {
    to: { type: 'string' },
    from: { type: 'string' },
    dialect: { type: 'string' },
    'key-file': { type: 'string' },
  });
  const [name, second] = positionals;
  if (second !== undefined) throw new UsageError(`Unexpected argument "${second}".`);
  const { to, from, 'key-file': keyFile } = values;
  const text = to ?? from;
  if (text === undefined || (to !== undefined && from !== undefined))
    throw new UsageError(
      'Give --to HOST[:PORT] for code that sends, or --from HOST[:PORT] for code that receives.',
    );
  const address = parseAddress(text, DEFAULT_PORT);
  if (!address) throw new UsageError(`"${text}" is not HOST or HOST:PORT.`);
  const direction: SnippetDirection = to === undefined ? 'receive' : 'send';
  const place: SnippetPlace = { ...address, ...(keyFile !== undefined && { keyFile }) };
  return {
    name,
    direction,
    place,
    dialect: parseChoice('--dialect', values.dialect, DIALECT_NAMES) ?? DEFAULT_DIALECT,
  };
}

function unknownName(name: string, snippets: readonly Snippet[]): string {
  return `There is no code called "${name}" for this. There is: ${snippets.map(({ id }) => id).join(', ')}.`;
}
