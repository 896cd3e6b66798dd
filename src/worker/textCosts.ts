import {
  BACKSLASH,
  COLON,
  COMMA,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  SLASH,
} from '../core/codecs/characterCodes';

/**
 * Bytes of memory that decoding a text may take, estimated from above: for each byte, in whatever value it becomes; for each character
 * that begins or separates values, for the value itself and its place.
 */
const BYTE_COST = 2;
const DICTIONARY_COST = 160;
const LIST_COST = 48;
const VALUE_COST = 48;
/** Of any type; a set takes the most. */
const ELEMENT_COST = 256;

const LESS_THAN = 0x3c;

/** Of JSON. What is written inside of strings does not count. */
export function jsonCost(bytes: Uint8Array): number {
  let cost = BYTE_COST * bytes.length;
  let isInString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) isInString = !isInString;
    else if (isInString) at += byte === BACKSLASH ? 1 : 0;
    else if (byte === COMMA || byte === COLON) cost += VALUE_COST;
    else if (byte === OPEN_BRACE) cost += DICTIONARY_COST;
    else if (byte === OPEN_BRACKET) cost += LIST_COST;
  }
  return cost;
}

/** Of XML: by its elements. */
export function xmlCost(bytes: Uint8Array): number {
  let cost = BYTE_COST * bytes.length;
  for (let at = bytes.indexOf(LESS_THAN); at >= 0; at = bytes.indexOf(LESS_THAN, at + 1))
    if (bytes[at + 1] !== SLASH) cost += ELEMENT_COST;
  return cost;
}
