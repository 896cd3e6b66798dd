import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../harness/setup';
import type { Section } from './main';

/** What is installed. */
export async function benchSize(): Promise<Section> {
  const size = (file: string): string =>
    `${(statSync(path.join(projectRoot, file)).size / 1000).toFixed(0)} kB`;
  const vsix = readdirSync(projectRoot).find((name) => name.endsWith('.vsix'));
  return Promise.resolve({
    title: 'Size',
    method: 'What is installed, with minified bundles.',
    columns: ['what', 'figure'],
    rows: [
      ...(vsix === undefined ? [] : [['.vsix', size(vsix)]]),
      ['dist/extension.js', size('dist/extension.js')],
      ['dist/worker.js', size('dist/worker.js')],
      ['dist/cli.js', size('dist/cli.js')],
    ],
  });
}
