import { randomInt } from 'node:crypto';
import { PicklepostError } from '../errors';
import { say, type Words } from '../text';

/** Numbers of codes go from 1 to this. */
const HIGHEST_NUMBER = 99;

/**
 * A number and two words that one person reads to another: `42-amber-falcon`. A code is valid for one guess, so its 22 bits
 * are enough: somebody in the middle succeeds once in 6.5 million times, and is noticed each other time.
 */
export class PairingCode {
  private constructor(readonly text: string) {}

  static generate(): PairingCode {
    const word = (): string => PAIRING_WORDS[randomInt(PAIRING_WORDS.length)] ?? '';
    return new PairingCode(`${String(randomInt(HIGHEST_NUMBER) + 1)}-${word()}-${word()}`);
  }

  /**
   * Reads a code that a person typed: parts separated by spaces, hyphens or commas, in any case.
   * @throws PicklepostError `wrong-code`
   */
  static parse(typed: string): PairingCode {
    const parts = partsOf(typed);
    const [number = '', ...words] = parts;
    const unknown = words.find((word) => !PAIRING_WORDS.includes(word));
    if (!/^[1-9][0-9]?$/.test(number) || parts.length !== 3)
      throw invalidCode(say`it is a number from 1 to 99 and two words, such as "42 amber falcon"`);
    if (unknown !== undefined) throw invalidCode(say`no code has the word "${unknown}"`);
    return new PairingCode(parts.join('-'));
  }

  /** The form in which one person reads it to another. */
  get spoken(): string {
    return this.text.replaceAll('-', ' ');
  }

  /** The form from which both sides derive their secret. */
  get password(): Buffer {
    return Buffer.from(this.text, 'ascii');
  }
}

/** A code, or the beginning of one, that a person may mean. */
export interface Completion {
  /** A number and one or two words, with spaces between them. */
  readonly text: string;
  readonly isWhole: boolean;
  /** Whether the typed word is in no code, and this is a similar one. */
  readonly isGuess: boolean;
}

/** How many are suggested at once. */
const OFFERED = 20;

/**
 * Completes the typed text by one more word or the rest of one; returns at most 20 suggestions. Words may be shortened if
 * only one begins so (`42 amb fal`); for an unknown word, similar ones are suggested.
 */
export function completeCode(typed: string): Completion[] {
  const [number, ...words] = partsOf(typed);
  if (number === undefined || !/^[1-9][0-9]?$/.test(number) || words.length > 2) return [];
  // A number alone may still get a second digit.
  const isFinished = /[\s,-]$/.test(typed);
  if (words.length === 0 && !isFinished && number.length === 1) return [];
  if (isFinished && words.length < 2) words.push('');
  const [first = '', second] = words;
  const codes = meantBy(first, second !== undefined).flatMap((one): Completion[] => {
    const begun = `${number} ${one.word}`;
    if (second === undefined) return [{ text: begun, isWhole: false, isGuess: one.isGuess }];
    return meantBy(second, false).map(({ word, isGuess }) => ({
      text: `${begun} ${word}`,
      isWhole: true,
      isGuess: isGuess || one.isGuess,
    }));
  });
  return codes.slice(0, OFFERED);
}

interface MeantWord {
  readonly word: string;
  readonly isGuess: boolean;
}

/** @param isOver whether the next word has been begun, so that this one is complete */
function meantBy(typed: string, isOver: boolean): MeantWord[] {
  const sure = (word: string): MeantWord => ({ word, isGuess: false });
  if (PAIRING_WORDS.includes(typed)) return [sure(typed)];
  const begun = PAIRING_WORDS.filter((word) => word.startsWith(typed));
  if (begun.length > 0 && (begun.length === 1 || !isOver)) return begun.map(sure);
  const alike = PAIRING_WORDS.map((word) => ({ word, distance: distanceBetween(typed, word, isOver) }))
    .filter(({ distance }) => distance <= MOST_MISTAKES && distance < typed.length - 1)
    .sort((a, b) => a.distance - b.distance);
  return alike.map(({ word }) => ({ word, isGuess: true }));
}

