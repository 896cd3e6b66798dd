const ENGLISH = new Intl.PluralRules('en');

/** How many there are of something: `1 key`, `2 keys`, `1,000 keys`. */
export function countOf(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${ENGLISH.select(number) === 'one' ? noun : `${noun}s`}`;
}
