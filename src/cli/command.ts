import type { Output } from './output';

/** What a command was to find out is not so, and it has said so. Exit code 1. */
export class FailedCheck extends Error {}

/** One command of the program. */
export interface Command {
  /** How it is called, behind the name of the program. Several lines where there are several ways. */
  readonly synopsis: string;
  /** What it does, in a few words. */
  readonly summary: string;
  /** The options, one paragraph. */
  readonly details: string;
  /** Command lines that work as they stand, without the name of the program. */
  readonly examples: readonly string[];

  /** @throws UsageError, FailedCheck, PicklepostError */
  run(args: readonly string[], context: Context): Promise<void>;
}

export interface Context {
  readonly output: Output;
  /** File of the worker, in which what others wrote is decoded. */
  readonly workerScript: string;
  /** Where the templates of snippets are. */
  readonly snippetFolder: string;
  /** Given when the user wants it to end (SIGINT, SIGTERM). Only a command that has something to put right asks for it. */
  readonly interruption: AbortSignal;
}
