import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureHarness, harnessSource } from './setup';

export interface ServerOptions {
  /** Settings, secrets and state; kept when the server stops. */
  userData: string;
  /** Where installed extensions are. */
  extensions: string;
  /** User settings beside `baseSettings`; what is not given here stays as it is in `userData`. */
  settings?: Record<string, unknown>;
  /** The content of the user's keybindings.json; without it, what is there stays. */
  keybindings?: readonly object[];
  /** The port on 127.0.0.1; 0 or nothing takes a free one. */
  port?: number;
  /** What a browser must present to be let in; nothing lets everybody on this machine in. */
  connectionToken?: string;
  /** What stands in front of its command, to run it in another network (twoMachines.ts): a relay of this machine then leads to it. */
  within?: readonly string[];
  /** Folders of extensions that are there as if VS Code had brought them, or names of such as it brings. */
  builtins?: readonly string[];
  /** Lets a page start the extension host in development mode; suppresses all notifications. */
  smokeTestDriver?: boolean;
}

/** A running VS Code server: the part of VS Code that holds the extension host. A browser is its window. */
export interface VsCodeServer {
  readonly url: string;
  readonly port: number;
  /** Settles when the server has ended, whoever ended it. */
  readonly ended: Promise<void>;
  /** Ends the server and all its processes. */
  stop(): Promise<void>;
}

const baseSettings = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
  'remote.autoForwardPorts': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.autoDetectColorScheme': true,
  'window.commandCenter': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** Few built-in extensions make a quick start and need no network. */
const builtinExtensions = [
  'diff',
  'javascript',
  'json',
  'markdown-basics',
  'media-preview',
  'python',
  'theme-defaults',
  'theme-seti',
  'typescript-basics',
  'xml',
  'yaml',
];

const noGallery = {
  serviceUrl: '',
  itemUrl: '',
  resourceUrlTemplate: '',
  controlUrl: '',
  recommendationsUrl: '',
};

/** Starts a VS Code server on 127.0.0.1; rejects when it ends before it listens. */
export async function startServer(options: ServerOptions): Promise<VsCodeServer> {
  fs.mkdirSync(options.extensions, { recursive: true });
  writeSettings(options.userData, options.settings ?? {});
  if (options.keybindings)
    fs.writeFileSync(
      path.join(options.userData, 'User/keybindings.json'),
      JSON.stringify(options.keybindings),
    );
  // Sockets need a short path of their own; in the temporary directory itself they would pile up.
  const runtimeDir = fs.mkdtempSync(path.join(os.tmpdir(), 'picklepost-run-'));
  const socket = options.within && path.join(runtimeDir, 'server.sock');
  const [command = '', ...args] = [
    ...(options.within ?? []),
    serverNode(),
    ...serverArguments(options, socket),
  ];
  const child = spawn(command, args, {
    detached: true, // a process group of its own, so that stop() reaches every process
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { EXTENSIONS_GALLERY: JSON.stringify(noGallery), ...process.env, XDG_RUNTIME_DIR: runtimeDir },
  });
  const ended = once(child, 'close').then(() => fs.rmSync(runtimeDir, { recursive: true, force: true }));
  const listening = await listeningPort(child, ended).catch(async (error: unknown) => {
    await stop(child, ended);
    throw error;
  });
  const port = socket === undefined ? listening : await relayTo(socket, ended);
  return { url: `http://127.0.0.1:${port}`, port, ended, stop: () => stop(child, ended) };
}

/** Sockets in the file system are the same in every network. @returns a port of this machine that leads to one of them until it ends */
async function relayTo(socket: string, ended: Promise<void>): Promise<number> {
  const relay = createServer((from) => {
    const to = connect(socket);
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const)
      one.on('error', () => other.destroy()).pipe(other);
  });
  await once(relay.listen(0, '127.0.0.1'), 'listening');
  void ended.then(() => relay.close());
  return (relay.address() as AddressInfo).port;
}

/** Installs a packaged extension for the servers that use the same directory. */
export function installExtension(vsix: string, extensions: string): void {
  const userData = fs.mkdtempSync(path.join(os.tmpdir(), 'picklepost-install-'));
  const args = [serverMain(), '--install-extension', vsix, '--force', '--extensions-dir', extensions];
  const where = ['--user-data-dir', userData, '--server-data-dir', userData, '--accept-server-license-terms'];
  const { status, stdout, stderr } = spawnSync(serverNode(), [...args, ...where], { encoding: 'utf8' });
  fs.rmSync(userData, { recursive: true, force: true });
  if (status !== 0) throw new Error(`VS Code did not install ${vsix}: ${stdout}${stderr}`);
}

