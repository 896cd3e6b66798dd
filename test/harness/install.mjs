// Installs node_modules where something is missing there. Uses Node.js built-ins only, so that it works in a fresh clone.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** Runs `npm ci` unless node_modules holds what package-lock.json says. Throws when that fails. */
export function ensureInstalled() {
  if (!isInstalled()) runNpm(['ci', '--loglevel=error']);
}

/** Runs npm, the one that runs this script where there is one. Throws when it fails. */
export function runNpm(args) {
  const npm = process.env.npm_execpath;
  const options = { cwd: projectRoot, stdio: 'inherit', shell: !npm && process.platform === 'win32' };
  const { status, error } = npm
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync('npm', args, options);
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed`, { cause: error });
}

function isInstalled() {
  const installed = readPackages('node_modules/.package-lock.json');
  return Object.entries(readPackages('package-lock.json')).every(
    ([name, { version, optional }]) => name === '' || optional || installed[name]?.version === version,
  );
}

function readPackages(lockFile) {
  const file = path.join(projectRoot, lockFile);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {};
}
