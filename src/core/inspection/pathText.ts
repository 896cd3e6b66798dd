/** One step of a path as it is written: `[...]`, `.name`, or `)[index]` behind a `list(` at the beginning. */
export type PathToken =
  | { readonly kind: 'key'; readonly text: string }
  | { readonly kind: 'part'; readonly name: string }
  | { readonly kind: 'member'; readonly index: number };

/** The steps of a path such as `data["a"][3].args`; undefined for a text that is not a path. */
export function readPath(path: string): PathToken[] | undefined {
  const start = /^\s*(?:(?:list\()*data(?=$|[[.)\s]))?/.exec(path)?.[0].length ?? 0;
  let rest = path.slice(start).trim();
  if (start === 0 && !/^[[.]/.test(rest)) return undefined;
  const tokens: PathToken[] = [];
  while (rest !== '') {
    const [text, token] = readToken(rest) ?? [];
    if (text === undefined || token === undefined) return undefined;
    tokens.push(token);
    rest = rest.slice(text.length).trimStart();
  }
  return tokens;
}

function readToken(rest: string): [text: string, token: PathToken] | undefined {
  const member = /^\)\[(\d+)\]/.exec(rest);
  if (member) return [member[0], { kind: 'member', index: Number(member[1]) }];
  // Modules of torch have attributes such as `0`.
  const part = /^\.([^\s.[\])]+)/.exec(rest);
  if (part?.[1] !== undefined) return [part[0], { kind: 'part', name: part[1] }];
  if (!rest.startsWith('[')) return undefined;
  const end = closingBracket(rest);
  return end < 0 ? undefined : [rest.slice(0, end + 1), { kind: 'key', text: rest.slice(1, end).trim() }];
}

/** The end of the bracket with which a text begins; -1 if it is not closed. Brackets in strings do not count. */
function closingBracket(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"' || character === "'") {
      at = closingQuote(text, at);
      if (at < 0) return -1;
    } else if ('[({'.includes(character)) depth++;
    else if ('])}'.includes(character) && --depth === 0) return at;
  }
  return -1;
}

function closingQuote(text: string, start: number): number {
  const quote = text.charAt(start);
  for (let at = start + 1; at < text.length; at++) {
    if (text.charAt(at) === '\\') at++;
    else if (text.charAt(at) === quote) return at;
  }
  return -1;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\n': '',
};

/** The key of a Python literal: a string, an integer, True, False or None; undefined for any other. */
export function readKeyLiteral(text: string): string | bigint | boolean | null | undefined {
  if (/^-?\d{1,1000}$/.test(text)) return BigInt(text);
  if (text === 'None') return null;
  if (text === 'True' || text === 'False') return text === 'True';
  const quote = text.charAt(0);
  if ((quote !== '"' && quote !== "'") || text.length < 2 || closingQuote(text, 0) !== text.length - 1)
    return undefined;
  return text
    .slice(1, -1)
    .replace(
      /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([^]))/g,
      (whole: string, byte?: string, short?: string, long?: string, octal?: string, other: string = '') => {
        if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8));
        const hex = byte ?? short ?? long;
        if (hex === undefined) return ESCAPES[other] ?? (/[\\'"]/.test(other) ? other : whole);
        const point = parseInt(hex, 16);
        return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
      },
    );
}
