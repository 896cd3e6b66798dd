// Remembers with which files a check has passed. A check whose outcome depends on nothing else need not run again until one of them
// is another.
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What builds, tests and installing leave in the project, and what no check reads. */
const GENERATED = new Set([
  '.cache',
  '.git',
  '.vscode-test',
  '__pycache__',
  'dist',
  'fuzz-findings',
  'node_modules',
  'out',
  'ui-shots',
]);
const GENERATED_FILE = /\.(?:vsix|tgz)$/;

export class PassStamp {
  #root;
  #file;
  #commands;
  #output;
  #before;

  /**
   * @param {string} root the directory of package.json
   * @param {string} name of the check
   * @param {unknown} commands that the check consists of
   * @param {string} [output] a file in there that the check makes, and without which it has to run again
   */
  constructor(root, name, commands, output) {
    this.#root = root;
    this.#file = path.join(root, 'node_modules/.cache/picklepost', `${name}.passed`);
    this.#commands = commands;
    this.#output = output;
    this.#before = this.#fingerprint();
  }

  /** Whether the check has passed with what is there now. */
  get isFresh() {
    return existsSync(this.#file) && readFileSync(this.#file, 'utf8') === this.#stamp();
  }

  /** Says that the check has passed. Nothing is kept where a file has changed since it began. */
  keep() {
    if (this.#fingerprint() !== this.#before) return;
    mkdirSync(path.dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, this.#stamp());
  }

  /** What the check has read, and what it has made. */
  #stamp() {
    if (this.#output === undefined) return this.#before;
    const output = path.join(this.#root, this.#output);
    const made = existsSync(output)
      ? createHash('sha256').update(readFileSync(output)).digest('hex')
      : 'nothing';
    return `${this.#before} ${made}`;
  }

  /** A hash of all files of the project, of the packages that are installed, of Node.js, and of what is run. */
  #fingerprint() {
    const hash = createHash('sha256');
    const add = (name, content) => hash.update(`${name}\0${content.length}\0`).update(content);
    add('run', Buffer.from(JSON.stringify([process.version, process.platform, this.#commands])));
    const installed = path.join(this.#root, 'node_modules/.package-lock.json');
    if (existsSync(installed)) add('installed', readFileSync(installed));
    for (const [name, content] of filesBelow(this.#root)) add(path.relative(this.#root, name), content);
    return hash.digest('hex');
  }
}

/** Names and contents in an order that is always the same; the content of a link is where it leads. */
function* filesBelow(directory) {
  const entries = readdirSync(directory, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = path.join(directory, entry.name);
    if (GENERATED.has(entry.name) || GENERATED_FILE.test(entry.name)) continue;
    if (entry.isDirectory()) yield* filesBelow(name);
    else if (entry.isSymbolicLink()) yield [name, Buffer.from(readlinkSync(name))];
    else if (entry.isFile()) yield [name, readFileSync(name)];
  }
}
