// Opens the extension, with a copy of the sample workspace, in a real VS Code: the desktop one where there is
// a `code` command, else one that is served to a browser of this machine until Ctrl+C.
//
//   npm start
//   npm start -- --browser --port 8123
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled, projectRoot, runNpm } from './install.mjs';

const { browser, port } = parseArgs({
  options: { browser: { type: 'boolean' }, port: { type: 'string', default: '6880' } },
}).values;

process.chdir(projectRoot);
ensureInstalled();
runNpm(['run', '--silent', 'build', '--', '--tests']);
const { cacheDir } = await import('../../out/test/harness/setup.js');
const { installExtension, startServer } = await import('../../out/test/harness/server.js');

// The state of this VS Code outlives it; the clone stays as it is.
const directory = path.join(cacheDir(), 'start');
const workspace = path.join(directory, 'workspace');
cpSync('test/sample-workspace', workspace, { recursive: true });
const code = browser ? undefined : findDesktop();
try {
  if (code) openDesktop(code);
  else await serve();
} catch (error) {
  console.error(`${error.message}\nAnother way to open it: npm start -- --browser --port <number>`);
  process.exitCode = 1;
}

/** Not the `code` of a terminal inside VS Code's remote server, which cannot open a development window. */
function findDesktop() {
  if (process.env.VSCODE_IPC_HOOK_CLI) return undefined;
  const name = process.platform === 'win32' ? 'code.cmd' : 'code';
  const candidates = (process.env.PATH ?? '').split(path.delimiter).map((dir) => path.join(dir, name));
  return candidates.find((file) => existsSync(file));
}

function openDesktop(code) {
  const args = ['--new-window', `--extensionDevelopmentPath=${projectRoot}`, workspace];
  const { status } = spawnSync(code, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) throw new Error(`${code} failed.`);
  console.log(`Opened ${workspace} in the desktop VS Code.`);
}

async function serve() {
  const extensions = path.join(directory, 'extensions');
  const vsix = path.join(directory, 'picklepost.vsix');
  runNpm(['run', '--silent', 'package', '--', '--out', vsix]);
  installExtension(vsix, extensions);
  const connectionToken = randomBytes(16).toString('hex');
  const userData = path.join(directory, 'user-data');
  const server = await startServer({ userData, extensions, port: Number(port), connectionToken });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => void server.stop());
  const query = new URLSearchParams({ tkn: connectionToken, folder: workspace });
  console.log(`\nVS Code with Picklepost is ready. Open it in a browser of this machine:\n`);
  console.log(`  ${server.url}/?${query}\n`);
  console.log('Ctrl+C ends it; npm start -- --port <number> takes another port.');
  await server.ended;
}
