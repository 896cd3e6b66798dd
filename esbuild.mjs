// The one way in which TypeScript becomes JavaScript here.
//
//   node esbuild.mjs                bundles the entry points into dist/
//   node esbuild.mjs --tests        also transpiles src/ and test/, file by file, into out/
//   node esbuild.mjs --benchmarks   bundles the benchmarks in out/ as well, since bundled code is what people run
//   node esbuild.mjs --fuzz         bundles nothing but what tries broken inputs, where no other build replaces it while it runs
//   node esbuild.mjs --production   minifies the bundles
//   node esbuild.mjs --watch        does it again on every change
import { Buffer } from 'node:buffer';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import * as esbuild from 'esbuild';

const flags = new Set(process.argv.slice(2));

/** @type {esbuild.BuildOptions} */
const common = { platform: 'node', target: 'node20', format: 'cjs', sourcemap: true, logLevel: 'warning' };

/** @type {esbuild.BuildOptions} */
const bundles = {
  ...common,
  bundle: true,
  outdir: 'dist',
  entryNames: '[name]',
  external: ['vscode'],
  minify: flags.has('--production'),
};

/**
 * The code that is loaded at first is small; the rest is in chunks that are loaded when they are needed. esbuild splits only
 * ES modules, so each chunk is turned into CommonJS afterwards: every VS Code that there is loads that, and so does `require` in tests.
 * @type {esbuild.BuildOptions}
 */
const split = {
  ...bundles,
  format: 'esm',
  charset: 'utf8',
  splitting: true,
  sourcemap: 'inline',
  write: false,
  metafile: true,
};

/** The code of every window: one file, as each more takes as long to find and open as to run. @type {esbuild.BuildOptions} */
const entry = { ...split, entryPoints: ['src/extension.ts'], plugins: [apart(), toCommonJs()] };

/** @type {esbuild.BuildOptions} */
const extension = {
  ...split,
  entryPoints: ['src/editor/app.ts'],
  chunkNames: 'chunks/[name]-[hash]',
  plugins: [slimNats(), slimDns(), slimXz(), slimXml(), slimSaxes(), toCommonJs()],
};

/** The worker thread of the extension. @type {esbuild.BuildOptions} */
const worker = { ...extension, entryPoints: ['src/worker/worker.ts'] };

/** The command line with its worker: the npm package, which shares nothing with the extension. @type {esbuild.BuildOptions} */
const programs = {
  ...split,
  entryPoints: ['src/cli.ts', 'src/worker/cliWorker.ts'],
  chunkNames: 'shared/[name]-[hash]',
  plugins: [
    slimNats(),
    slimDns(),
    slimXz(),
    slimXml(),
    slimSaxes(),
    slimTables(),
    toCommonJs(),
    executable('dist/cli.js'),
  ],
};

/** @type {esbuild.BuildOptions} */
const webview = {
  ...bundles,
  platform: 'browser',
  target: 'es2022',
  format: 'iife',
  entryPoints: [
    'src/webview/pickleView.ts',
    'src/webview/pickleView.css',
    'src/webview/dataView.ts',
    'src/webview/dataView.css',
  ],
};

/** @type {esbuild.BuildOptions} */
const tests = {
  ...common,
  entryPoints: ['src/**/*.ts', 'test/**/*.ts'],
  outbase: '.',
  outdir: 'out',
  supported: { 'dynamic-import': false },
  plugins: [executable('out/test/harness/vscodeShim.js')],
};

/** In the place of what {@link tests} has made of them. @type {esbuild.BuildOptions} */
const benchmarks = {
  ...common,
  entryPoints: ['test/bench/main.ts', 'test/bench/transferPeer.ts', 'test/bench/valuePeer.ts'],
  bundle: true,
  packages: 'external',
  outdir: 'out/test/bench',
  keepNames: true,
  supported: { 'dynamic-import': false },
};

/** @type {esbuild.BuildOptions} */
const fuzzer = {
  ...common,
  entryPoints: ['test/fuzz/main.ts'],
  bundle: true,
  outdir: 'node_modules/.cache/fuzz',
  plugins: [slimDns()],
  supported: { 'dynamic-import': false },
};

/** Leaves the app where it is. What it and the entry both use is in both, and has no state. */
function apart() {
  const setup = (build) =>
    build.onResolve({ filter: /^\.\/editor\/app$/ }, () => ({ path: './app.js', external: true }));
  return { name: 'apart', setup };
}

