#!/usr/bin/env node
import { version } from '../package.json';
import { runCommandLine } from './cli/commandLine';
import { Output } from './cli/output';

let interruption: AbortSignal | undefined;

const context = {
  output: new Output(process.stdout, process.stderr),
  /** A command that does not ask for it is ended by the signals themselves. */
  get interruption(): AbortSignal {
    return (interruption ??= listenToSignals());
  },
};

function listenToSignals(): AbortSignal {
  const interrupted = new AbortController();
  // Only once, so that a second signal ends a process that does not end.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  return interrupted.signal;
}

void runCommandLine(process.argv.slice(2), version, context).then((code) => {
  // Nothing that is still open, such as standard input, may keep a program that is done.
  process.exit(code);
});
