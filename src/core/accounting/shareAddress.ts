/** The address for which shares are counted. Whoever has an IPv6 address has at least the 2⁶⁴ addresses of its network. */
export function addressOf(host: string): string {
  if (!host.includes(':')) return host;
  const [head = '', tail] = host.split('%')[0]?.split('::') ?? [];
  const [before, after] = [head, tail ?? ''].map((part) => part.split(':').filter((group) => group !== ''));
  if (!before || !after) return host;
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after];
  return groups.slice(0, 4).join(':');
}
