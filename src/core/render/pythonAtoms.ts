import { formatFloat, formatInteger, isPythonDecimal } from '../numberText';

/** A string literal in double quotes. As in Python's `repr`, invisible and misleading characters are escaped. */
export function quoteString(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : `"${text.replace(SPECIAL, escapeCharacter)}"`;
}

/** A text in which invisible and misleading characters are escaped. */
export function escapeInvisible(text: string): string {
  return text.replace(INVISIBLE, escapeCharacter);
}

/** A bytes literal: printable ASCII as it is, other bytes as `\xNN`. */
export function quoteBytes(bytes: Uint8Array): string {
  const latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return `b${PLAIN.test(latin1) ? `"${latin1}"` : `"${latin1.replace(NOT_ASCII, escapeCharacter)}"`}`;
}

/** An integer literal, which is hexadecimal if it has more digits than Python reads in decimal. */
export function integerLiteral(value: bigint): string {
  if (isPythonDecimal(value)) return formatInteger(value);
  return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}

/** An expression for a float: a literal, or `float("nan")` and the like if Python has no literal for it. */
export function floatLiteral(value: number): string {
  const text = formatFloat(value);
  return Number.isFinite(value) ? text : `float("${text}")`;
}

/** Whether a text is a valid identifier in Python. */
export function isIdentifier(text: string): boolean {
  return IDENTIFIER.test(text) && !KEYWORD.test(text);
}

const PLAIN = /^[ !#-[\]-~]*$/;
/** Quotes and backslashes, and characters for which Python's `str.isprintable` is false. */
const SPECIAL = /["\\]|(?! )[\p{C}\p{Z}]/gu;
const INVISIBLE = /(?! )[\p{C}\p{Z}]/gu;
const NOT_ASCII = /["\\]|[^ -~]/g;
const IDENTIFIER = /^[\p{XID_Start}_]\p{XID_Continue}*$/u;
const KEYWORD =
  /^(?:False|None|True|and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|nonlocal|not|or|pass|raise|return|try|while|with|yield)$/;

const SHORT_ESCAPES: Readonly<Record<string, string | undefined>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function escapeCharacter(character: string): string {
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) as number;
  if (code < 0x100) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
