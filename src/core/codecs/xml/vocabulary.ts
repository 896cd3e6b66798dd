/**
 * The XML dialect. It can hold every value except inert objects, and is readable for any XML program.
 *
 * A dictionary is an element with a child for each key, named by the key:
 *
 *     <root><a>1</a><b type="int">1</b></root>            {"a": "1", "b": 1}
 *
 * - `type` says what an element holds: `int float bool null str bytes bytearray list tuple set frozenset dict`. Without it, the root
 *   is a dict and every other element a str. Numbers and bools are spelled as in Python, `null` is empty, bytes are in base64.
 * - The parts of a list, tuple, set or frozenset are `<item>` elements.
 * - A key that is not an XML name is in an attribute: `<entry key="two words">`. A key that is not a string has its type there:
 *   `<entry key="3" key-type="int">`. A key that is a tuple or frozenset is an element:
 *   `<entry key-type="compound"><key type="tuple">…</key><value>…</value></entry>`.
 * - `escape="backslash"` (`key-escape` for a key) marks a str with characters that XML cannot hold. In it, `\uXXXX` is that
 *   UTF-16 unit, and `\\` a backslash. Carriage returns are written as character references, because readers would change them.
 * - A container or bytearray that occurs in several places, or within itself, has an `id` in the first; the others are `<a ref="1"/>`.
 *
 * An element with other attributes, or without a required one, is foreign XML. It is a str if it has neither children nor
 * attributes. Otherwise it is a dict of its attributes (`"@name"`), and of its children (a list for adjacent ones of the same
 * name) or its text (`"#text"`). If there is text between the children, or children of the same name are not adjacent,
 * `"#children"` is a list of them in order, in which each child is a dict with one entry. Namespaces are treated as parts of
 * names. White space alone between children is ignored. If the root is not named `root`, its name is added (`"#root"`), and
 * `foreignWriter.ts` writes such a value as foreign XML again.
 *
 * A document with types that its content contradicts, such as `<a type="list"><b/></a>`, is read as foreign XML without types.
 * But if its root is named `root`, it may be a damaged document of this dialect, and is refused.
 */
export const XML_TYPES = [
  'int',
  'float',
  'bool',
  'null',
  'str',
  'bytes',
  'bytearray',
  'list',
  'tuple',
  'set',
  'frozenset',
  'dict',
] as const;

export type XmlType = (typeof XML_TYPES)[number];

/** Keys in the dicts of foreign XML: the name of the root, the text of an element with attributes, and children in order. */
export const ROOT_KEY = '#root';
export const TEXT_KEY = '#text';
export const CHILDREN_KEY = '#children';

/** The name of the root in documents of the dialect. */
export const ROOT_NAME = 'root';

/** Value of the attributes `escape` and `key-escape`. */
export const BACKSLASH_ESCAPE = 'backslash';
/** Value of `key-type` for a key that is an element. */
export const COMPOUND_KEY = 'compound';

/** Whether every parser accepts a key as the name of an element: without a colon, and with letters of the first edition of XML 1.0. */
export function isElementName(key: string): boolean {
  return ELEMENT_NAME.test(key);
}

/** Whether a text has characters that XML cannot hold, so that {@link escapeBackslash} must escape it. */
export function needsEscape(text: string): boolean {
  return !PLAIN.test(text) && IMPOSSIBLE.test(text);
}

export function escapeBackslash(text: string): string {
  return text.replace(ESCAPABLE, (character) => {
    return character === '\\' ? '\\\\' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Undefined if a backslash does not begin an escape. */
export function unescapeBackslash(text: string): string | undefined {
  if (text.replace(ESCAPE, '').includes('\\')) return undefined;
  return text.replace(ESCAPE, (_escape, unit: string | undefined) => {
    return unit === undefined ? '\\' : String.fromCharCode(Number.parseInt(unit, 16));
  });
}

/** Escapes a text for the content of an element. */
export function textMarkup(text: string): string {
  return PLAIN.test(text) ? text : text.replace(/[&<>\r]/g, reference);
}

/** Escapes a text for an attribute in double quotes. */
export function attributeMarkup(text: string): string {
  return PLAIN.test(text) && !ATTRIBUTE_SPECIAL.test(text) ? text : text.replace(/[&<>"\t\n\r]/g, reference);
}

const LETTERS =
  'A-Z_a-z\\xc0-\\xd6\\xd8-\\xf6\\xf8-\\u0131\\u0134-\\u013e\\u0141-\\u0148\\u014a-\\u017e\\u0391-\\u03a1\\u03a3-\\u03ce' +
  '\\u0410-\\u044f\\u3041-\\u3094\\u30a1-\\u30fa\\u4e00-\\u9fa5\\uac00-\\ud7a3';
const ELEMENT_NAME = new RegExp(`^[${LETTERS}][${LETTERS}0-9.-]*$`);

const PLAIN = /^[\t\n -%'-;=?-~]*$/;
const ATTRIBUTE_SPECIAL = /["\t\n]/;
/** Controls, noncharacters and lone surrogates. */
const IMPOSSIBLE = /(?![\t\n\r\x7f-\x9f])[\p{Cc}\p{Cs}\ufffe\uffff]/u;
const ESCAPABLE = /(?![\t\n\r\x7f-\x9f])[\\\p{Cc}\p{Cs}\ufffe\uffff]/gu;
const ESCAPE = /\\(?:u([\da-fA-F]{4})|\\)/g;

const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

function reference(character: string): string {
  return REFERENCES[character] ?? `&#${character.charCodeAt(0)};`;
}
