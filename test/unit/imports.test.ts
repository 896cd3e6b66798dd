import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const SOURCES = path.resolve('src');

describe('imports', () => {
  it('form no cycles of files, including imports of types and dynamic imports', () => {
    assert.equal(cycleIn(importGraph()), undefined);
  });

  it('of a cycle are found, wherever the search begins', () => {
    const graph = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', []],
      ['d', ['b']],
    ]);
    assert.deepEqual(cycleIn(graph), ['b', 'd', 'b']);
  });

  it('are limited by lint for each room of core, inbox and editor', () => {
    const config = readFileSync('eslint.config.mjs', 'utf8');
    const rooms = ['core', 'inbox', 'editor'].flatMap((layer) =>
      readdirSync(path.join(SOURCES, layer), { withFileTypes: true }).filter((entry) => entry.isDirectory()),
    );
    // The room of values has a rule of its own.
    const missing = rooms.filter(({ name }) => name !== 'values' && !config.includes(`{ room: '${name}', `));
    assert.deepEqual(
      missing.map(({ name }) => name),
      [],
    );
  });
});

/** Each source file, with those that it imports in any way. */
function importGraph(): Map<string, readonly string[]> {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(SOURCES, name));
  const known = new Set(files);
  return new Map(
    files.map((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'));
      const imported = importedFiles.map(
        ({ fileName }) => `${path.resolve(path.dirname(file), fileName)}.ts`,
      );
      return [file, imported.filter((name) => known.has(name))];
    }),
  );
}

/** @returns the nodes of a cycle, the first one at its end again */
function cycleIn(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(node)) return [...way.slice(way.indexOf(node)), node];
    if (done.has(node)) return undefined;
    done.add(node);
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next, [...way, node]);
      if (cycle) return cycle;
    }
    return undefined;
  };
  for (const node of graph.keys()) {
    const cycle = visit(node, []);
    if (cycle) return cycle;
  }
  return undefined;
}
