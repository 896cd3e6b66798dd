import { parseArgs, type ParseArgsConfig } from 'node:util';
import { FORMAT_WORDS, formatOfWord, type Format } from '../core/codecs/formats';
import { messageOf } from '../core/errors';

/** A command line that does not match the help. Exit code 2. */
export class UsageError extends Error {}

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * Reads the arguments of a command, strictly. An empty one is an error, such as an unset variable of a script: as a path, it
 * would name the current folder.
 * @throws UsageError
 */
export function parseArguments<const T extends Options>(args: readonly string[], options: T) {
  const { values, positionals } = parseStrictly(args, options);
  for (const [name, value] of Object.entries(values)) {
    if (value === '' || (Array.isArray(value) && value.includes('')))
      throw new UsageError(`--${name} needs a value, and this one is empty.`);
  }
  if (positionals.includes('')) throw new UsageError('One of the arguments is empty.');
  return { values, positionals };
}

/** Whether the arguments of a command ask for its help. Arguments after `--` are not options. */
export function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end < 0 ? args.length : end).some((word) => word === '--help' || word === '-h');
}

/** Whether an option is among the arguments, which decides how the others are read. Arguments after `--` are not options. */
export function hasOption(args: readonly string[], name: string): boolean {
  const end = args.indexOf('--');
  const words = args.slice(0, end < 0 ? args.length : end);
  return words.some((word) => word === `--${name}` || word.startsWith(`--${name}=`));
}

function parseStrictly<const T extends Options>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(describeMistake(messageOf(error)));
  }
}

/** @param message of `parseArgs`, which continues with advice for other programs */
function describeMistake(message: string): string {
  const option = /'(--?[\w-]+)/.exec(message)?.[1] ?? 'An option';
  if (message.startsWith('Unknown option')) return `Unknown option '${option}'.`;
  if (message.includes('does not take an argument')) return `${option} takes no value.`;
  return `${option} needs a value. One that begins with a dash is written ${option}=VALUE.`;
}

/** A list of allowed words, separated by commas; empty if the option is not given. @throws UsageError */
export function parseChoices<T extends string>(
  option: string,
  text: string | undefined,
  choices: readonly T[],
): readonly T[] {
  return (text?.split(',') ?? []).flatMap((word) => parseChoice(option, word.trim(), choices) ?? []);
}

/**
 * An option in a help text: with its texts beside it, each on lines of its own.
 * @param column where texts begin
 */
export function optionHelp(option: string, column: number, texts: readonly string[]): string {
  const indent = ' '.repeat(column);
  const lines = texts.flatMap((text) => wrap(text, HELP_WIDTH - column));
  return `  ${option}`.padEnd(column) + lines.join(`\n${indent}`);
}

/** Width of a help text, in columns. */
const HELP_WIDTH = 79;

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Exactly one positional argument. @throws UsageError */
export function onlyPositional(positionals: readonly string[], what: string): string {
  const [first, second] = positionals;
  if (first === undefined) throw new UsageError(`${what} is missing.`);
  if (second !== undefined) throw new UsageError(`Unexpected argument "${second}".`);
  return first;
}

/** @throws UsageError if there is any */
export function noPositionals([first]: readonly string[]): void {
  if (first !== undefined) throw new UsageError(`Unexpected argument "${first}".`);
}

/** A whole number within bounds, or the default if the option is not given. @throws UsageError */
export function parseNumber(
  option: string,
  text: string | undefined,
  { min, max, otherwise }: { readonly min: number; readonly max: number; readonly otherwise: number },
): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new UsageError(
    `Invalid value "${text}" for ${option}: expected a whole number from ${min} to ${max}.`,
  );
}

/** One of the allowed words, or undefined if the option is not given. @throws UsageError */
export function parseChoice<T extends string>(
  option: string,
  text: string | undefined,
  choices: readonly T[],
): T | undefined {
  if (text === undefined) return undefined;
  const choice = choices.find((word) => word === text);
  if (choice === undefined)
    throw new UsageError(`Invalid value "${text}" for ${option}: expected ${choices.join(', ')}.`);
  return choice;
}

/** A format, or undefined if the option is not given. @throws UsageError */
export function parseFormat(option: string, text: string | undefined): Format | undefined {
  if (text === undefined) return undefined;
  return formatOfWord(text) ?? (parseChoice(option, text, FORMAT_WORDS) as undefined);
}
