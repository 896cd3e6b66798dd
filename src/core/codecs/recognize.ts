import { isSpace } from './characterCodes';
import type { FormatFacts, Recognizer } from './format';
import { formats, FORMATS, type Format } from './formats';
import { startInUtf8 } from './unicodeText';

/**
 * Recognizes the format of content by its first bytes. Text may begin with a byte order mark and white space.
 * @param isAll whether no more bytes will come; otherwise, the result is undefined if the bytes are too few to decide
 */
export function formatOfStart(start: Uint8Array, isAll: boolean): Format | 'none' | undefined {
  const text = start.subarray(skipBlank(start));
  const isEnough = isAll || start.length > LONGEST_BLANK;
  for (const format of FORMATS) {
    const facts: FormatFacts = formats[format];
    const begins = facts.begins(facts.isText ? text : start, isEnough);
    if (begins !== false) return begins ? format : undefined;
  }
  return 'none';
}

/** Recognizes the format of a dictionary, such as a file, by its first bytes; undefined if it is in none. */
export function dictionaryFormat(start: Uint8Array): Format | undefined {
  const wide = startInUtf8(start);
  return containerFormat(start) ?? (wide === start ? undefined : containerFormat(wide));
}

function containerFormat(start: Uint8Array): Format | undefined {
  const format = formatOfStart(start, true);
  if (format === undefined || format === 'none') return undefined;
  const recognizer: Recognizer = formats[format].recognizer(LOOK_DEPTH);
  recognizer.update(formats[format].isText ? start.subarray(skipBlank(start)) : start);
  return recognizer.isContainer ? format : undefined;
}

/** Counts the bytes of a byte order mark, also an incomplete one, and of white space at the start. */
export function skipBlank(start: Uint8Array): number {
  let at = 0;
  while (at < BYTE_ORDER_MARK.length && start[at] === BYTE_ORDER_MARK[at]) at++;
  if (at < BYTE_ORDER_MARK.length && at < start.length) at = 0;
  while (isSpace(start[at])) at++;
  return at;
}

const BYTE_ORDER_MARK = Buffer.of(0xef, 0xbb, 0xbf);
/** Content that begins with more white space than this is a text. */
const LONGEST_BLANK = 4096;
const LOOK_DEPTH = 1000;
