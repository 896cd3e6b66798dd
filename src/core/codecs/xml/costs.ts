import { SLASH } from '../characterCodes';

/** Bytes of memory that decoding may take, estimated from above: for each byte, and for each element. */
const BYTE_COST = 2;
/** Of any type; a set takes the most. */
const ELEMENT_COST = 256;

const LESS_THAN = 0x3c;

/** Of XML: by its elements. */
export function xmlCost(bytes: Uint8Array): number {
  let cost = BYTE_COST * bytes.length;
  for (let at = bytes.indexOf(LESS_THAN); at >= 0; at = bytes.indexOf(LESS_THAN, at + 1))
    if (bytes[at + 1] !== SLASH) cost += ELEMENT_COST;
  return cost;
}
