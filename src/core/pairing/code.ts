import { randomInt } from 'node:crypto';
import { PicklepostError } from '../errors';
import { PAIRING_WORDS } from './words';
import { say, type Words } from '../text';

/** Numbers of codes go from 1 to this. */
const HIGHEST_NUMBER = 99;

/**
 * What one person reads to another: a number and two words, `42-amber-falcon`. A code serves for one guess, so that its 22 bits are
 * enough: whoever is in the middle is right once in 6.5 million times, and is noticed each other time.
 */
export class PairingCode {
  private constructor(readonly text: string) {}

  static generate(): PairingCode {
    const word = (): string => PAIRING_WORDS[randomInt(PAIRING_WORDS.length)] ?? '';
    return new PairingCode(`${String(randomInt(HIGHEST_NUMBER) + 1)}-${word()}-${word()}`);
  }

  /** Reads what a person typed: parts with spaces, hyphens or commas between them, in any case. @throws PicklepostError `unsupported` */
  static parse(typed: string): PairingCode {
    const parts = partsOf(typed);
    const [number = '', ...words] = parts;
    const unknown = words.find((word) => !PAIRING_WORDS.includes(word));
    if (!/^[1-9][0-9]?$/.test(number) || parts.length !== 3)
      throw invalidCode(say`it is a number from 1 to 99 and two words, such as "42 amber falcon"`);
    if (unknown !== undefined) throw invalidCode(say`no code has the word "${unknown}"`);
    return new PairingCode(parts.join('-'));
  }

  /** What both sides derive their secret from. */
  get password(): Buffer {
    return Buffer.from(this.text, 'ascii');
  }
}

/** Codes that what has been typed so far can become with one more word or the rest of one; at most 20. */
export function completeCode(typed: string): string[] {
  const parts = partsOf(typed);
  const [number, ...words] = parts;
  if (number === undefined || !/^[1-9][0-9]?$/.test(number)) return [];
  const beginsWord = /[\s,-]$/.test(typed) || words.length === 0;
  const whole = beginsWord ? parts : parts.slice(0, -1);
  const begun = beginsWord ? '' : (parts.at(-1) ?? '');
  if (whole.length > 2 || !whole.slice(1).every((word) => PAIRING_WORDS.includes(word))) return [];
  return PAIRING_WORDS.filter((word) => word.startsWith(begun))
    .slice(0, 20)
    .map((word) => [...whole, word].join('-'));
}

function partsOf(typed: string): string[] {
  return typed
    .toLowerCase()
    .split(/[\s,-]+/)
    .filter((part) => part !== '');
}

function invalidCode(reason: Words): PicklepostError {
  return new PicklepostError(
    'invalid-key',
    say`This is not a pairing code: ${reason}. Read it again on the other screen.`,
  );
}
