/** The rules of package.json for the values of a setting, as far as the settings of this extension need them. */
export interface SettingRule {
  readonly type: 'array' | 'boolean' | 'integer' | 'number' | 'string';
  readonly default: unknown;
  /** `machine` for one that only the person may set. */
  readonly scope?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  /** The rule for each element. */
  readonly items?: { readonly type?: string; readonly enum?: readonly string[] };
}

/** The values of a setting in each place, as VS Code's `inspect` returns them. */
export interface SettingValues {
  readonly defaultValue?: unknown;
  readonly globalValue?: unknown;
}

/**
 * The effective value. For a setting that only the person may set, values of a workspace are ignored, even if VS Code passes
 * them.
 * @param merged of all places
 */
export function countingValue(
  { scope }: SettingRule,
  values: SettingValues | undefined,
  merged: unknown,
): unknown {
  if (scope !== 'machine' || !values) return merged;
  return values.globalValue === undefined ? values.defaultValue : values.globalValue;
}

/** Whether a value is valid for the setting. VS Code only underlines invalid ones, and passes them all the same. */
export function isAllowed(rule: SettingRule, value: unknown): boolean {
  switch (rule.type) {
    case 'array':
      return Array.isArray(value) && areAllowed(rule, value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'string':
      return typeof value === 'string' && isAllowedText(rule, value);
    default:
      return typeof value === 'number' && isAllowedNumber(rule, value);
  }
}

function areAllowed({ items }: SettingRule, elements: readonly unknown[]): boolean {
  if (items?.type === 'string' && elements.some((element) => typeof element !== 'string')) return false;
  return elements.every((element) => items?.enum?.includes(element as string) ?? true);
}

function isAllowedText(rule: SettingRule, text: string): boolean {
  return text.length >= (rule.minLength ?? 0) && (rule.enum?.includes(text) ?? true);
}

function isAllowedNumber(
  { type, minimum = -Infinity, maximum = Infinity }: SettingRule,
  value: number,
): boolean {
  return (type === 'number' || Number.isInteger(value)) && value >= minimum && value <= maximum;
}
