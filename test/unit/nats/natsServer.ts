import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** The program: another version than the installed one, where this names it. */
const PROGRAM = process.env['PICKLEPOST_NATS_SERVER'] ?? 'nats-server';
const VERSION = spawnSync(PROGRAM, ['--version'], { encoding: 'utf8' });

/** Whether a real server is installed here. */
export const HAS_NATS = VERSION.status === 0;

/** Such as `2.9.10`; empty without a server. */
export const NATS_VERSION = /(\d+\.\d+\.\d+)/.exec(HAS_NATS ? VERSION.stdout : '')?.[1] ?? '';

/** For a suite that needs one: says loudly that it does not run, and how it would. */
export function skipWithoutNats(suite: Mocha.Suite): void {
  if (HAS_NATS) return;
  console.warn(
    `\nSKIPPED: "${suite.fullTitle()}" needs nats-server in PATH ("apt-get install nats-server", or a binary from https://github.com/nats-io/nats-server/releases).\n`,
  );
  suite.beforeAll(function skip() {
    this.skip();
  });
}

export interface NatsServerOptions {
  /** More of its configuration. */
  readonly config?: string;
  readonly isWithoutJetStream?: boolean;
  /** Variables for its process, in addition to those of this one. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A real server, with a directory of its own. */
export class NatsServer {
  private child: ChildProcess | undefined;
  readonly directory = mkdtempSync(path.join(tmpdir(), 'picklepost-nats-'));

  private constructor(
    readonly port: number,
    private readonly options: NatsServerOptions,
  ) {}

  static async start(options: NatsServerOptions = {}, port?: number): Promise<NatsServer> {
    const server = new NatsServer(port ?? (await freePort()), options);
    await server.start();
    return server;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** Also again, after it was killed. Settles when it takes connections. */
  async start(): Promise<void> {
    const file = path.join(this.directory, 'server.conf');
    const store = this.options.isWithoutJetStream
      ? ''
      : `jetstream { store_dir: "${this.directory}/store" }\n`;
    writeFileSync(file, `host: "127.0.0.1"\nport: ${this.port}\n${store}${this.options.config ?? ''}\n`);
    const env = { ...process.env, ...this.options.environment };
    const child = spawn(PROGRAM, ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'], env });
    this.child = child;
    const lines = createInterface(child.stderr);
    const log: string[] = [];
    await new Promise<void>((resolve, reject) => {
      lines.on('line', (line) => {
        log.push(line);
        if (line.includes('Server is ready')) resolve();
      });
      child.once('exit', () => reject(new Error(`nats-server has ended:\n${log.join('\n')}`)));
      child.once('error', reject);
    });
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.child?.kill(signal);
  }

  /** With kill -9, as a machine that fails. */
  async kill(): Promise<void> {
    const { child } = this;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A cluster of three, in which the first server is not the leader of anything in particular. */
export class NatsCluster {
  private constructor(readonly servers: readonly NatsServer[]) {}

  static async start(): Promise<NatsCluster> {
    const ports = await Promise.all(Array.from({ length: 3 }, () => freePort()));
    const routes = ports.map((port) => `nats-route://127.0.0.1:${port}`).join(', ');
    const servers = await Promise.all(
      ports.map((port, index) =>
        NatsServer.start({
          config: `server_name: "n${index}"\ncluster { name: "test", host: "127.0.0.1", port: ${port}, routes: [${routes}] }`,
        }),
      ),
    );
    return new NatsCluster(servers);
  }

  get addresses(): readonly string[] {
    return this.servers.map(({ address }) => address);
  }

  async dispose(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.dispose()));
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
