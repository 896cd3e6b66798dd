/* What one would use to send a file to another machine without Picklepost. Each is left out, and named, where it is not installed. */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { findFreePort } from '../../src/net/ports';

/** Sends a file over loopback to a path. Resolves when it is there. */
export type Copy = (file: string, to: string) => Promise<void>;

/** An SSH server of this user's own, on a loopback port. */
export class SshServer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly port: number,
    private readonly directory: string,
  ) {}

  /** @returns undefined where there is no sshd, or none that starts */
  static async start(parent: string): Promise<SshServer | undefined> {
    const sshd = ['/usr/sbin/sshd', '/usr/local/sbin/sshd'].find((file) => existsSync(file));
    if (sshd === undefined || !isInstalled('scp')) return undefined;
    const directory = path.join(parent, 'ssh');
    mkdirSync(directory, { mode: 0o700 });
    for (const name of ['host', 'user'])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path.join(directory, name)]);
    const port = await findFreePort('127.0.0.1', 22_022);
    writeFileSync(path.join(directory, 'config'), configuration(directory, port));
    chmodSync(directory, 0o700);
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
    const child = spawn(sshd, ['-D', '-e', '-f', path.join(directory, 'config')], { stdio: 'ignore' });
    const server = new SshServer(child, port, directory);
    if (await isListening(port, child)) return server;
    server.stop();
    return undefined;
  }

  stop(): void {
    this.child.kill();
  }

  /** The ciphers of this scp, the usual one first. */
  ciphers(): string[] {
    const known = spawnSync('ssh', ['-Q', 'cipher'], { encoding: 'utf8' }).stdout.split('\n');
    return ['chacha20-poly1305@openssh.com', 'aes128-gcm@openssh.com', 'aes128-ctr'].filter((name) =>
      known.includes(name),
    );
  }

  scp(cipher: string): Copy {
    const options = [
      'StrictHostKeyChecking=no',
      'UserKnownHostsFile=/dev/null',
      'LogLevel=ERROR',
      'BatchMode=yes',
    ];
    const user = path.join(this.directory, 'user');
    const args = [
      '-q',
      '-c',
      cipher,
      '-P',
      String(this.port),
      '-i',
      user,
      ...options.flatMap((o) => ['-o', o]),
    ];
    return (file, to) => run('scp', [...args, file, `${os.userInfo().username}@127.0.0.1:${to}`]);
  }
}

function configuration(directory: string, port: number): string {
  return `ListenAddress 127.0.0.1
Port ${port}
HostKey ${directory}/host
AuthorizedKeysFile ${directory}/user.pub
StrictModes no
UsePAM no
PidFile none
PermitRootLogin yes
Subsystem sftp internal-sftp
`;
}

/** Sends as `nc` does. @returns undefined where it is not installed, or is not that of OpenBSD, whose arguments others do not take */
export function netcat(): Copy | undefined {
  const { stdout, stderr } = spawnSync('nc', ['-h'], { encoding: 'utf8' });
  if (!/OpenBSD netcat|\[-\w*N/.test(`${stdout}${stderr}`)) return undefined;
  return async (file, to) => {
    const port = await findFreePort('127.0.0.1', 22_100);
    const output = openSync(to, 'w');
    const input = openSync(file, 'r');
    const receiver = spawn('nc', ['-l', '127.0.0.1', String(port)], { stdio: ['ignore', output, 'inherit'] });
    const received = once(receiver, 'close');
    await untilBound(port);
    await Promise.all([run('nc', ['-N', '127.0.0.1', String(port)], input), received]);
    closeSync(input);
    closeSync(output);
  };
}

/** As the original does it: the whole file is one Fernet token, read, encrypted and sent at once. @returns undefined without Python or its cryptography */
export function pythonFernet(): Copy | undefined {
  if (spawnSync('python3', ['-c', 'import cryptography.fernet']).status !== 0) return undefined;
  const key = randomBytes(32).toString('base64url');
  return async (file, to) => {
    const port = await findFreePort('127.0.0.1', 22_200);
    const receiver = spawn('python3', ['-c', PYTHON_RECEIVER, String(port), `${key}=`, to], {
      stdio: 'inherit',
    });
    const received = once(receiver, 'close');
    await untilBound(port);
    await Promise.all([run('python3', ['-c', PYTHON_SENDER, String(port), `${key}=`, file]), received]);
  };
}

const PYTHON_SENDER = `
import socket, sys
from cryptography.fernet import Fernet
port, key, path = sys.argv[1:]
with socket.create_connection(("127.0.0.1", int(port))) as connection:
    connection.sendall(Fernet(key).encrypt(open(path, "rb").read()))
`;

const PYTHON_RECEIVER = `
import socket, sys
from cryptography.fernet import Fernet
port, key, path = sys.argv[1:]
server = socket.create_server(("127.0.0.1", int(port)))
connection, _ = server.accept()
token = bytearray()
while part := connection.recv(1 << 20):
    token += part
open(path, "wb").write(Fernet(key).decrypt(bytes(token)))
`;

/** Seconds that a copy takes. @throws Error if not everything has arrived */
export async function timeCopy(copy: Copy, file: string, to: string): Promise<number> {
  const start = performance.now();
  await copy(file, to);
  const seconds = (performance.now() - start) / 1000;
  if (statSync(to).size !== statSync(file).size) throw new Error(`Not all of ${file} has arrived.`);
  rmSync(to);
  return seconds;
}

function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

async function run(
  program: string,
  args: readonly string[],
  input: number | 'ignore' = 'ignore',
): Promise<void> {
  const child = spawn(program, args, { stdio: [input, 'inherit', 'inherit'] });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${program} has failed (${String(code)}).`);
}

async function isListening(port: number, child: ChildProcess): Promise<boolean> {
  while (child.exitCode === null) {
    if (await canConnect(port)) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Waits for a server that takes one connection only, without taking it: until the port can no longer be bound. */
async function untilBound(port: number): Promise<void> {
  while ((await findFreePort('127.0.0.1', port)) === port)
    await new Promise((resolve) => setTimeout(resolve, 5));
}
