const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A size in bytes as a person reads it, in powers of ten as file managers show sizes: `12 B`, `1.2 MB`, `123 GB`. */
export function formatSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // From there on it would be rounded to 1000.
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit] ?? ''}`;
}

/** How many there are of something: `1 key`, `2 keys`, `1,000 keys`. */
export function countOf(number: number, noun: string): string {
  return `${groupDigits(number)} ${number === 1 ? noun : `${noun}s`}`;
}

/** Whole numbers as English writes them. The first use of Intl takes longer than opening most files. */
function groupDigits(number: number): string {
  return String(number).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
