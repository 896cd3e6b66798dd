import type * as vscode from 'vscode';
import { messageOf } from '../../core/errors';
import { harmless } from '../../inbox/output/screenText';

/** A log in which nothing that a peer says acts on whoever reads it, or on the terminal in which it is read. */
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
