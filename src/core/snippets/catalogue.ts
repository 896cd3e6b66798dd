import { say, type Words } from '../text';
import { findDialect, type DialectName } from '../wire/dialects';

/** Whether the code sends to a receive server, or is the server that Picklepost sends to. */
export type SnippetDirection = 'send' | 'receive';

/** The data that the code sends or reads. */
export type SnippetFormat = 'text' | 'pickle' | 'json';

type Language = 'python' | 'javascript' | 'shellscript' | 'r';

/** Code to paste. Its text is a template of `media/snippets` (see `fillSnippet`). */
export interface Snippet {
  /** The name on the command line. */
  readonly id: string;
  readonly direction: SnippetDirection;
  readonly title: Words;
  readonly detail: Words;
  readonly dialect: DialectName;
  /** Undefined where the content goes as it is. */
  readonly format?: SnippetFormat;
  readonly language: Language;
  /**
   * A file of `media/snippets`, and the file that replaces CODEC in it: `encode` or `decode`, or one that a protocol needs.
   */
  readonly template: string;
  readonly codec?: string;
  /** Whether it reads a key, from a file that it names. */
  readonly hasKey: boolean;
}

/** The snippets of each dialect, the usual ones first. */
const SNIPPETS: Readonly<Record<DialectName, (direction: SnippetDirection) => readonly Snippet[]>> = {
  native: (direction) => [nativePython(direction), ...plain(direction), commandLine(direction, 'native')],
  classic: (direction) => [...standardPython(direction, 'classic'), commandLine(direction, 'classic')],
  raw: (direction) => [...plain(direction), ...(direction === 'send' ? [commandLine(direction, 'raw')] : [])],
};

/** The snippets for a server of a dialect, or for a sender of one, the usual ones first. */
export function snippetsFor(direction: SnippetDirection, dialect: DialectName): readonly Snippet[] {
  return SNIPPETS[dialect](direction);
}

/** Code that needs only a stream of bytes. */
function plain(direction: SnippetDirection): Snippet[] {
  return [...standardPython(direction, 'raw'), fernetPython(direction), ...otherLanguages(direction)];
}

function nativePython(direction: SnippetDirection): Snippet {
  return {
    id: 'python-native',
    direction,
    title: say`Python: files, verified and resumed`,
    detail: say`Needs the package cryptography; a key file is optional`,
    dialect: 'native',
    language: 'python',
    template: `${direction}/python-native.py`,
    codec: 'native-session.py',
    hasKey: true,
  };
}

function standardPython(direction: SnippetDirection, dialect: 'classic' | 'raw'): Snippet[] {
  const python = (format: SnippetFormat, title: Words): Snippet => ({
    id: `python-${format}`,
    direction,
    title,
    detail: say`Standard library only`,
    dialect,
    format,
    language: 'python',
    template: `${direction}/python-${dialect}.py`,
    codec: `${direction}/${direction === 'send' ? 'encode' : 'decode'}-${format}.py`,
    hasKey: false,
  });
  return [
    python('pickle', say`Python: dictionary as pickle`),
    python('json', say`Python: dictionary as JSON`),
    python('text', say`Python: text`),
  ];
}

function fernetPython(direction: SnippetDirection): Snippet {
  return {
    id: 'python-fernet',
    direction,
    title: say`Python: encrypted dictionary`,
    detail: say`Needs the package cryptography, and a key file`,
    dialect: 'raw',
    format: 'json',
    language: 'python',
    template: `${direction}/python-fernet.py`,
    codec: `${direction}/${direction === 'send' ? 'encode' : 'decode'}-json.py`,
    hasKey: true,
  };
}

function otherLanguages(direction: SnippetDirection): Snippet[] {
  const raw = { direction, dialect: 'raw', hasKey: false } as const;
  const node: Snippet = {
    ...raw,
    id: 'node',
    title: say`Node.js: object as JSON`,
    detail: say`Nothing to install`,
    format: 'json',
    language: 'javascript',
    template: `${direction}/node.js.txt`,
  };
  const nc: Snippet = {
    ...raw,
    id: 'nc',
    title: say`nc: file or pipe`,
    detail: say`netcat, as most systems have it`,
    language: 'shellscript',
    template: `${direction}/nc.sh`,
  };
  const r: Snippet = {
    ...raw,
    id: 'r',
    title: say`R: JSON or text`,
    detail: say`Nothing to install`,
    language: 'r',
    template: `${direction}/r.R`,
  };
  const bash: Snippet = {
    ...raw,
    id: 'bash',
    title: say`bash: file or pipe`,
    detail: say`For systems without nc and curl`,
    language: 'shellscript',
    template: 'send/bash.sh',
  };
  return direction === 'send' ? [nc, node, bash, r] : [nc, node, r, safePickle()];
}

function safePickle(): Snippet {
  return {
    direction: 'receive',
    dialect: 'raw',
    hasKey: false,
    id: 'python-safe-pickle',
    title: say`Python: read a pickle file safely`,
    detail: say`Imports and calls only what its list allows`,
    format: 'pickle',
    language: 'python',
    template: 'receive/safe-pickle.py',
    codec: 'receive/decode-pickle.py',
  };
}

function commandLine(direction: SnippetDirection, dialect: DialectName): Snippet {
  const { resumes, verifies, protection } = findDialect(dialect);
  return {
    id: 'picklepost',
    direction,
    title: say`Command line: picklepost`,
    detail: verifies && resumes ? say`Verified, and resumed after an interruption` : say`Needs Node.js`,
    dialect,
    language: 'shellscript',
    template: `${direction}/picklepost.sh`,
    hasKey: protection === 'session',
  };
}
