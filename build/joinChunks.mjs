import path from 'node:path';
import * as esbuild from 'esbuild';

/**
 * Makes one file of an entry and of what it loads at once. esbuild makes a chunk of whatever several others share, three dozen for the
 * app, and VS Code takes a millisecond to find and open each, while the receive server is to listen. What is loaded later takes what it
 * needs of these from the entry, which is there by then.
 * @param {esbuild.Metafile} metafile
 * @param {esbuild.OutputFile[]} outputFiles ES modules with their source maps in them
 * @param {esbuild.BuildOptions} options with which they were made
 * @returns {Promise<esbuild.OutputFile[]>} the same, of fewer files
 */
export async function joinChunks(metafile, outputFiles, options) {
  const texts = new Map(outputFiles.map(({ path: file, text }) => [file, text]));
  const homes = homesOf(metafile);
  const entryPoints = [...texts.keys()]
    .filter((file) => (homes.get(file) ?? file) === file)
    .map((file) => ({ in: file, out: path.relative('dist', file).slice(0, -'.js'.length) }));
  const { outputFiles: joined } = await esbuild.build({
    ...options,
    splitting: false,
    metafile: false,
    entryNames: '[dir]/[name]',
    entryPoints,
    plugins: [joining(texts, homes)],
  });
  return joined;
}

const AT_ONCE = 'import-statement';
const LATER = 'dynamic-import';

/** Bytes up to which a chunk that others share takes longer to find and open than to load with the entry. */
const SMALL = 6000;

/**
 * The entry that each chunk becomes part of: the only one that reaches it, if it loads it at once, or if the chunk is small and shared.
 * @returns {Map<string, string>} both by their absolute paths
 */
function homesOf({ outputs }) {
  const importsOf = (name, kinds) =>
    outputs[name].imports.filter(({ kind, external }) => external !== true && kinds.includes(kind));
  const reach = (name, kinds, found = new Set()) => {
    if (found.has(name)) return found;
    found.add(name);
    for (const imported of importsOf(name, kinds)) reach(imported.path, kinds, found);
    return found;
  };
  const isSmall = (name) =>
    outputs[name].entryPoint === undefined &&
    Object.values(outputs[name].inputs).reduce((sum, { bytesInOutput }) => sum + bytesInOutput, 0) <= SMALL;
  const entries = Object.keys(outputs).filter((name) => path.dirname(name) === 'dist');
  const homes = new Map();
  for (const entry of entries) {
    const others = entries.filter((other) => other !== entry);
    const shared = new Set(others.flatMap((other) => [...reach(other, [AT_ONCE, LATER])]));
    const atOnce = reach(entry, [AT_ONCE]);
    // What a small one loads must be there at once as well, or it would be loaded with the entry.
    const joins = (name) =>
      atOnce.has(name) || [...reach(name, [AT_ONCE])].every((part) => atOnce.has(part) || isSmall(part));
    for (const name of reach(entry, [AT_ONCE, LATER]))
      if (!shared.has(name) && joins(name)) homes.set(path.resolve(name), path.resolve(entry));
  }
  return homes;
}

/** Reads chunks from memory. An entry exports what others use of the chunks that are part of it. */
function joining(texts, homes) {
  const used = usedElsewhere(texts, homes);
  const numbers = new Map([...homes.keys()].map((file, index) => [file, index.toString(36)]));
  const list = (file, write) =>
    [...(used.get(file) ?? [])].map((name) => write(name, `_${numbers.get(file)}_${name}`)).join(', ');
  const relative = (from, to) => {
    const name = path.relative(path.dirname(from), to).replaceAll('\\', '/');
    return name.startsWith('.') ? name : `./${name}`;
  };
  const resolve = ({ path: name, importer, kind, namespace, resolveDir }) => {
    const target = path.resolve(resolveDir, name);
    if (kind === 'entry-point') return { path: target, namespace: homes.has(target) ? 'entry' : 'file' };
    const home = homes.get(importer) ?? importer;
    if (namespace !== 'stand-in' && kind === 'import-statement' && homes.has(target))
      return { path: target, namespace: homes.get(target) === home ? 'file' : 'stand-in' };
    return { path: namespace === 'stand-in' ? name : relative(home, target), external: true };
  };
  const loadEntry = ({ path: file }) => {
    const chunks = [...homes.keys()].filter((chunk) => homes.get(chunk) === file);
    const [interpreter = ''] = /^#!.*/.exec(texts.get(file)) ?? [];
    const lines = chunks.map(
      (chunk) => `export {${list(chunk, (name, as) => `${name} as ${as}`)}} from ${JSON.stringify(chunk)};`,
    );
    const contents = [interpreter, `export * from ${JSON.stringify(file)};`, ...lines].join('\n');
    return { contents, resolveDir: path.dirname(file) };
  };
  // Whatever has one is in the folder of chunks.
  const loadStandIn = ({ path: file }) => ({
    contents: `export {${list(file, (name, as) => `${as} as ${name}`)}} from "../${path.basename(homes.get(file))}";`,
    resolveDir: path.dirname(file),
  });
  const setup = (build) => {
    build.onResolve({ filter: /^\.|^\/|^[A-Z]:\\/i }, resolve);
    build.onLoad({ filter: /./, namespace: 'entry' }, loadEntry);
    build.onLoad({ filter: /./, namespace: 'stand-in' }, loadStandIn);
    build.onLoad({ filter: /./ }, ({ path: file }) => ({
      contents: texts.get(file),
      resolveDir: path.dirname(file),
    }));
  };
  return { name: 'joining', setup };
}

/** By file, the names that files with another home import from it. */
function usedElsewhere(texts, homes) {
  const used = new Map();
  for (const [file, text] of texts) {
    for (const [, names, imported] of text.matchAll(/import ?\{([^}]*)\} ?from ?"(\.[^"]*)";/g)) {
      const target = path.resolve(path.dirname(file), imported);
      if (!homes.has(target) || homes.get(target) === homes.get(file)) continue;
      const known = used.get(target) ?? new Set();
      for (const name of names.split(',')) known.add(name.trim().split(/ +as +/)[0]);
      used.set(target, known);
    }
  }
  return used;
}
