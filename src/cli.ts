#!/usr/bin/env node
import { version } from '../package.json';
import { runCommandLine } from './cli/commandLine';
import { Output } from './cli/output';

const interruption = new AbortController();
// Only once, so that a second signal ends a process that does not end.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort());

const context = { output: new Output(process.stdout, process.stderr), interruption: interruption.signal };
void runCommandLine(process.argv.slice(2), version, context).then((code) => {
  // Nothing that is still open, such as standard input, may keep a program that is done.
  process.exit(code);
});
