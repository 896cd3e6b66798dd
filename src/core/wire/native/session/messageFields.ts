import { ProtocolError } from '../../../errors';
import { plainLine } from '../../peerText';
import { ITEM_NUMBER_BYTES } from './frames';
import { say, type Words } from '../../../text';

/** The fields of a message from a peer, each of which is checked when it is read. */
export class MessageFields {
  private constructor(private readonly values: Record<string, unknown>) {}

  /** @param bytes JSON of one object without repeated names @throws ProtocolError, as do all methods that read a field */
  static parse(bytes: Uint8Array): MessageFields {
    return new MessageFields(parseObject(bytes));
  }

  text(name: string, longest: number): string {
    const value = this.own(name);
    if (typeof value !== 'string' || value.length > longest)
      throw invalidMessage(say`"${name}" is not a text of at most ${String(longest)} characters`);
    return value;
  }

  /** A text for a person. */
  sentence(name: string, longest: number): string {
    return plainLine(this.text(name, longest));
  }

  matching(name: string, pattern: RegExp): string {
    const value = this.own(name);
    if (typeof value !== 'string' || !pattern.test(value))
      throw invalidMessage(say`"${name}" has the wrong form`);
    return value;
  }

  oneOf<const T extends string>(name: string, values: readonly T[]): T {
    const found = values.find((value) => value === this.own(name));
    if (found === undefined) throw invalidMessage(say`"${name}" is not one of ${values.join(', ')}`);
    return found;
  }

  count(name: string): number {
    return asCount(name, this.own(name));
  }

  /** A whole number, which may be below 0. */
  integer(name: string): number {
    const value = this.own(name);
    if (typeof value !== 'number' || !Number.isSafeInteger(value))
      throw invalidMessage(say`"${name}" is not a whole number`);
    return value;
  }

  /** The number of an item, for which a data frame has four bytes. */
  item(): number {
    const item = this.count('item');
    if (item >= 2 ** (8 * ITEM_NUMBER_BYTES)) throw invalidMessage(say`"item" is not below 2³²`);
    return item;
  }

  counts(name: string): number[] {
    const value = this.own(name);
    if (!Array.isArray(value) || value.length > 100)
      throw invalidMessage(say`"${name}" is not a short list of numbers`);
    return value.map((element) => asCount(name, element));
  }

  optional<K extends string, T>(name: K, read: (name: K) => T): Partial<Record<K, T>> {
    return this.own(name) === undefined ? {} : ({ [name]: read(name) } as Partial<Record<K, T>>);
  }

  private own(name: string): unknown {
    return Object.hasOwn(this.values, name) ? this.values[name] : undefined;
  }
}

function parseObject(bytes: Uint8Array): Record<string, unknown> {
  const { text, value, shortest } = parseJson(bytes);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidMessage(say`a message is not a JSON object`);
  // The shortest form of the parsed object has each name once, and is what most programs send.
  if (shortest !== text && hasNameTwice(text)) throw invalidMessage(say`a name occurs twice`);
  return value as Record<string, unknown>;
}

function parseJson(bytes: Uint8Array): { text: string; value: unknown; shortest: string } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    // An object that is nested too deeply can be parsed, but not written.
    return { text, value, shortest: JSON.stringify(value) };
  } catch (cause) {
    throw invalidMessage(say`a message is not JSON, or is nested too deeply`, cause);
  }
}

function hasNameTwice(json: string): boolean {
  const names = topLevelNames(json);
  return new Set(names).size < names.length;
}

/** The names in a JSON object. JSON.parse does not show whether one is repeated. */
function topLevelNames(json: string): string[] {
  const names: string[] = [];
  let depth = 0;
  let text = '""';
  for (const [token] of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (token !== ':') text = token;
    else if (depth === 1) names.push(JSON.parse(text) as string);
  }
  return names;
}

function asCount(name: string, value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw invalidMessage(say`"${name}" is not a whole number`);
  return value;
}

/** For a message that this protocol does not define. */
export function invalidMessage(reason: Words, cause?: unknown): ProtocolError {
  return new ProtocolError(
    'InvalidMessage',
    say`The other side sent a message that this protocol does not have: ${reason}.`,
    { cause },
  );
}
