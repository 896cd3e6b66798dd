import * as vscode from 'vscode';
import { CancelledError, messageOf, PicklepostError } from '../../core/errors';
import { withoutLinks } from './foreignText';
import { localizedMessage } from './localize';

/** A button of a message, and its action. */
export interface MessageAction {
  readonly title: string;
  run(): unknown;
}

/** A command needs something to be opened, chosen or done first. Nothing has failed, so this is shown as information. */
export class PreconditionError extends PicklepostError {
  /** @param message what to do first */
  constructor(message: string) {
    super('unsupported', message);
  }
}

/**
 * The one place that shows errors to people. An error that is not a {@link PicklepostError} is a defect: its stack goes to
 * the log.
 */
export class Reporter {
  constructor(private readonly log: vscode.LogOutputChannel) {}

  /** Runs a command's work; any error is shown. */
  async guard<T>(work: () => Promise<T> | T): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      void this.error(error);
      return undefined;
    }
  }

  /** Shows an error with actions that help, and always a button for the log. Shows nothing for a cancellation. */
  async error(error: unknown, ...actions: MessageAction[]): Promise<void> {
    if (error instanceof CancelledError) return;
    if (error instanceof PreconditionError) return this.information(localizedMessage(error), ...actions);
    if (error instanceof PicklepostError) this.log.error(`${error.code}: ${error.message}`);
    else this.log.error(error instanceof Error ? error : messageOf(error));
    const showLog: MessageAction = {
      title: vscode.l10n.t('Show log'),
      run: () => {
        this.log.show();
      },
    };
    await choose(vscode.window.showErrorMessage, localizedMessage(error), [...actions, showLog]);
  }

  async warning(message: string, ...actions: MessageAction[]): Promise<void> {
    this.log.warn(message);
    await choose(vscode.window.showWarningMessage, message, actions);
  }

  async information(message: string, ...actions: MessageAction[]): Promise<void> {
    this.log.info(message);
    await choose(vscode.window.showInformationMessage, message, actions);
  }
}

type Show = (message: string, ...items: vscode.MessageItem[]) => Thenable<vscode.MessageItem | undefined>;

async function choose(show: Show, message: string, actions: readonly MessageAction[]): Promise<void> {
  const chosen = await show(withoutLinks(message), ...actions.map(({ title }) => ({ title })));
  await actions.find(({ title }) => title === chosen?.title)?.run();
}
