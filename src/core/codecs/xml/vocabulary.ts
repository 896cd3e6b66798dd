/**
 * The XML dialect, in which the whole value model survives, but for inert objects, and which any XML reader can still make sense of.
 *
 * A dictionary is an element with a child for each key, named by the key:
 *
 *     <root><a>1</a><b type="int">1</b></root>            {"a": "1", "b": 1}
 *
 * - `type` says what an element holds: `int float bool null str bytes bytearray list tuple set frozenset dict`. Without it, the root
 *   is a dict and every other element a str. Numbers and bools are spelled as in Python, `null` is empty, bytes are in base64.
 * - The parts of a list, tuple, set or frozenset are `<item>` elements.
 * - A key that is no XML name stands in an attribute: `<entry key="two words">`. A key that is no string says its type there:
 *   `<entry key="3" key-type="int">`. A tuple or frozenset as a key is an element itself, in
 *   `<entry key-type="compound"><key type="tuple">…</key><value>…</value></entry>`.
 * - `escape="backslash"` (`key-escape` for a key) marks a str with characters that XML cannot hold. In it `\uXXXX` stands for that
 *   UTF-16 unit and `\\` for a backslash. Carriage returns are character references, which readers leave as they are.
 * - A container or bytearray that stands in several places, or within itself, has an `id` at the first; the others are `<a ref="1"/>`.
 *
 * What has other attributes than these, or none where one is needed, is foreign XML, and read as it looks: an element with neither
 * children nor attributes is a str, exactly as it is; any other is a dict of its attributes (`"@name"`), and its children (a list
 * where several in a row have the same name) or its text (`"#text"`). Where there is text between the children, or children of one name
 * do not stand together, `"#children"` is a list of them in order, each child a dict with one entry. Namespaces are no more than
 * parts of names. White space alone between the children of an element means nothing. A root that is not named `root` adds its name
 * (`"#root"`), and what was read so is written so again (`foreignWriter.ts`). The name of the root matters in one more way: a document that has types and does not fit them, such as `<a type="list"><b/></a>`, is foreign as a whole, and
 * read without types; one whose root is named `root`, as here, may have been damaged, and is refused.
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

/** Keys of foreign XML: the name of the root, the text of an element with attributes, and children in order. */
export const ROOT_KEY = '#root';
export const TEXT_KEY = '#text';
export const CHILDREN_KEY = '#children';

/** The writer's name of the root. */
export const ROOT_NAME = 'root';

/** Value of the attributes `escape` and `key-escape`. */
export const BACKSLASH_ESCAPE = 'backslash';
/** Value of `key-type` where the key is an element. */
export const COMPOUND_KEY = 'compound';

/** Whether a key can name an element for every parser: without a colon, and of letters that the oldest edition of XML 1.0 has too. */
export function isElementName(key: string): boolean {
  return ELEMENT_NAME.test(key);
}

/** Whether a text has something that no XML document can hold, so that it must be escaped by {@link escapeBackslash}. */
export function needsEscape(text: string): boolean {
  return !PLAIN.test(text) && IMPOSSIBLE.test(text);
}

export function escapeBackslash(text: string): string {
  return text.replace(ESCAPABLE, (character) => {
    return character === '\\' ? '\\\\' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Undefined where a backslash begins no escape. */
export function unescapeBackslash(text: string): string | undefined {
  if (text.replace(ESCAPE, '').includes('\\')) return undefined;
  return text.replace(ESCAPE, (_escape, unit: string | undefined) => {
    return unit === undefined ? '\\' : String.fromCharCode(Number.parseInt(unit, 16));
  });
}

/** Markup for a text between tags. */
export function textMarkup(text: string): string {
  return PLAIN.test(text) ? text : text.replace(/[&<>\r]/g, reference);
}

/** Markup for a text between double quotes. */
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
