import type { Format, ItemKind } from '../../../../../src/core/item/item';

/** A transfer as the original program puts it on the wire. */
export interface ClassicVector {
  readonly title: string;
  readonly kind: ItemKind;
  readonly format?: Format;
  readonly content: Buffer;
  /** In front of the content. */
  readonly head: string;
}

export const CLASSIC_VECTORS: readonly ClassicVector[] = [
  { title: 'the text "Hello World!"', kind: 'text', content: Buffer.from('Hello World!'), head: '0c00000c' },
  {
    title: 'the JSON of {"a": {"b": 1}}',
    kind: 'dictionary',
    format: 'json',
    content: Buffer.from('{"a": {"b": 1}}'),
    head: '0c28000f',
  },
  {
    title: 'the XML of {"a": 1, "b": "x<y"}',
    kind: 'dictionary',
    format: 'xml',
    content: Buffer.from('<root><a>1</a><b>x&lt;y</b></root>'),
    head: '0c2c0022',
  },
  {
    title: 'the pickle of {"a": 1}',
    kind: 'dictionary',
    format: 'binary',
    content: Buffer.from('8004950a000000000000007d948c0161944b01732e', 'hex'),
    head: '0c240015',
  },
  { title: 'an empty text', kind: 'text', content: Buffer.alloc(0), head: '0c000000' },
];

/** The text `hello` in a token of Fernet's own specification, its key, and what stands in front of it. */
export const ENCRYPTED_VECTOR = {
  key: 'cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=',
  head: '0c020064',
  token:
    'gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==',
} as const;

/** The whole packet. */
export function packetOf(vector: ClassicVector): Buffer {
  return Buffer.concat([Buffer.from(vector.head, 'hex'), vector.content]);
}

/** A packet made by hand. `meta` stands in first packets only. */
export function packet(op: number, meta: number | undefined, chunk: Uint8Array | string): Buffer {
  const bytes = Buffer.from(chunk);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([Buffer.of(op, ...(meta === undefined ? [] : [meta])), length, bytes]);
}