/** Letters that may be wrong, missing, superfluous or swapped. */
const MOST_MISTAKES = 2;

/**
 * How many letters have to change until a text is a word or, unless it is complete, the beginning of one
 * (Damerau-Levenshtein distance).
 */
function distanceBetween(typed: string, word: string, isOver: boolean): number {
  // Longer texts are not a word with two errors.
  if (typed.length > word.length + MOST_MISTAKES) return Infinity;
  const rows: number[][] = [Array.from({ length: word.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= typed.length; row++) {
    const line = [row];
    for (let column = 1; column <= word.length; column++) {
      const at = (back: number, by: number): number => rows[row - back]?.[column - by] ?? Infinity;
      const isSame = typed[row - 1] === word[column - 1];
      const isSwapped = typed[row - 1] === word[column - 2] && typed[row - 2] === word[column - 1];
      line.push(
        Math.min(
          at(1, 0) + 1,
          (line[column - 1] ?? Infinity) + 1,
          at(1, 1) + Number(!isSame),
          isSwapped && row > 1 ? at(2, 2) + 1 : Infinity,
        ),
      );
    }
    rows.push(line);
  }
  const last = rows[typed.length] ?? [];
  return isOver ? (last[word.length] ?? Infinity) : Math.min(...last);
}

function partsOf(typed: string): string[] {
  return typed
    .toLowerCase()
    .split(/[\s,-]+/)
    .filter((part) => part !== '');
}

function invalidCode(reason: Words): PicklepostError {
  return new PicklepostError(
    'wrong-code',
    say`This is not a pairing code: ${reason}. Read it again on the other screen.`,
  );
}

/**
 * The 256 words of pairing codes: common, five to eight letters. No two have the same first three letters, or differ in
 * fewer than three letters, so that none is mistaken for another when it is read aloud or typed.
 */
export const PAIRING_WORDS: readonly string[] = `
  abacus acorn airport album almond amber anchor apple april armchair arrow asteroid atlas attic autumn avenue bagel
  bamboo banjo barley bathtub beacon bench bicycle biscuit blanket blossom bonfire border bottle bridge bronze bucket
  buffalo bumper button cabin cactus camera candle carpet cedar cello chapter cherry chimney cinnamon circus clarinet
  climate clover cobalt coconut comet contour copper cowboy cricket crystal culture cupboard curtain cyclone daisy
  dancer decimal denim desert diamond dolphin domino donkey dragon drizzle drummer dustpan eagle eclipse elbow
  elephant embassy emerald engine envelope estate evening fabric falcon feather fiddle finger flannel flute forest
  fossil fountain fragrant freckle furnace gadget galaxy garlic gazelle gentle geyser giant giraffe glacier glitter
  goblet gorilla granite grocer guest guitar gypsum hallway harvest helmet hexagon hiccup hobby horizon hotel hummus
  hurdle hydrant iceberg igloo igneous index inkwell insect island italic ivory jaguar jasmine jersey jigsaw journal
  jubilee juggler kangaroo kayak kernel keyhole kidney kimono kiosk kitchen koala ladder lagoon lantern laptop
  lavender lemon leopard library lilac linen lizard lobster lunar lyric magnet marble meadow melody merchant mimosa
  mirror mosaic muffin museum napkin nectar needle nickel nougat nutmeg oasis octopus office olive omelet onion orbit
  orchid ostrich otter oxygen palace panda pebble pelican pigeon pilot polka poplar potato pretzel pudding pumpkin
  puzzle pyramid quartz quilt rabbit radish raven reptile ribbon rubber rucksack saffron scarf sesame silver skipper
  sleigh sneaker sonata spider squid stable summit sunset swallow syrup teapot thimble thunder topaz tractor tulip
  tunnel twilight umbrella unicorn vanilla vessel violin visitor volcano voyage waffle walnut whisker window wombat
  yogurt zebra zenith zigzag
`
  .trim()
  .split(/\s+/);
