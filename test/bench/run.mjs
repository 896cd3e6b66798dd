// Measures speed and memory beside what one would use instead, prints the figures, and writes docs/performance.md:
//
//   npm run bench
//   npm run bench -- codecs
import { spawnSync } from 'node:child_process';
import { ensureInstalled, projectRoot, runNpm } from '../harness/install.mjs';

process.chdir(projectRoot);
ensureInstalled();
runNpm(['run', '--silent', 'package']);
for (const args of [
  ['esbuild.mjs', '--tests', '--benchmarks', '--production'],
  ['--expose-gc', 'out/test/bench/main.js', ...process.argv.slice(2)],
]) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
