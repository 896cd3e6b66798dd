import assert from 'node:assert/strict';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach } from 'mocha';
import { runCommandLine } from '../../../src/cli/commandLine';
import { Output } from '../../../src/cli/output';
import { ownHome } from '../../harness/homeFolder';

/** The built program. */
export const PROGRAM = path.resolve('dist/cli.js');

type Program = ChildProcessByStdio<Writable, Readable, Readable>;

export interface Outcome {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** One line of `--json`. */
export type Line = Record<string, unknown>;

const running = new Set<Program>();

// A test that fails leaves its programs running.
afterEach(() => {
  for (const program of running) program.kill('SIGKILL');
});

export function startProgram(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Program {
  const env = { ...process.env, ...ownHome(), PICKLEPOST_INBOX_KEY_FILE: '', ...environment };
  const program = spawn(process.execPath, [PROGRAM, ...args], { stdio: 'pipe', env });
  running.add(program);
  program.once('exit', () => running.delete(program));
  return program;
}

/** Runs the built program to its end. */
export async function run(args: readonly string[], input: string | Buffer = ''): Promise<Outcome> {
  const program = startProgram(args);
  program.stdin.end(input);
  return outcomeOf(program);
}

export async function outcomeOf(program: Program): Promise<Outcome> {
  const [output, errors] = await Promise.all([
    text(program.stdout),
    text(program.stderr),
    once(program, 'close'),
  ]);
  return { code: program.exitCode, output, errors };
}

/** Runs the program, which must succeed. @returns its standard output */
export async function succeed(args: readonly string[], input: string | Buffer = ''): Promise<string> {
  const { code, output, errors } = await run(args, input);
  assert.equal(errors, '');
  assert.equal(code, 0);
  return output;
}

/** Runs the program without a process of its own. */
export async function runHere(args: readonly string[]): Promise<Outcome> {
  const [results, errors] = [new PassThrough(), new PassThrough()];
  const output = new Output(results, errors);
  const context = {
    output,
    workerScript: '',
    snippetFolder: 'media/snippets',
    interruption: new AbortController().signal,
  };
  const code = await runCommandLine(args, '1.2.3', context);
  return { code, output: await text(results.end()), errors: await text(errors.end()) };
}

/** Settles when nothing listens at a port of this machine any more. */
export async function stopsListening(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
    } catch {
      return;
    } finally {
      socket.destroy();
    }
  }
}

export function jsonLines(output: string): Line[] {
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

/** A running `picklepost receive --json --port 0`. */
export class Receiver {
  private readonly lines;
  private readonly ended: Promise<[number | null]>;

  private constructor(
    readonly program: Program,
    private readonly errors = text(program.stderr),
  ) {
    this.lines = createInterface(program.stdout)[Symbol.asyncIterator]() as AsyncIterator<string, undefined>;
    this.ended = once(program, 'exit') as Promise<[number | null]>;
  }

  /** `HOST:PORT` */
  address = '';

  static async start(...args: string[]): Promise<Receiver> {
    const receiver = new Receiver(startProgram(['receive', '--json', '--port', '0', ...args]));
    const { event, host, port } = await receiver.next();
    assert.equal(event, 'listening');
    receiver.address = `${String(host)}:${String(port)}`;
    return receiver;
  }

  get port(): number {
    return Number(this.address.split(':')[1]);
  }

  /** The next line that it prints. */
  async next(): Promise<Line> {
    const line: IteratorResult<string, undefined> = await this.lines.next();
    if (line.done === true) assert.fail(`it ended: ${await this.errors}`);
    return JSON.parse(line.value) as Line;
  }

  /** Interrupts it. @returns what it said on standard error */
  async stop(): Promise<string> {
    this.program.kill('SIGINT');
    assert.equal(await this.exitCode(), 0);
    return this.errors;
  }

  async exitCode(): Promise<number | null> {
    return (await this.ended)[0];
  }
}
