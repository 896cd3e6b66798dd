import { formatAddress, type Address } from '../wire/address';
import { DEFAULT_DIALECT } from '../wire/dialects';
import type { Snippet, SnippetFormat } from './catalogue';

/** The values to fill in. Never a key: only the file from which the code reads it. */
export interface SnippetPlace extends Address {
  /** Undefined where no key is used. Code that cannot do without names a file of its own. */
  readonly keyFile?: string;
}

/** Reads a file of `media/snippets`, by its path in there. */
export type ReadTemplate = (file: string) => Promise<string>;

/** The code of a snippet, ready to be run. @throws what reading its template throws */
export async function fillSnippet(
  snippet: Snippet,
  place: SnippetPlace,
  read: ReadTemplate,
): Promise<string> {
  const codec = snippet.codec === undefined ? '' : await read(snippet.codec);
  const literal = snippet.language === 'shellscript' ? shellWord : JSON.stringify;
  const { host, port, keyFile } = place;
  const values: Record<string, string> = {
    CODEC: codec === '' ? '' : `${codec.trimEnd()}\n\n`,
    HOST: literal(host),
    PORT: String(port),
    ADDRESS: literal(formatAddress(place)),
    KEY_FILE: literal(keyFile ?? USUAL_KEY_FILE),
    KEY_FILE_OR_NONE: keyFile === undefined ? 'None' : literal(keyFile),
    META: snippet.format === undefined ? '' : CLASSIC_META[snippet.format],
    VALUE: SAMPLE[snippet.format ?? 'text'],
    OPTIONS: commandLineOptions(snippet, keyFile),
  };
  const template = (await read(snippet.template)).replaceAll('\r\n', '\n');
  return template.replace(/\{\{([A-Z_]+)\}\}/g, (place, name: string) => values[name] ?? place);
}

function commandLineOptions({ dialect, direction, hasKey }: Snippet, keyFile: string | undefined): string {
  const key = hasKey && keyFile !== undefined ? ` --key-file ${shellWord(keyFile)}` : '';
  const isUsual = dialect === DEFAULT_DIALECT || direction === 'receive';
  return (isUsual ? '' : ` --dialect ${dialect}`) + key;
}

/** In a form that any shell reads: as it is, or in quotes. */
function shellWord(text: string): string {
  return /^[\w.:/@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

const USUAL_KEY_FILE = 'lab.key';

/** Kind and format, as docs/protocol.md has them. */
const CLASSIC_META: Readonly<Record<SnippetFormat, string>> = { text: '0x00', pickle: '0x24', json: '0x28' };

const DICTIONARY = '{"name": "pickling", "runs": 3, "jars": [1, "dill"]}';
const SAMPLE: Readonly<Record<SnippetFormat, string>> = {
  text: '"Hello World!"',
  pickle: DICTIONARY,
  json: DICTIONARY,
};
