import { isatty } from 'node:tty';
import type { Disposable } from '../core/scheduling/event';

/** Calls back at SIGUSR2. Windows has no such signal. */
export function onReportSignal(report: () => void): Disposable {
  return onSignal('SIGUSR2', report);
}

/**
 * Calls back at SIGHUP, if it can only come from the manager of the server. At a terminal, and on Windows, it means that the
 * terminal is gone, and ends the program.
 */
export function onReloadSignal(reload: () => void): Disposable {
  if (process.platform === 'win32' || isatty(STANDARD_INPUT)) return { dispose: () => undefined };
  return onSignal('SIGHUP', reload);
}

function onSignal(signal: NodeJS.Signals, listener: () => void): Disposable {
  process.on(signal, listener);
  return { dispose: () => process.off(signal, listener) };
}

const STANDARD_INPUT = 0;
