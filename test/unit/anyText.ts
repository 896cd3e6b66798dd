import * as fc from 'fast-check';

const codeUnit = fc.oneof(fc.nat(0x7f), fc.nat(0xff), fc.nat(0xffff));

/** Text of any UTF-16 code units, controls and lone surrogates among them. (The `binary` strings of fast-check take a second to begin.) */
export function anyText(maxLength = 30): fc.Arbitrary<string> {
  return fc.array(codeUnit, { maxLength }).map((units) => String.fromCharCode(...units));
}
