// The one way in which TypeScript becomes JavaScript here.
//
//   node esbuild.mjs                bundles the entry points into dist/
//   node esbuild.mjs --tests        also transpiles src/ and test/, file by file, into out/
//   node esbuild.mjs --benchmarks   bundles the benchmarks in out/ as well, since bundled code is what people run
//   node esbuild.mjs --production   minifies the bundles
//   node esbuild.mjs --watch        does it again on every change
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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
  keepNames: true, // the names of error classes appear in logs
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

/** @type {esbuild.BuildOptions} */
const extension = {
  ...split,
  entryPoints: ['src/extension.ts'],
  chunkNames: 'chunks/[name]-[hash]',
  plugins: [toCommonJs()],
};

/** The command line, and the worker that it shares with the extension. Together they are the npm package. @type {esbuild.BuildOptions} */
const programs = {
  ...split,
  entryPoints: ['src/cli.ts', 'src/worker/worker.ts'],
  chunkNames: 'shared/[name]-[hash]',
  plugins: [toCommonJs(), executable('dist/cli.js')],
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

function toCommonJs() {
  const options = {
    ...{
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      sourcemap: true,
      minify: flags.has('--production'),
    },
    supported: { 'dynamic-import': false },
  };
  const convert = async ({ path: file, text }) => {
    const { code, map } = await esbuild.transform(text, { ...options, sourcefile: path.basename(file) });
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${code}//# sourceMappingURL=${path.basename(file)}.map\n`);
    writeFileSync(`${file}.map`, map);
  };
  const onEnd = async ({ outputFiles = [] }) => {
    await Promise.all(outputFiles.map(convert));
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

rmSync('dist', { recursive: true, force: true });
if (flags.has('--tests')) removeStaleOutput();
const builds = flags.has('--tests') ? [extension, programs, webview, tests] : [extension, programs, webview];
if (flags.has('--watch')) {
  for (const build of builds) await (await esbuild.context({ ...build, logLevel: 'info' })).watch();
} else {
  await Promise.all(builds.map((build) => esbuild.build(build)));
  if (flags.has('--benchmarks')) await esbuild.build(benchmarks);
}
