// The one way in which TypeScript becomes JavaScript here.
//
//   node esbuild.mjs                bundles the entry points into dist/
//   node esbuild.mjs --tests        also transpiles src/ and test/, file by file, into out/
//   node esbuild.mjs --benchmarks   bundles the benchmarks in out/ as well, since bundled code is what people run
//   node esbuild.mjs --fuzz         bundles nothing but what tries broken inputs, where no other build replaces it while it runs
//   node esbuild.mjs --production   minifies the bundles
//   node esbuild.mjs --watch        does it again on every change
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { joinChunks } from './build/joinChunks.mjs';
import { requireOnce } from './build/requireOnce.mjs';
import { slimDns, slimNats } from './build/slimPackages.mjs';

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

/** Leaves the app where it is. What it and the entry both use is in both, and has no state. */
function apart() {
  const setup = (build) =>
    build.onResolve({ filter: /^\.\/editor\/app$/ }, () => ({ path: './app.js', external: true }));
  return { name: 'apart', setup };
}

/** Writes the chunks as CommonJS. */
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
    const source = requireOnce(text);
    const { code, map } = await esbuild.transform(source, { ...options, sourcefile: path.basename(file) });
    mkdirSync(path.dirname(file), { recursive: true });
    // No package has the maps.
    const mapped = flags.has('--production') ? '' : `//# sourceMappingURL=${path.basename(file)}.map\n`;
    writeFileSync(file, code + mapped);
    writeFileSync(`${file}.map`, map);
  };
  const onEnd = async ({ metafile, outputFiles = [] }) => {
    if (outputFiles.length === 0) return;
    await Promise.all((await joinChunks(metafile, outputFiles, split)).map(convert));
  };
  return { name: 'commonjs', setup: (build) => build.onEnd(onEnd) };
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
