// Attacks a receive server in every way at once, with honest senders beside, and fails where one of them loses anything or where the
// server goes beyond its bounds:
//
//   npm run soak
//   npm run soak -- --seconds 30
import { spawnSync } from 'node:child_process';
import { ensureInstalled, projectRoot } from '../harness/install.mjs';

process.chdir(projectRoot);
ensureInstalled();
for (const args of [
  ['esbuild.mjs', '--tests'],
  ['out/test/soak/main.js', ...process.argv.slice(2)],
]) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
