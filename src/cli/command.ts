import type { Output } from './output';

/** A check has failed, and has said so. Exit code 1. */
export class FailedCheck extends Error {}

/** One command of the program. */
export interface Command {
  /** Its usage, without the name of the program; several lines if there are several forms. */
  readonly synopsis: string;
  /** Says in a few words what the command does. */
  readonly summary: string;
  /** The options, one paragraph. */
  readonly details: string;
  /** Command lines that work as they are, without the name of the program. */
  readonly examples: readonly string[];

  /** @throws UsageError, FailedCheck, PicklepostError */
  run(args: readonly string[], context: Context): Promise<void>;
}

export interface Context {
  readonly output: Output;
  /** File of the worker that decodes foreign data. */
  readonly workerScript: string;
  /** Folder with the templates of snippets. */
  readonly snippetFolder: string;
  /** Aborted when the user wants it to end (SIGINT, SIGTERM). Only a command that has to clean up uses it. */
  readonly interruption: AbortSignal;
}
