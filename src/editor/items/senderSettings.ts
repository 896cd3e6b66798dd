import * as vscode from 'vscode';
import type { SenderLists } from '../../core/admission/admissionControl';
import type { SenderRules } from '../../core/admission/rules';
import { EXTENSION } from '../shell/names';
import { readSettings } from '../shell/settings';

export type SenderList = 'alwaysAccept' | 'block';

/** The rules about senders, kept in the settings of the person, where they can be seen and changed. */
export class SenderSettings implements SenderLists {
  /** One change at a time, as each reads the list that the one before has written. */
  private changes: Promise<void> = Promise.resolve();

  constructor(private readonly onError: (error: unknown) => void) {}

  rules(): SenderRules {
    const { accept, acceptLocal, alwaysAccept, block } = readSettings().receive;
    return { accept, trustsThisMachine: acceptLocal, alwaysAccepted: alwaysAccept, blocked: block };
  }

  acceptAlways(key: string): void {
    void this.change('alwaysAccept', (keys) => [...keys, key]);
  }

  block(id: string): void {
    void this.change('block', (ids) => [...ids, id]);
  }

  /** Removes an entry from a list, as it is written there. */
  remove(list: SenderList, entry: string): Promise<void> {
    return this.change(list, (entries) => entries.filter((other) => other !== entry));
  }

  /** Resolves when all changes so far are in the settings. */
  settled(): Promise<void> {
    return this.changes;
  }

  private change(list: SenderList, change: (entries: readonly string[]) => readonly string[]): Promise<void> {
    this.changes = this.changes.then(() => this.write(list, change));
    return this.changes;
  }

  private async write(
    list: SenderList,
    change: (entries: readonly string[]) => readonly string[],
  ): Promise<void> {
    const entries = [...new Set(change(readSettings().receive[list]))];
    const configuration = vscode.workspace.getConfiguration(EXTENSION);
    const { Global } = vscode.ConfigurationTarget;
    await configuration.update(`receive.${list}`, entries, Global).then(undefined, this.onError);
  }
}
