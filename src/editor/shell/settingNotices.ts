import * as vscode from 'vscode';
import { EXTENSION } from './names';
import type { Reporter } from './reporter';
import type { SettingRule } from './settingRule';
import { wrongSettings, type WrongSetting } from './settings';

/** Tells the person about invalid settings, and which values are used instead. Each invalid value is reported once. */
export class SettingNotices implements vscode.Disposable {
  private readonly told = new Set<string>();
  private readonly subscription: vscode.Disposable;

  constructor(private readonly reporter: Reporter) {
    this.subscription = vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(EXTENSION)) this.tell();
    });
    this.tell();
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private tell(): void {
    for (const wrong of wrongSettings()) {
      const message = describeWrong(wrong);
      if (this.told.has(message)) continue;
      this.told.add(message);
      const open = {
        title: vscode.l10n.t('Open settings'),
        run: () => vscode.commands.executeCommand('workbench.action.openSettings', `@id:${wrong.name}`),
      };
      void this.reporter.warning(message, open);
    }
  }
}

function describeWrong({ name, value, rule, instead }: WrongSetting): string {
  return vscode.l10n.t(
    'Invalid value {1} for "{0}" (expected {2}). Using {3}.',
    name,
    JSON.stringify(value),
    describeAllowed(rule),
    JSON.stringify(instead),
  );
}

function describeAllowed({ type, enum: choices, minimum = 0, maximum }: SettingRule): string {
  if (choices) return choices.map((choice) => JSON.stringify(choice)).join(', ');
  switch (type) {
    case 'array':
      return vscode.l10n.t('a list');
    case 'boolean':
      return vscode.l10n.t('true or false');
    case 'string':
      return vscode.l10n.t('a text');
    default:
      return maximum === undefined
        ? vscode.l10n.t('a number from {0} on', minimum)
        : vscode.l10n.t('a whole number from {0} to {1}', minimum, maximum);
  }
}