/** Merges settings into those of the user. A running server notices it only when its window is loaded again. */
function writeSettings(userData: string, settings: Record<string, unknown>): void {
  mergeSettings(path.join(userData, 'User/settings.json'), settings);
  // To the window, the server is another machine, which has its own settings of the scope `machine`.
  const ofMachine = Object.entries(settings).filter(([name]) => name.startsWith('picklepost.'));
  mergeSettings(path.join(userData, 'Machine/settings.json'), Object.fromEntries(ofMachine), {});
}

function mergeSettings(
  file: string,
  settings: Record<string, unknown>,
  initial: object = baseSettings,
): void {
  const present = fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as object) : initial;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify({ ...present, ...settings }, null, 2));
}

function serverArguments(options: ServerOptions, socket: string | undefined): string[] {
  const { userData, extensions, port = 0, connectionToken, smokeTestDriver } = options;
  return [
    ...['--require', path.join(harnessSource, 'serverPreload.cjs'), serverMain()],
    ...(socket === undefined ? ['--host', '127.0.0.1', '--port', String(port)] : ['--socket-path', socket]),
    ...connectionTokenArguments(userData, connectionToken),
    ...['--user-data-dir', userData, '--server-data-dir', userData, '--extensions-dir', extensions],
    ...['--builtin-extensions-dir', linkBuiltinExtensions(userData, options.builtins)],
    // Where nothing listens: without it, an agent host process of 110 MB is started.
    ...['--agent-host-bridge-path', path.join(userData, 'no-agent-host.sock')],
    '--accept-server-license-terms',
    '--disable-telemetry',
    '--disable-experiments',
    '--disable-workspace-trust',
    '--disable-getting-started-override',
    ...['--reconnection-grace-time', '30'],
    ...(smokeTestDriver ? ['--enable-smoke-test-driver'] : []),
  ];
}

/** The token travels in a file, as arguments are visible to every user of the machine. */
function connectionTokenArguments(userData: string, token: string | undefined): string[] {
  if (token === undefined) return ['--without-connection-token'];
  const file = path.join(userData, 'connection-token');
  fs.writeFileSync(file, token, { mode: 0o600 });
  return ['--connection-token-file', file];
}

function linkBuiltinExtensions(userData: string, others: readonly string[] = []): string {
  const dir = path.join(userData, 'builtin');
  fs.rmSync(dir, { recursive: true, force: true });
  fs.mkdirSync(dir);
  for (const extension of [...builtinExtensions, ...others])
    fs.symlinkSync(
      path.resolve(vscodeRoot(), 'extensions', extension),
      path.join(dir, path.basename(extension)),
      'junction',
    );
  return dir;
}

/**
 * The extension for git that comes with VS Code, copied to a folder, as a name for {@link ServerOptions.builtins}. It wants a module
 * that has to be compiled and that only copying of worktrees uses; here it is empty.
 */
export function copyGitExtension(to: string): string {
  const copy = path.join(to, 'git');
  fs.cpSync(path.join(vscodeRoot(), 'extensions/git'), copy, { recursive: true });
  const unused = path.join(copy, 'node_modules/@vscode/fs-copyfile');
  fs.mkdirSync(unused, { recursive: true });
  fs.writeFileSync(path.join(unused, 'index.js'), '');
  return copy;
}

async function listeningPort(child: ChildProcess, ended: Promise<void>): Promise<number> {
  let log = '';
  const listening = new Promise<number>((resolve, reject) => {
    const read = (data: Buffer): void => {
      log += data.toString();
      if (process.env.HARNESS_DEBUG) process.stderr.write(data);
      const where = /agent listening on (\S+)/.exec(log)?.[1];
      if (where) resolve(Number(where));
      // The server would go on without listening.
      const refused = /Error: (listen E.*)/.exec(log)?.[1];
      if (refused) reject(new Error(`VS Code cannot listen: ${refused}`));
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
  });
  const failed = ended.then(() => {
    throw new Error(`The VS Code server ended (${child.exitCode ?? child.signalCode}):\n${log.slice(-2000)}`);
  });
  return Promise.race([listening, failed]);
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  killGroup(child, 'SIGTERM');
  await Promise.race([ended, sleep(3000, undefined, { ref: false })]);
  killGroup(child, 'SIGKILL');
  await ended;
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // The group has ended already.
  }
}

function vscodeRoot(): string {
  return path.join(ensureHarness(), 'node_modules/code-server/lib/vscode');
}

function serverMain(): string {
  return path.join(vscodeRoot(), 'out/server-main.js');
}

/** The server needs a newer Node.js than this project: `module.registerHooks`, of 22.15. */
function serverNode(): string {
  const name = `node-${process.platform}-${process.arch}`;
  const bundled = path.join(ensureHarness(), 'node_modules', name, 'bin/node');
  if (fs.existsSync(bundled)) return bundled;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 15)) return process.execPath;
  throw new Error(
    `npm has no Node.js for ${process.platform} ${process.arch}: run this with Node.js 22.15 or newer`,
  );
}
