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
