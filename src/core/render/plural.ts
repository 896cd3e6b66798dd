/** How many there are of something: `1 key`, `2 keys`, `1,000 keys`. */
export function countOf(number: number, noun: string): string {
  return `${groupDigits(number)} ${number === 1 ? noun : `${noun}s`}`;
}

/** Whole numbers as English writes them. The first use of Intl takes longer than opening most files. */
function groupDigits(number: number): string {
  return String(number).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
