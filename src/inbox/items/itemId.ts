import { randomInt } from 'node:crypto';

/** Crockford's base 32: its characters sort like their values, and none is mistaken for another. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_LENGTH = 9;
const RANDOM_LENGTH = 6;
const ID = new RegExp(`^[${ALPHABET}]{${TIME_LENGTH + RANDOM_LENGTH}}$`);

/**
 * Milliseconds by which ids may be ahead of the clock, as when many items come at once, or the clock was set back a little.
 * If it was set back by more, ids follow it, so that items do not come from the future.
 */
const MAX_LEAD = 60 * 60 * 1000;

let lastTime = 0;

/**
 * A new id of 15 characters: the time in milliseconds, then random ones. Ids sort by time; those of one process are in the
 * order in which they were made.
 * @param now milliseconds since the epoch
 */
export function newItemId(now: number = Date.now()): string {
  lastTime = lastTime - now > MAX_LEAD ? now : Math.max(now, lastTime + 1);
  return encode(lastTime, TIME_LENGTH) + encode(randomInt(32 ** RANDOM_LENGTH), RANDOM_LENGTH);
}

export function isItemId(text: string): boolean {
  return ID.test(text);
}

/** When the id was made, in milliseconds since the epoch. */
export function timeOfItemId(id: string): number {
  let time = 0;
  for (let i = 0; i < TIME_LENGTH; i++) time = time * 32 + ALPHABET.indexOf(id.charAt(i));
  return time;
}

function encode(value: number, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest = Math.floor(rest / 32))
    text = ALPHABET.charAt(rest % 32) + text;
  return text;
}
