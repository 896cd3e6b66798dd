import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../harness/setup';
import type { Section } from './main';

const DIST = path.join(projectRoot, 'dist');

/** The bundles of the extension, and when each is loaded. */
const LOADED: Readonly<Record<string, string>> = {
  extension: 'with every window',
  app: 'with the first command, view or document of Picklepost, or an inbox',
  receiveServer: 'when the receive server starts',
  inbox: 'once the server listens, or with the view "Received"',
  ports: 'when its port is taken',
  sending: 'when something is sent',
  servers: 'with the view "Servers"',
  pickleEditor: 'with the first file of pickles or arrays',
  dataPanels: 'with the first table, picture or plot',
  pairing: 'when somebody pairs',
  keyManager: 'with the list of keys',
  passphraseKey: 'when a key is made from a passphrase',
  snippetCommands: 'when code is copied',
  assistantTools: 'when a language model asks',
  links: 'when a link to Picklepost is opened',
  discovery: 'when servers are announced or looked for',
  sharedInboxes: 'when the settings name a shared inbox',
  sharedInbox: 'when a shared inbox is tested',
  credentials: 'with credentials of a shared inbox',
  sendToInbox: 'when something is sent to a shared inbox',
  receiveFromInbox: 'when items of a shared inbox are fetched',
};

/** Measures the installed files, and says when each is loaded. */
export async function benchSize(): Promise<Section[]> {
  const vsix = readdirSync(projectRoot).find((name) => name.endsWith('.vsix'));
  const programs = ['worker', 'cli', 'cliWorker'].map((name) => [
    `dist/${name}.js with the files that it loads at once`,
    kilobytes(together(path.join(DIST, `${name}.js`))),
  ]);
  const pages = ['pickleView', 'dataView'].map((name) => [
    `dist/${name}.js, .css`,
    kilobytes(['js', 'css'].map((extension) => path.join(DIST, `${name}.${extension}`))),
  ]);
  const size = {
    title: 'Size',
    method: 'Size of the installed files, with minified bundles.',
    columns: ['what', 'size'],
    rows: [
      ...(vsix === undefined ? [] : [['.vsix', kilobytes([path.join(projectRoot, vsix)])]]),
      ...programs,
      ...pages,
    ],
  };
  return Promise.resolve([size, chunks()]);
}

/** The chunks that are loaded by name, each with what it needs beside those that are there by then. */
function chunks(): Section {
  const app = together(chunkFile('app'));
  const entry = together(chunkFile('extension'));
  const rows = chunkNames().map((name) => {
    if (name === 'extension') return [name, kilobytes(entry), String(entry.length), loaded(name)];
    const before = new Set(name === 'app' ? entry : [...entry, ...app]);
    const files = together(chunkFile(name)).filter((file) => !before.has(file));
    return [name, kilobytes(files), String(files.length), loaded(name)];
  });
  return {
    title: 'The extension by chunk',
    method:
      'The parts of `dist` that the extension loads on demand. The size of each includes shared files that are not loaded yet, so the sum is more than the total. Everything but the entry needs `app` first.',
    columns: ['chunk', 'size', 'files', 'loaded'],
    rows,
  };
}

/** In the order of {@link LOADED}. */
function chunkNames(): string[] {
  const names = readdirSync(path.join(DIST, 'chunks')).flatMap(
    (file) => /^(.+)-[A-Z0-9]{8}\.js$/.exec(file)?.[1] ?? [],
  );
  const order = Object.keys(LOADED);
  return ['extension', 'app', ...names.filter((name) => name !== 'chunk')].sort(
    (one, other) => order.indexOf(one) - order.indexOf(other),
  );
}

function loaded(name: string): string {
  const when = LOADED[name];
  if (when === undefined) throw new Error(`test/bench/size.ts does not say when the chunk ${name} is loaded`);
  return when;
}

function chunkFile(name: string): string {
  if (name === 'extension' || name === 'app') return path.join(DIST, `${name}.js`);
  const folder = path.join(DIST, 'chunks');
  const file = readdirSync(folder).find(
    (entry) =>
      entry.startsWith(`${name}-`) && /-[A-Z0-9]{8}\.js$/.test(entry) && entry.length === name.length + 12,
  );
  if (file === undefined) throw new Error(`There is no chunk ${name}.`);
  return path.join(folder, file);
}

/** A file, and all that it loads at once. */
function together(file: string, found = new Set<string>()): string[] {
  if (!found.has(file)) {
    found.add(file);
    const text = readFileSync(file, 'utf8');
    for (const [, isLater, name = ''] of text.matchAll(
      /(Promise\.resolve\(\)\.then\(\(\) ?=> ?(?:[\w$]+\()?)?require\("(\.[^"]+)"\)/g,
    ))
      if (isLater === undefined) together(path.resolve(path.dirname(file), name), found);
  }
  return [...found];
}

function kilobytes(files: readonly string[]): string {
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  return `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} kB`;
}
