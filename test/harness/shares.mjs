// Divides the test files of a suite among processes that run side by side, so that each has about as much to do as the others.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** How long each test file took when it last ran here, in milliseconds, by its path from the root of the project. */
export class Durations {
  #file;
  #known;

  /** @param {string} root the directory of package.json */
  constructor(root) {
    this.#file = path.join(root, 'node_modules/.cache/picklepost/durations.json');
    this.#known = existsSync(this.#file) ? JSON.parse(readFileSync(this.#file, 'utf8')) : {};
  }

  /** One that has not run yet is taken for as long as others of its length are. */
  of(file) {
    return this.#known[file] ?? statSync(file).size / 2;
  }

  /** @param {Record<string, number>} durations of the files that have run */
  keep(durations) {
    Object.assign(this.#known, durations);
    mkdirSync(path.dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, JSON.stringify(this.#known, undefined, 1));
  }
}

/** All test files below a directory, in the order of their names. */
export function testFiles(directory) {
  return readdirSync(directory, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.test.js'))
    .sort()
    .map((name) => path.join(directory, name));
}

/** Gives each file, the longest first, to the share that has least to do so far. In a share, the order stays. */
export function shareOut(files, count, durations) {
  const shares = Array.from({ length: count }, () => ({ files: [], total: 0 }));
  const longestFirst = [...files].sort((a, b) => durations.of(b) - durations.of(a));
  for (const file of longestFirst) {
    const [least] = [...shares].sort((a, b) => a.total - b.total);
    least.files.push(file);
    least.total += durations.of(file);
  }
  return shares.map((share) => share.files.sort());
}
