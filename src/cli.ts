#!/usr/bin/env node
import path from 'node:path';
import { version } from '../package.json';
import { runCommandLine } from './cli/commandLine';
import { DONE, exitCodeOfSignal } from './cli/exitCodes';
import { Output } from './cli/output';

let interruption: AbortSignal | undefined;
/** The one that has ended a command. */
let endedBy: NodeJS.Signals | undefined;

const context = {
  output: new Output(process.stdout, process.stderr),
  workerScript: path.join(__dirname, 'cliWorker.js'),
  snippetFolder: path.join(__dirname, '..', 'media', 'snippets'),
  /** A command that does not ask for it is ended by the signals themselves. */
  get interruption(): AbortSignal {
    return (interruption ??= listenToSignals());
  },
};

function listenToSignals(): AbortSignal {
  const interrupted = new AbortController();
  // Only once, so that a second signal ends a process that does not end.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      endedBy ??= signal;
      interrupted.abort();
    });
  }
  return interrupted.signal;
}

void runCommandLine(process.argv.slice(2), version, context).then((code) => {
  // Nothing that is still open, such as standard input, may keep a program that is done.
  process.exit(endedBy === undefined || code === DONE ? code : exitCodeOfSignal(endedBy));
});
