import { COPIED_TEXT } from '../../core/limits';
import type { RowCommand } from '../../webview/messages';
import type { LoadedValue } from '../../worker/loadedValue';
import { writeOut } from '../shell/cancellable';

export type CopyCommand = Extract<RowCommand, `copy${string}`>;

/** The text that a command copies for the value at a path. @throws PicklepostError `unencodable`, `limit-exceeded` */
export async function copiedText(
  value: LoadedValue,
  path: readonly number[],
  command: CopyCommand,
): Promise<string> {
  switch (command) {
    case 'copyValue':
      return writeOut((signal) => value.within(signal).ask('plainText', path, COPIED_TEXT));
    case 'copyPath':
      return (await value.ask('node', path)).expression;
    case 'copyAsJson':
      return writeOut((signal) => value.within(signal).ask('text', path, 'json', COPIED_TEXT));
    case 'copyAsPython':
      return writeOut((signal) => value.within(signal).ask('text', path, 'python', COPIED_TEXT));
  }
}
