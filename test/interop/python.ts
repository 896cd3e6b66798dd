import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Context } from 'mocha';

/**
 * Pythons in the order in which they are tried: the one that a person names, such as that of an environment with other versions of
 * libraries, and that of the system, which has the libraries that Debian packages.
 */
const PYTHONS = [process.env.PICKLEPOST_TEST_PYTHON ?? 'python3', 'python3', '/usr/bin/python3'];

/** Skips the suite whose `before` hook this is called in, and says so, where no python3 has the modules. @returns the one that has them */
export function needsPython(suite: Context, ...modules: readonly string[]): string {
  const imports = ['sys', ...modules].map((module) => `import ${module}`).join('\n');
  const python = PYTHONS.find((program) => spawnSync(program, ['-c', imports]).status === 0);
  if (python !== undefined) return python;
  const missing = ['python3', ...modules].join(' with ');
  console.warn(
    `\n!!! NOT RUN: ${suite.test?.parent?.fullTitle() ?? 'a suite'}: there is no ${missing} here.\n`,
  );
  return suite.skip();
}

/** Runs a script of test/interop/python with the input, and returns its lines of output. */
export function runPython(script: string, input = '', python = 'python3'): string[] {
  const file = path.resolve('test/interop/python', script);
  // -B: leaves no compiled files beside the sources.
  const { status, stdout, stderr, error } = spawnSync(python, ['-B', file], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`${script} failed: ${error?.message ?? stderr.slice(-2000)}`);
  return stdout.split('\n').slice(0, -1);
}

/** A script of test/interop/python that runs beside the test. Its output is JSON, an object a line. */
export class PythonPeer {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  private errors = '';

  constructor(script: string, args: readonly string[]) {
    const file = path.resolve('test/interop/python', script);
    const child = spawn('python3', ['-B', file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stderr.on('data', (text: Buffer) => (this.errors += text.toString()));
    this.child = child;
    this.lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** The next line. */
  async next(): Promise<unknown> {
    const line = await this.lines.next();
    if (line.done) throw new Error(`the script has ended: ${this.errors.slice(-2000)}`);
    return JSON.parse(line.value);
  }

  /** All further lines, up to the end of the script. */
  async rest(): Promise<unknown[]> {
    const objects: unknown[] = [];
    for (let line = await this.lines.next(); !line.done; line = await this.lines.next())
      objects.push(JSON.parse(line.value));
    if (this.errors !== '') throw new Error(this.errors.slice(-2000));
    return objects;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill();
    await once(this.child, 'exit');
  }
}
