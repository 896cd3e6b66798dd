import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it, type Context, type Suite } from 'mocha';

/**
 * Where Python is looked for: the one that a person names, such as that of an environment with other versions of libraries, the usual
 * one, and that of the system, which has the libraries that Debian packages.
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

/**
 * A suite for each installed version of the modules, or of Python if there are none; one that says that it is skipped where there is
 * none.
 */
export function describeWithPythons(
  title: string,
  modules: readonly string[],
  suite: (this: Suite, python: string) => void,
): void {
  const needed = modules.length > 0 ? modules : ['python'];
  const found = new Map<string, InstalledPython>();
  for (const python of pythons().toReversed()) {
    const isComplete = needed.every((module) => module in python.versions);
    const names = needed.map((module) => `${module} ${python.versions[module] ?? ''}`);
    if (isComplete) found.set(names.join(', '), python);
  }
  for (const [name, { program }] of found)
    describe(`${title} (${name})`, function () {
      this.timeout(120_000);
      suite.call(this, program);
    });
  if (found.size > 0) return;
  const missing = ['python3', ...modules].join(' with ');
  console.warn(`\n!!! NOT RUN: ${title}: there is no ${missing} here.\n`);
  describe(title, () => it.skip(`needs ${missing}`));
}

/** A Python, and the versions of the modules that tests ask for. */
interface InstalledPython {
  readonly program: string;
  readonly versions: Readonly<Record<string, string>>;
}

const FIND_VERSIONS = `
import json, sys
from importlib import metadata, util
libraries = {"sklearn": "scikit-learn", "PIL": "pillow", "dateutil": "python-dateutil"}
def version(module):
    try:
        return metadata.version(libraries.get(module, module))
    except metadata.PackageNotFoundError:
        return ""
modules = "numpy pandas scipy sklearn joblib PIL pytz dateutil torch".split()
versions = {module: version(module) for module in modules if util.find_spec(module)}
print(json.dumps([sys.executable, {"python": sys.version.split()[0], **versions}]))
`;

let installed: readonly InstalledPython[] | undefined;

/** Each that is installed, once. Nothing is imported, as that would take seconds. */
function pythons(): readonly InstalledPython[] {
  if (installed) return installed;
  const found = new Map<string, InstalledPython>();
  for (const program of PYTHONS) {
    const { status, stdout } = spawnSync(program, ['-c', FIND_VERSIONS], { encoding: 'utf8' });
    if (status !== 0) continue;
    const [executable, versions] = JSON.parse(stdout) as [string, Record<string, string>];
    found.set(executable, { program, versions });
  }
  return (installed = [...found.values()]);
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