/** Writes the chunks as CommonJS, each with its source map beside it. */
function toCommonJs() {
  const write = ({ path: file, text }) => {
    const [code, map] = text.split(/\/\/# sourceMappingURL=data:application\/json;base64,/);
    mkdirSync(path.dirname(file), { recursive: true });
    // No package has the maps, and what is minified moves in its line.
    if (flags.has('--production')) return writeFileSync(file, commonJsOf(code));
    writeFileSync(file, `${commonJsOf(code)}//# sourceMappingURL=${path.basename(file)}.map\n`);
    writeFileSync(`${file}.map`, Buffer.from(map, 'base64'));
  };
  const onEnd = async ({ metafile, outputFiles = [] }) => {
    if (outputFiles.length === 0) return;
    for (const file of await joinChunks(metafile, outputFiles, split)) write(file);
  };
  return { name: 'commonjs', setup: (build) => build.onEnd(onEnd) };
}

/**
 * An ES module of esbuild as CommonJS. No chunk changes what it exports once it is loaded, and none of those that are loaded at once need
 * one another, so that names need not be looked up again at each use. What esbuild makes of it is a tenth longer and slower to load: it
 * wraps each import in an object with a getter for each name, five hundred for `vscode`, and VS Code looks up who asks for that each time.
 * No line moves, so that the source map stays right.
 */
function commonJsOf(text) {
  return text
    .replace(/^(#!.*\n)?/, '$1"use strict";')
    .replace(/\bimport\(("\.[^"]+")\)/g, 'Promise.resolve().then(()=>require($1))')
    .replace(exportStatement, (_, names) => {
      const exported = names.replace(/([\w$]+) as ([\w$]+)/g, '$2:$1');
      return `module.exports={${exported}};`;
    })
    .replace(/\bimport ?("\.[^"]+");/g, 'require($1);')
    .replace(importStatement, requireOnce(text));
}

/** The last statement of a file; licences may follow it. */
const exportStatement = /\bexport ?\{([^}]*)\};(?=\s*(?:\/\*[^]*\*\/\s*)?$)/;
const importStatement =
  /\bimport ?(?:([\w$]+)(?: ?, ?)?)?(?:\* ?as ([\w$]+)|\{([^}]*)\})? ?from ?"(vscode|node:[\w/]+|\.[^"]+)";/g;

/**
 * Replaces the import statements of a text: the first of each module requires it, with all names that others import of it as well.
 * Nothing is imported by default but modules of CommonJS.
 */
function requireOnce(text) {
  const imported = new Map();
  for (const [, byDefault, namespace, names = '', module] of text.matchAll(importStatement)) {
    const known = imported.get(module) ?? { whole: [], names: [] };
    known.whole.push(...[byDefault, namespace].filter((name) => name !== undefined));
    known.names.push(...names.split(',').flatMap((name) => name.trim().replace(/ +as +/, ':') || []));
    imported.set(module, known);
  }
  const written = new Set();
  return (statement, ...groups) => {
    const module = groups[3];
    const lines = '\n'.repeat(statement.split('\n').length - 1);
    if (written.has(module)) return lines;
    written.add(module);
    return `${requiring(module, imported.get(module))};${lines}`;
  };
}

function requiring(module, { whole, names }) {
  const [first, ...others] = [...whole, ...(names.length > 0 ? [`{${names.join(',')}}`] : [])];
  const required = `require("${module}")`;
  if (first === undefined) return required;
  return `var ${[`${first}=${required}`, ...others.map((name) => `${name}=${first}`)].join(',')}`;
}

/**
 * Makes one file of an entry and of what it loads at once. esbuild makes a chunk of whatever several others share, three dozen for the
 * app, and VS Code takes a millisecond to find and open each, while the receive server is to listen. What is loaded later takes what it
 * needs of these from the entry, which is there by then.
 * @param {esbuild.Metafile} metafile
 * @param {esbuild.OutputFile[]} outputFiles ES modules with their source maps in them
 * @param {esbuild.BuildOptions} options with which they were made
 * @returns {Promise<esbuild.OutputFile[]>} the same, of fewer files
 */
async function joinChunks(metafile, outputFiles, options) {
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
    // The code that a small one loads must be there at once as well, or it would be loaded with the entry.
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

/**
 * Leaves out 95 kB of the NATS client: what is only ever called for something that Picklepost does not do, or does with Node.js
 * (`nats/nkey.ts`), and the words around what one file exports again of another. Its files come as CommonJS, which is not shaken.
 */
function slimNats() {
  const unused =
    /@nats-io.(?:nkeys.lib.mod|nats-core.lib.(?:bench|ws_transport)|jetstream.lib.pushconsumer)\.js$/;
  const exporting = /@nats-io.(?:nats-core|jetstream).lib.(?:internal_)?mod\.js$/;
  // At their ends, publishing and reading in batches; methods for these, for consumers of other kinds and for changing streams.
  const batching = /@nats-io.jetstream.lib.js(?:client|m_direct|mstream_api)\.js$/;
  const batches =
    /^class (?:BatchPublisherImpl|DirectConsumer) \{[^]*|^ {4}(?:async )?(?:(?:get(?:Batch|LastMessagesFor|\w*PushConsumer)|ordered|update|advisories|deleteMessage|resetConsumer)\(|get\(stream, opts\)).*\{\n[^]*?^ {4}\}\n/gm;
  const reexport = /Object\.defineProperty\(exports, "(\w+)", \{ .* return (\w+\.\w+); \} \}\);/g;
  const shorten = async ({ path: file }) => ({
    contents: (await readFile(file, 'utf8'))
      .replace(reexport, 'exports.$1 = $2;')
      .replace(/^(?:exports\.\w+ = )+void 0;$/gm, ''),
  });
  return {
    name: 'slim NATS',
    setup(build) {
      build.onLoad({ filter: unused }, () => ({ contents: 'module.exports = {};' }));
      build.onLoad({ filter: exporting }, shorten);
      build.onLoad({ filter: batching }, async ({ path: file }) => ({
        contents: (await readFile(file, 'utf8')).replace(batches, ''),
      }));
    },
  };
}

/**
 * Leaves out 12 kB of the packets of DNS: records of types that servers in a network are not announced by. What somebody sends of these
 * is then read as bytes, as that of any unknown type.
 */
function slimDns() {
  const records = 'ns|soa|null|hinfo|caa|mx|dnskey|rrsig|rp|nsec|nsec3|ds|sshfp|naptr|tlsa';
  const definitions = new RegExp(
    `^const r(?:${records}) = exports\\.[^]*?(?=^const r\\w+ = exports\\.)`,
    'gm',
  );
  const cases = new RegExp(`^ +case '(?:${records})': return r.*\n`, 'gim');
  const shorten = async ({ path: file }) => ({
    contents: (await readFile(file, 'utf8')).replace(definitions, '').replace(cases, ''),
  });
  // A type without a name is called by its number, such as UNKNOWN_6.
  const names = /^ +case (?!.*'(?:A|AAAA|ANY|CNAME|DNAME|NSEC|OPT|PTR|SRV|TXT|\*)').*\n/gm;
  const shortenNames = async ({ path: file }) => ({
    contents: (await readFile(file, 'utf8')).replace(names, ''),
  });
  return {
    name: 'slim DNS',
    setup(build) {
      build.onLoad({ filter: /[\\/]dns-packet[\\/]index\.js$/ }, shorten);
      build.onLoad({ filter: /[\\/]dns-packet[\\/]types\.js$/ }, shortenNames);
    },
  };
}

/** Leaves out 4 kB of the XML parser: namespaces, which its option turns off. */
function slimSaxes() {
  const functions = /^function ns\w+\([^]*?^\}\n/gm;
  const methods = /^ {4}(?:pushAttribNS|processAttribsNS|resolve|qname)\([^]*?^ {4}\}\n/gm;
  const names = /^(?:const|var) \w+ = (?:require\(".*xmlns.*"\)|NSed3\..*|\(name\) => NC_NAME_RE.*);$/gm;
  const shorten = async ({ path: file }) => ({
    contents: (await readFile(file, 'utf8'))
      .replace(functions, '')
      .replace(methods, '')
      .replace(names, '')
      .replace(/if \((?:this\.)?xmlnsOpt\)/g, 'if (false)'),
  });
  const setup = (build) => build.onLoad({ filter: /[\\/]saxes[\\/]saxes\.js$/ }, shorten);
  return { name: 'slim saxes', setup };
}

/** Compresses the WebAssembly of the xz reader, which its file has as text: 10 kB less. */
function slimXz() {
  const code = /(?<=base64,)AGFzb[\w+/]*=*/;
  const decoder = 'Uint8Array.from(atob(base64Wasm), c => c.charCodeAt(0)).buffer';
  const inflater = "require('zlib').brotliDecompressSync(Buffer.from(base64Wasm, 'base64'))";
  const shorten = async ({ path: file }) => {
    const contents = await readFile(file, 'utf8');
    if (!code.test(contents) || !contents.includes(decoder)) throw new Error(`${file} has changed`);
    const pack = (text) => brotliCompressSync(Buffer.from(text, 'base64')).toString('base64');
    return { contents: contents.replace(code, pack).replace(decoder, inflater) };
  };
  return {
    name: 'slim xz',
    setup: (build) => build.onLoad({ filter: /[\\/]xz-decompress\.js$/ }, shorten),
  };
}

/** Leaves out 2 kB of the classes of characters that XML has: those that the parser does not ask for. */
function slimXml() {
  const expressions = /^exports\.(?:CHAR|S|CHAR_RE|S_RE|NAME_(?:START_)?CHAR_RE|NMTOKEN_RE) = .*\n/gm;
  // Of XML 1.1, it needs only which characters there are.
  const characters = /^function isChar\(c\) \{[^]*?^exports\.isChar = isChar;/m;
  const edit = (build, filter, change) =>
    build.onLoad({ filter }, async ({ path: file }) => {
      const contents = await readFile(file, 'utf8');
      const changed = change(contents);
      if (changed === contents) throw new Error(`${file} has changed`);
      return { contents: changed };
    });
  return {
    name: 'slim XML',
    setup(build) {
      edit(build, /[\\/]xmlchars.*ed5\.js$/, (text) => text.replace(expressions, ''));
      edit(build, /[\\/]xmlchars.*ed2\.js$/, (text) => characters.exec(text)[0]);
    },
  };
}

/** Compresses the tables of the classes of scikit-learn and scipy, which are nothing but names: 10 kB less. */
function slimTables() {
  const shorten = async ({ path: file }) => {
    const { outputFiles } = await esbuild.build({
      entryPoints: [file],
      format: 'esm',
      bundle: true,
      write: false,
    });
    const code = Buffer.from(outputFiles[0].contents).toString('base64');
    const tables = { ...(await import(`data:text/javascript;base64,${code}`)) };
    const packed = brotliCompressSync(JSON.stringify(tables)).toString('base64');
    return {
      contents: `import { brotliDecompressSync } from 'node:zlib';
        const unpacked = brotliDecompressSync(Buffer.from('${packed}', 'base64'));
        export const { ${Object.keys(tables).join(', ')} } = JSON.parse(unpacked.toString());`,
    };
  };
  return {
    name: 'slim tables',
    setup: (build) => build.onLoad({ filter: /[\\/](?:scipy|sklearn)Tables\.ts$/ }, shorten),
  };
}

function executable(file) {
  const onEnd = () => existsSync(file) && chmodSync(file, 0o755);
  return { name: 'executable', setup: (build) => build.onEnd(() => void onEnd()) };
}

/** Mocha finds tests by their files in out/, so what has lost its source must not stay there. */
function removeStaleOutput() {
  if (!existsSync('out')) return;
  for (const entry of readdirSync('out', { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const source = path.relative('out', file).replace(/\.js(\.map)?$/, '.ts');
    if (entry.isFile() && !existsSync(source)) rmSync(file, { force: true });
  }
}

function chooseBuilds() {
  if (flags.has('--fuzz')) return [fuzzer];
  const all = [entry, extension, worker, programs, webview];
  return flags.has('--tests') ? [...all, tests] : all;
}

const builds = chooseBuilds();
if (builds.includes(entry)) rmSync('dist', { recursive: true, force: true });
if (flags.has('--tests')) removeStaleOutput();
if (flags.has('--watch')) {
  for (const build of builds) await (await esbuild.context({ ...build, logLevel: 'info' })).watch();
} else {
  await Promise.all(builds.map((build) => esbuild.build(build)));
  if (flags.has('--benchmarks')) await esbuild.build(benchmarks);
}
