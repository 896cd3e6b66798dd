import * as vscode from 'vscode';
import { EXTENSION, EXTENSION_ID } from './names';
import { countingValue, type SettingRule } from './settingRule';

export interface SettingValue {
  readonly rule: SettingRule;
  /** That counts, whatever it is. */
  readonly value: unknown;
}

/**
 * All settings by their names without that of the extension. VS Code is asked once for all of them, as that takes as long as
 * for one.
 */
export function allValues(): ReadonlyMap<string, SettingValue> {
  const merged = vscode.workspace.getConfiguration(EXTENSION);
  const places = vscode.workspace.getConfiguration().inspect(EXTENSION);
  return new Map(
    [...settingRules()].map(([key, rule]) => {
      const values = {
        defaultValue: valueAt(places?.defaultValue, key),
        globalValue: valueAt(places?.globalValue, key),
      };
      return [key, { rule, value: countingValue(rule, values, merged.get(key)) }];
    }),
  );
}

/** @param section with nested parts, as VS Code passes all settings of an extension */
function valueAt(section: unknown, key: string): unknown {
  return key
    .split('.')
    .reduce<unknown>(
      (part, name) =>
        typeof part === 'object' && part !== null ? (part as Record<string, unknown>)[name] : undefined,
      section,
    );
}

interface Manifest {
  readonly contributes: {
    readonly configuration: readonly { readonly properties: Readonly<Record<string, SettingRule>> }[];
  };
}

/** The declaration of each setting in package.json, by its name without that of the extension. */
function settingRules(): ReadonlyMap<string, SettingRule> {
  const manifest = vscode.extensions.getExtension(EXTENSION_ID)?.packageJSON as Manifest | undefined;
  const groups = manifest?.contributes.configuration ?? [];
  return new Map(
    groups.flatMap(({ properties }) =>
      Object.entries(properties).map(([name, rule]) => [name.slice(EXTENSION.length + 1), rule] as const),
    ),
  );
}
