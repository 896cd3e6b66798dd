// The one way in which TypeScript becomes JavaScript here.
//
//   node esbuild.mjs                bundles the entry points into dist/
//   node esbuild.mjs --tests        also transpiles src/ and test/, file by file, into out/
//   node esbuild.mjs --benchmarks   bundles the benchmarks in out/ as well, since bundled code is what people run
//   node esbuild.mjs --fuzz         bundles nothing but what tries broken inputs, where no other build replaces it while it runs
//   node esbuild.mjs --production   minifies the bundles
//   node esbuild.mjs --watch        does it again on every change
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
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
 * What is loaded at first is small; the rest is in chunks that are loaded when they are needed. esbuild splits ES modules only, so
 * each chunk is turned into CommonJS afterwards: every VS Code that there is loads that, and so does `require` in tests.
 * @type {esbuild.BuildOptions}
 */
const split = {
  ...bundles,
  format: 'esm',
  splitting: true,
  sourcemap: 'inline',
  write: false,
  metafile: true,
};

/** What is loaded with every window: one file, as each more takes as long to find and open as to run. @type {esbuild.BuildOptions} */
const entry = { ...split, entryPoints: ['src/extension.ts'], plugins: [apart(), toCommonJs()] };

/** @type {esbuild.BuildOptions} */
const extension = {
  ...split,
  entryPoints: ['src/editor/app.ts'],
  chunkNames: 'chunks/[name]-[hash]',
  plugins: [slimNats(), slimDns(), toCommonJs()],
};

/** The worker thread of the extension. @type {esbuild.BuildOptions} */
const worker = { ...extension, entryPoints: ['src/worker/worker.ts'] };

/** The command line with its worker: the npm package, which shares nothing with the extension. @type {esbuild.BuildOptions} */
const programs = {
  ...split,
  entryPoints: ['src/cli.ts', 'src/worker/cliWorker.ts'],
  chunkNames: 'shared/[name]-[hash]',
  plugins: [slimNats(), slimDns(), toCommonJs(), executable('dist/cli.js')],
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

/**
 * Leaves out 90 kB of the NATS client: what is only ever called for something that Picklepost does not do, or does with Node.js
 * (`nats/nkey.ts`), and the words around what one file exports again of another. Its files come as CommonJS, which is not shaken.
 */
function slimNats() {
  const unused =
    /@nats-io.(?:nkeys.lib.mod|nats-core.lib.(?:bench|ws_transport)|jetstream.lib.pushconsumer)\.js$/;
  const exporting = /@nats-io.(?:nats-core|jetstream).lib.(?:internal_)?mod\.js$/;
  // At their ends, publishing and reading in batches.
  const batching = /@nats-io.jetstream.lib.js(?:client|m_direct)\.js$/;
  const batches = /^class (?:BatchPublisherImpl|DirectConsumer) \{[^]*/m;
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
  return {
    name: 'slim DNS',
    setup: (build) => build.onLoad({ filter: /[\\/]dns-packet[\\/]index\.js$/ }, shorten),
  };
}

/** Leaves the app where it is. What it and the entry both use is in both, and has no state. */
function apart() {
  const setup = (build) =>
    build.onResolve({ filter: /^\.\/editor\/app$/ }, () => ({ path: './app.js', external: true }));
  return { name: 'apart', setup };
}

function toCommonJs() {
  const options = {
    ...{
      format: 'cjs',
      target: 'node20',
      charset: 'utf8',
      sourcemap: true,
      minify: flags.has('--production'),
    },
    supported: { 'dynamic-import': false },
  };
  const convert = async ({ path: file, text }) => {
    const source = requireVscode(text);
    const { code, map } = await esbuild.transform(source, { ...options, sourcefile: path.basename(file) });
    mkdirSync(path.dirname(file), { recursive: true });
    // No package has the maps.
    const mapped = flags.has('--production') ? '' : `//# sourceMappingURL=${path.basename(file)}.map\n`;
    writeFileSync(file, code + mapped);
    writeFileSync(`${file}.map`, map);
  };
  const onEnd = async ({ outputFiles = [] }) => {
    await Promise.all(outputFiles.map(convert));
  };
  return { name: 'commonjs', setup: (build) => build.onEnd(onEnd) };
}

/**
 * Each source file imports `vscode`, which esbuild would wrap for each of them in an object with a getter for each of its five hundred
 * names: half of the time that loading takes. VS Code also looks up who asks each time. Nothing moves, so that the source map stays right.
 */
function requireVscode(text) {
  let first;
  return text.replace(/import ?\* ?as ([\w$]+) from ?"vscode";/g, (statement, name) => {
    const value = first ?? 'require("vscode")';
    first ??= name;
    return `var ${name}=${value};`.padEnd(statement.length);
  });
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
