import * as vscode from 'vscode';
import { withoutLinks } from './foreignText';

/** Milliseconds after which a person is told that something takes long. */
const PATIENCE = 2_000;

/**
 * Runs work that may take long. If it does, a notification says so, with which the person can cancel it.
 * @param work gets a signal that is aborted when nobody needs its result any more; until then, the result may be used
 * @param unwanted aborted when nobody needs the result for another reason
 */
export async function cancellable<T>(
  title: string,
  work: (signal: AbortSignal) => Promise<T>,
  unwanted?: AbortSignal,
): Promise<T> {
  const cancellation = new AbortController();
  const { signal } = cancellation;
  const working = work(unwanted ? AbortSignal.any([signal, unwanted]) : signal);
  const timer = setTimeout(() => void tell(title, working, cancellation), PATIENCE);
  try {
    return await working;
  } finally {
    clearTimeout(timer);
  }
}

async function tell(title: string, working: Promise<unknown>, cancellation: AbortController): Promise<void> {
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: withoutLinks(title), cancellable: true },
    async (_, token) => {
      const subscription = token.onCancellationRequested(() => cancellation.abort());
      await working.catch(() => undefined);
      subscription.dispose();
    },
  );
}

/** {@link cancellable}, for a value that is written as text or in a format. */
export function writeOut<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return cancellable(vscode.l10n.t('Writing out the value'), work);
}
