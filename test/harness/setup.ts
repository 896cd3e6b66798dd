import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The directory that holds package.json; this file runs as out/test/harness/setup.js. */
export const projectRoot = path.resolve(__dirname, '../../..');

/** What the harness consists of: package.json, its lock file, stubs/, and the files that run unbuilt. */
export const harnessSource = path.join(projectRoot, 'test/harness');

/** Only for this platform does npm have a Chromium that needs nothing from the system. */
export const hasBundledChromium = process.platform === 'linux' && process.arch === 'x64';

let installed: string | undefined;

/**
 * Returns the directory of the installed harness, and installs it first where it is missing:
 * once for each state of its lock file, into the user's cache, from the npm registry alone.
 */
export function ensureHarness(): string {
  installed ??= install(harnessDir());
  return installed;
}

/** The folder of the files that are kept between runs, outside of the clone. */
export function cacheDir(): string {
  // The specification has an empty or relative path ignored.
  const cache = process.env.XDG_CACHE_HOME ?? '';
  return path.join(path.isAbsolute(cache) ? cache : path.join(os.homedir(), '.cache'), 'picklepost-harness');
}

function harnessDir(): string {
  const lock = fs.readFileSync(path.join(harnessSource, 'package-lock.json'));
  const key = createHash('sha256').update(lock).digest('hex').slice(0, 12);
  return path.join(cacheDir(), key);
}

function install(dir: string): string {
  if (fs.existsSync(dir)) return dir;
  removeInterrupted(path.dirname(dir));
  const partial = `${dir}.${process.pid}`;
  fs.mkdirSync(partial, { recursive: true });
  try {
    console.error(`Installing VS Code and Chromium for the tests into ${dir} (once; downloads about 240 MB)`);
    installPackages(partial);
    if (hasBundledChromium) unpackChromium(partial, dir);
    moveInto(partial, dir);
  } finally {
    fs.rmSync(partial, { recursive: true, force: true });
  }
  return dir;
}

function installPackages(dir: string): void {
  for (const name of ['package.json', 'package-lock.json', '.npmrc', 'stubs']) {
    fs.cpSync(path.join(harnessSource, name), path.join(dir, name), { recursive: true });
  }
  runOrThrow('npm', ['ci', '--loglevel=error'], { cwd: dir, shell: process.platform === 'win32' });
  // The server, and the page through it, look for their modules beside the server.
  const modules = path.join(dir, 'node_modules/code-server/lib/vscode/node_modules');
  fs.symlinkSync('../../..', modules, 'junction');
}

/**
 * Unpacks Chromium with the few libraries and the fonts that it needs. The package unpacks into the
 * temporary directory, and the libraries only where it believes to be on AWS Lambda.
 */
function unpackChromium(dir: string, finalDir: string): void {
  const into = path.join(dir, 'chromium');
  fs.mkdirSync(into);
  const script = `import('@sparticuz/chromium').then((chromium) => chromium.default.executablePath())`;
  runOrThrow(process.execPath, ['--input-type=module', '-e', `await ${script}`], {
    cwd: dir,
    env: { ...process.env, TMPDIR: into, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
  });
  fs.writeFileSync(path.join(into, 'fonts/fonts.conf'), fontConfiguration(finalDir));
}

/** Fonts of the harness alone, so that a screenshot looks the same whatever fonts the machine has. */
function fontConfiguration(dir: string): string {
  const directories = ['chromium/fonts', 'node_modules/dejavu-fonts-ttf/ttf'];
  const families = { 'sans-serif': 'Open Sans', 'system-ui': 'Open Sans', monospace: 'DejaVu Sans Mono' };
  return [
    '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>',
    ...directories.map((fonts) => `<dir>${path.join(dir, fonts)}</dir>`),
    ...Object.entries(families).map(
      ([generic, font]) =>
        `<alias binding="same"><family>${generic}</family><prefer><family>${font}</family></prefer></alias>`,
    ),
    `<cachedir>${path.join(dir, 'chromium/fontcache')}</cachedir></fontconfig>\n`,
  ].join('\n');
}

/** Another process may have been first; then its installation serves as well. */
function moveInto(partial: string, dir: string): void {
  try {
    fs.renameSync(partial, dir);
  } catch (error) {
    if (!fs.existsSync(dir)) throw error;
  }
}

/** Removes what installations left behind whose process was killed. */
function removeInterrupted(parent: string): void {
  if (!fs.existsSync(parent)) return;
  for (const name of fs.readdirSync(parent)) {
    const pid = Number(/\.(\d+)$/.exec(name)?.[1]);
    if (pid && !isRunning(pid)) fs.rmSync(path.join(parent, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function runOrThrow(
  command: string,
  args: string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv; shell?: boolean },
): void {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2], ...options });
  if (status !== 0) throw new Error(`${command} failed in ${options.cwd}`, { cause: error ?? status });
}
