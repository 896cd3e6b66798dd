import type * as vscode from 'vscode';
import type { ValueWorker } from '../worker/valueWorker';
import type { Keyring } from './keys/keyring';
import type { CommandName } from './shell/names';
import type { Reporter } from './shell/reporter';

/** What every part of the extension may use. */
export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly reporter: Reporter;
  readonly keyring: Keyring;
  readonly worker: ValueWorker;
  /** Has VS Code dispose of something when the extension ends. */
  readonly own: <T extends { dispose(): unknown }>(disposable: T) => T;
}

/** What each command does. A row, and the rows that are selected with it, come as parameters where a menu or a key hands them over. */
export type Handlers = Record<CommandName, (...parameters: never[]) => unknown>;

/** Logs what has no person waiting for it. */
export function logError(log: vscode.LogOutputChannel): (error: unknown) => void {
  return (error) => {
    log.error(error instanceof Error ? error : String(error));
  };
}
