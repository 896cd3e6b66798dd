import { say, type Count, type Text } from './text';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A size in bytes in a readable form, in powers of ten like file managers: `12 B`, `1.2 MB`, `123 GB`. */
export function formatSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // From here on, it would be rounded to 1000.
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit] ?? ''}`;
}

/** A number with a noun: `1 key`, `2 keys`, `1,000 keys`. */
export function countOf(number: number, noun: Noun): Text {
  const [one, several] = COUNTS[noun];
  return number === 1 ? one : several({ count: number });
}

export type Noun = keyof typeof COUNTS;

const COUNTS = {
  bit: [say`1 bit`, (n) => say`${n} bits`],
  buffer: [say`1 buffer`, (n) => say`${n} buffers`],
  byte: [say`1 byte`, (n) => say`${n} bytes`],
  character: [say`1 character`, (n) => say`${n} characters`],
  column: [say`1 column`, (n) => say`${n} columns`],
  digit: [say`1 digit`, (n) => say`${n} digits`],
  item: [say`1 item`, (n) => say`${n} items`],
  key: [say`1 key`, (n) => say`${n} keys`],
  label: [say`1 label`, (n) => say`${n} labels`],
  member: [say`1 member`, (n) => say`${n} members`],
  module: [say`1 module`, (n) => say`${n} modules`],
  parameter: [say`1 parameter`, (n) => say`${n} parameters`],
  row: [say`1 row`, (n) => say`${n} rows`],
  tensor: [say`1 tensor`, (n) => say`${n} tensors`],
  value: [say`1 value`, (n) => say`${n} values`],
} as const satisfies Readonly<Record<string, readonly [one: Text, several: (n: Count) => Text]>>;
