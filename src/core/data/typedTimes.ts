/** Times and durations as people type them, in nanoseconds. */

/**
 * A time since the epoch: ISO 8601, with a space allowed in place of the `T` and up to nine digits of the second. Without a
 * zone it is UTC, like the times of a column. Undefined for other texts.
 */
export function instantNanoseconds(text: string): bigint | undefined {
  const iso = text.replace(/^(\d{4}-\d\d-\d\d) /, '$1T');
  const [, whole, digits = '', zone = ''] = /^(.*:\d\d)\.(\d{1,9})(.*)$/.exec(iso) ?? [undefined, iso];
  const second = `${whole}${zone}`;
  const milliseconds = Date.parse(/T[\d:]+$/.test(second) ? `${second}Z` : second);
  return Number.isNaN(milliseconds) ? undefined : BigInt(milliseconds) * 1_000_000n + fraction(digits);
}

/** A duration as pandas prints it, `-1 days +02:03:04.5`, or a number and a unit, `1.5 h`. Undefined for other texts. */
export function durationNanoseconds(text: string): bigint | undefined {
  const clock = /^(?:(-?\d+) days?)?\s*\+?(?:(\d+):(\d\d):(\d\d)(?:\.(\d{1,9}))?)?$/.exec(text.trim());
  if (clock && text.trim() !== '') {
    const [, days = '0', hours = '0', minutes = '0', seconds = '0', digits = ''] = clock;
    const whole = ((BigInt(days) * 24n + BigInt(hours)) * 60n + BigInt(minutes)) * 60n + BigInt(seconds);
    return whole * SECOND + fraction(digits);
  }
  const [, number, unit = ''] = /^(-?\d{1,15}(?:\.\d+)?)\s*([a-z]+)$/i.exec(text.trim()) ?? [];
  const length = UNITS.find(([names]) => names.includes(unit.toLowerCase()))?.[1];
  return number === undefined || length === undefined
    ? undefined
    : BigInt(Math.round(Number(number) * length));
}

const SECOND = 1_000_000_000n;

/** Names of a unit, and its nanoseconds. */
const UNITS: readonly (readonly [names: readonly string[], length: number])[] = [
  [['d', 'day', 'days'], 86_400e9],
  [['h', 'hour', 'hours'], 3_600e9],
  [['m', 'min', 'minute', 'minutes'], 60e9],
  [['s', 'sec', 'second', 'seconds'], 1e9],
  [['ms'], 1e6],
  [['us', 'µs'], 1e3],
  [['ns'], 1],
];

/** Digits of a second behind the point. */
function fraction(digits: string): bigint {
  return BigInt(digits.padEnd(9, '0'));
}
