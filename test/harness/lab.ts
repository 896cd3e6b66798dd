import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { projectRoot } from './setup';

const SCRIPT = path.join(projectRoot, 'test/harness/lab.sh');
const UNSHARE = ['--map-root-user', '--net', '--mount'];

const ATTEMPT = 'ip link add name lan type veth peer name outlet && nsenter --version && mount --bind . .';
let canHaveOne: boolean | undefined;

/** Skips a suite, and says so, where this user cannot have a network of its own. */
export function needsLab(suite: Mocha.Suite): void {
  canHaveOne ??= spawnSync('unshare', [...UNSHARE, 'sh', '-c', ATTEMPT]).status === 0;
  if (canHaveOne) return;
  console.warn(
    `\n!!! NOT RUN: "${suite.fullTitle()}" needs network namespaces (unshare, ip, nsenter) of this user.\n`,
  );
  suite.beforeAll(function skip() {
    this.skip();
  });
}

/** For the end of a suite, whether or not it has begun. */
export async function disposeLabs(): Promise<void> {
  for (const lab of labs) await lab.dispose();
  labs.clear();
}

const labs = new Set<Lab>();

/** A command that runs in the lab. */
export type LabProcess = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * A machine as examples in help and documentation take it for granted: it has the address 192.168.1.20, the names `lab` and `nats.lab`,
 * all ports free, an empty home, and `picklepost` in its path.
 */
export class Lab {
  /** Removed in the end, with the home and all folders. */
  private readonly root = mkdtempSync(path.join(os.tmpdir(), 'picklepost-lab-'));
  private readonly running = new Set<ChildProcess>();
  private folders = 0;

  private constructor(private readonly holder: LabProcess) {}

  static async start(): Promise<Lab> {
    const hosts = path.join(mkdtempSync(path.join(os.tmpdir(), 'picklepost-hosts-')), 'hosts');
    writeFileSync(hosts, '127.0.0.1 localhost\n192.168.1.20 lab nats.lab\n');
    const holder = spawn('unshare', [...UNSHARE, 'sh', SCRIPT, hosts], { stdio: 'pipe' });
    const ready = once(createInterface(holder.stdout), 'line');
    const failed = text(holder.stderr).then((errors) => assert.fail(`The lab has no network: ${errors}`));
    await Promise.race([ready, failed]);
    failed.catch(() => undefined);
    rmSync(path.dirname(hosts), { recursive: true });
    const lab = new Lab(holder);
    labs.add(lab);
    for (const name of ['home', 'bin']) mkdirSync(path.join(lab.root, name));
    symlinkSync(path.join(projectRoot, 'dist/cli.js'), path.join(lab.root, 'bin/picklepost'));
    return lab;
  }

  /** The inbox that commands use there unless they name another. */
  get inbox(): string {
    return path.join(this.root, 'home/.local/share/picklepost/inbox');
  }

  /** A new folder. @param files what is in it, by relative path */
  folder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
    const folder = path.join(this.root, `work${String(this.folders++)}`);
    mkdirSync(folder);
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content, { mode: 0o600 });
    }
    return folder;
  }

  /** Starts one program, with the arguments and redirections of a line of the shell. Signals are for that. */
  start(line: string, cwd: string): LabProcess {
    return this.spawn(`exec ${line}`, cwd);
  }

  private spawn(line: string, cwd: string): LabProcess {
    const spaces = ['--user', '--preserve-credentials', '--net', '--mount'];
    const enter = ['--target', String(this.holder.pid), ...spaces, `--wd=${cwd}`];
    const args = [...enter, 'bash', '-o', 'pipefail', '-c', line];
    const child = spawn('nsenter', args, { stdio: 'pipe', env: this.environment });
    this.running.add(child);
    child.once('exit', () => this.running.delete(child));
    return child;
  }

  /** Runs a line of the shell, which must succeed. @returns what it prints */
  async succeed(line: string, cwd: string, input = ''): Promise<string> {
    const child = this.spawn(line, cwd);
    child.stdin.end(input);
    const [output, errors] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    assert.equal(child.exitCode, 0, `${line}: ${errors}`);
    return output;
  }

  /** Ends it with all that runs in it. */
  async dispose(): Promise<void> {
    for (const child of this.running) child.kill('SIGKILL');
    const ended = once(this.holder, 'exit');
    this.holder.stdin.end();
    await ended;
    rmSync(this.root, { recursive: true, force: true });
  }

  private get environment(): NodeJS.ProcessEnv {
    const { PATH = '' } = process.env;
    const node = path.dirname(process.execPath);
    return {
      PATH: [path.join(this.root, 'bin'), node, PATH].join(path.delimiter),
      HOME: path.join(this.root, 'home'),
    };
  }
}
