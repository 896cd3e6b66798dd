// The one way in which TypeScript becomes JavaScript here.
//
//   node esbuild.mjs                bundles the entry points into dist/
//   node esbuild.mjs --tests        also transpiles src/ and test/, file by file, into out/
//   node esbuild.mjs --production   minifies the bundles
//   node esbuild.mjs --watch        does it again on every change
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import * as esbuild from 'esbuild';

const flags = new Set(process.argv.slice(2));

/** @type {esbuild.BuildOptions} */
const common = { platform: 'node', target: 'node20', format: 'cjs', sourcemap: true, logLevel: 'warning' };

/** @type {esbuild.BuildOptions} */
const bundles = {
  ...common,
  entryPoints: ['src/extension.ts', 'src/cli.ts', 'src/worker/worker.ts'],
  bundle: true,
  outdir: 'dist',
  entryNames: '[name]',
  external: ['vscode'],
  minify: flags.has('--production'),
  keepNames: true, // the names of error classes appear in logs
  plugins: [executable('dist/cli.js')],
};

/** @type {esbuild.BuildOptions} */
const webview = {
  ...bundles,
  platform: 'browser',
  target: 'es2022',
  format: 'iife',
  entryPoints: ['src/webview/pickleView.ts', 'src/webview/pickleView.css'],
  plugins: [],
};

/** @type {esbuild.BuildOptions} */
const tests = {
  ...common,
  entryPoints: ['src/**/*.ts', 'test/**/*.ts'],
  outbase: '.',
  outdir: 'out',
  plugins: [executable('out/test/harness/vscodeShim.js')],
};

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
const builds = flags.has('--tests') ? [bundles, webview, tests] : [bundles, webview];
if (flags.has('--watch')) {
  for (const build of builds) await (await esbuild.context({ ...build, logLevel: 'info' })).watch();
} else {
  await Promise.all(builds.map((build) => esbuild.build(build)));
}
