import type * as vscode from 'vscode';
import type { ValueWorker } from '../worker/valueWorker';
import type { Keyring } from './keys/keyring';
import type { CommandName } from './shell/names';
import type { Reporter } from './shell/reporter';
import { messageOf } from '../core/errors';
import { harmless } from '../inbox/output/screenText';

/** The services for every part of the extension. */
export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly reporter: Reporter;
  readonly keyring: Keyring;
  readonly worker: ValueWorker;
  /** Has VS Code dispose of something when the extension ends. */
  readonly own: <T extends { dispose(): unknown }>(disposable: T) => T;
}

/**
 * The handlers of the commands. A row, and the rows that are selected with it, come as arguments if a menu or a key passes
 * them.
 */
export type Handlers = Record<CommandName, (...parameters: never[]) => unknown>;

/** Logs what has no person waiting for it. */
export function logError(log: vscode.LogOutputChannel): (error: unknown) => void {
  return (error) => {
    log.error(error instanceof Error ? error : String(error));
  };
}

/** A log in which nothing that a peer says acts on its reader, or on a terminal. */
export function safeLog(log: vscode.LogOutputChannel): vscode.LogOutputChannel {
  const safe = (write: (message: string) => void) => ({
    value: (message: string | Error) =>
      write(harmless(typeof message === 'string' ? message : (message.stack ?? messageOf(message)))),
  });
  return Object.create(log, {
    info: safe((message) => log.info(message)),
    warn: safe((message) => log.warn(message)),
    error: safe((message) => log.error(message)),
  }) as vscode.LogOutputChannel;
}
