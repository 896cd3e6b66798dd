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
export function countOf(number: number, noun: string): string {
  return `${groupDigits(number)} ${number === 1 ? noun : `${noun}s`}`;
}

/** Whole numbers in English notation. The first use of Intl takes longer than opening most files. */
function groupDigits(number: number): string {
  return String(number).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
