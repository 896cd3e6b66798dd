// Gives every parser of what others send very many broken inputs, and fails where one crashes, hangs or grows:
//
//   npm run fuzz
//   npm run fuzz -- pickle --count 1000000 --seed 7
import { spawnSync } from 'node:child_process';
import { ensureInstalled, projectRoot } from '../harness/install.mjs';

process.chdir(projectRoot);
ensureInstalled();
for (const args of [
  ['esbuild.mjs', '--fuzz'],
  ['--expose-gc', '--max-old-space-size=1024', 'node_modules/.cache/fuzz/main.js', ...process.argv.slice(2)],
]) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
