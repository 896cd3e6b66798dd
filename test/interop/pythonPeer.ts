import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** A program at the other end of a connection, with its lines of output. */
export class PeerProcess {
  private readonly lines: AsyncIterator<string, undefined>;
  private readonly exited: Promise<unknown>;
  private errors = '';

  private constructor(private readonly child: ChildProcessWithoutNullStreams) {
    this.lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    this.exited = once(child, 'close');
    child.stderr.on('data', (text: Buffer) => (this.errors += text.toString()));
    child.stdin.on('error', () => undefined);
  }

  /** Starts a script of test/interop/python. */
  static python(script: string, ...args: readonly string[]): PeerProcess {
    return PeerProcess.start('python3', '-B', path.resolve('test/interop/python', script), ...args);
  }

  static start(command: string, ...args: readonly string[]): PeerProcess {
    return new PeerProcess(spawn(command, args));
  }

  write(text: string | Uint8Array): void {
    this.child.stdin.write(text);
  }

  end(): void {
    this.child.stdin.end();
  }

  /** The next line of output. */
  async line(): Promise<string> {
    const next = await this.lines.next();
    if (next.done) throw new Error(`the peer has ended: ${this.errors.slice(-2000)}`);
    return next.value;
  }

  /** The next line of output, which is JSON. */
  async json(): Promise<Record<string, unknown>> {
    return JSON.parse(await this.line()) as Record<string, unknown>;
  }

  /** All lines that are still to come. */
  async rest(): Promise<string[]> {
    const lines: string[] = [];
    for (let next = await this.lines.next(); !next.done; next = await this.lines.next())
      lines.push(next.value);
    return lines;
  }

  async stop(): Promise<void> {
    this.child.kill();
    await this.exited;
  }
}
