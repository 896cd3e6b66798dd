import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { projectRoot } from '../harness/setup';
import { benchAttacks } from './attacks';
import { benchBudgets } from './budgets';
import { benchCodecs } from './codecs';
import { benchEditor } from './editor';
import { benchFernet } from './fernet';
import { benchInbox } from './inbox';
import { benchLargeFiles } from './largeFiles';
import { benchInspector } from './inspector';
import { benchClass } from './nats/class';
import { benchInstruments } from './nats/instruments';
import { benchLarge } from './nats/large';
import { benchScrolling } from './scrolling';
import { benchSize } from './size';
import { benchSmallItems } from './smallItems';
import { benchStartup } from './startup';
import { benchTransfers } from './transfers';
import { benchValues } from './values';

/** One table of results. */
export interface Section {
  readonly title: string;
  /** How it was measured. */
  readonly method: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const benchmarks: Readonly<Record<string, () => Promise<Section | Section[]>>> = {
  size: benchSize,
  startup: benchStartup,
  codecs: benchCodecs,
  values: benchValues,
  fernet: benchFernet,
  files: benchLargeFiles,
  transfers: benchTransfers,
  small: benchSmallItems,
  budgets: benchBudgets,
  inbox: benchInbox,
  inspector: benchInspector,
  scrolling: benchScrolling,
  editor: benchEditor,
  attacks: benchAttacks,
  class: benchClass,
  instruments: benchInstruments,
  shared: benchLarge,
};

void main(process.argv.slice(2));

async function main(names: readonly string[]): Promise<void> {
  const [name] = names;
  if (name !== undefined && names.length === 1) return run(name);
  const sections = (names.length > 0 ? names : Object.keys(benchmarks)).map(runAlone);
  if (names.length > 0) return;
  const file = path.join(projectRoot, 'docs/performance.md');
  writeFileSync(file, `${heading()}\n\n${sections.join('\n\n')}\n`);
  console.log(`\nWritten to ${path.relative(projectRoot, file)}.`);
}

async function run(name: string): Promise<void> {
  const benchmark = benchmarks[name];
  if (!benchmark)
    throw new Error(`There is no benchmark ${name}; there are: ${Object.keys(benchmarks).join(', ')}`);
  for (const section of [await benchmark()].flat()) console.log(`\n${format(section)}`);
}

/** In a process of its own, so that none has the memory of another. @returns what it has printed */
function runAlone(name: string): string {
  const { status, stdout } = spawnSync(
    process.execPath,
    [...process.execArgv, ...process.argv.slice(1, 2), name],
    { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' },
  );
  process.stdout.write(stdout);
  if (status !== 0) process.exit(1);
  return stdout.trim();
}

function heading(): string {
  const [cpu] = os.cpus();
  return `# Performance

Measured with \`npm run bench\`, in one run, on ${os.cpus().length} processors (${cpu?.model ?? 'unknown'}), ${os.type()}, Node.js ${process.versions.node}. Figures on another machine, or on a busy one, differ; ratios differ less. Times are medians of five runs unless stated otherwise.`;
}

function format({ title, method, columns, rows }: Section): string {
  const lines = [columns, columns.map((_, i) => (i === 0 ? '---' : '---:')), ...rows];
  return `## ${title}\n\n${method}\n\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}`;
}
