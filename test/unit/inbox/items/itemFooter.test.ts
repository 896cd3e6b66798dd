import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { FernetKey } from '../../../../src/core/crypto/keys';
import { streamSize } from '../../../../src/core/crypto/tokenStream';
import type { ReceivedItem } from '../../../../src/core/item/item';
import {
  DamageError,
  deriveFooterKey,
  footerLength,
  openFooter,
  sealFooter,
  TRAILER_LENGTH,
} from '../../../../src/inbox/items/itemFooter';
import { newItemId } from '../../../../src/inbox/items/itemId';

const footerKey = deriveFooterKey(randomBytes(32));
const key = FernetKey.generate();

function itemOf(name: string, size: number, keyName?: string): ReceivedItem {
  const id = newItemId();
  return {
    ...(keyName !== undefined && { key: keyName }),
    id,
    kind: 'text',
    name,
    size,
    sha256: '',
    receivedAt: 1,
    dialect: 'raw',
    from: '',
    encrypted: true,
  };
}

function open(footer: Buffer, { id, size }: ReceivedItem): ReceivedItem {
  assert.equal(footerLength(footer.subarray(-TRAILER_LENGTH)), footer.length);
  return openFooter(footerKey, footer, id, streamSize(size)).item;
}

describe('The footer of an item', () => {
  it('returns the metadata and the key', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary-ascii' }),
        fc.maxSafeNat(),
        fc.boolean(),
        (name, size, hasKey) => {
          const item = itemOf(name, size, hasKey ? name : undefined);
          const footer = sealFooter(footerKey, { item, key });
          assert.deepEqual(open(footer, item), item);
          assert.equal(openFooter(footerKey, footer, item.id, streamSize(size)).key.toText(), key.toText());
        },
      ),
    );
  });

  it('is read only with the key of the inbox, under its name, and at the end of its content', () => {
    const item = itemOf('a', 10);
    const footer = sealFooter(footerKey, { item, key });
    const length = streamSize(10);
    assert.throws(() => openFooter(deriveFooterKey(randomBytes(32)), footer, item.id, length), DamageError);
    assert.throws(() => openFooter(footerKey, footer, newItemId(), length), DamageError);
    assert.throws(() => openFooter(footerKey, footer, item.id, length + 16), DamageError);
  });

  it('reports a newer version that needs a newer program', () => {
    const footer = sealFooter(footerKey, { item: itemOf('a', 1), key });
    footer.writeUInt16BE(2, footer.length - 12);
    assert.throws(() => footerLength(footer.subarray(-TRAILER_LENGTH)), /version 2.*Update/);
  });

  it('throws nothing but DamageError, whatever the bytes are', () => {
    const item = itemOf('a', 10);
    const footer = sealFooter(footerKey, { item, key });
    const changed = fc
      .tuple(fc.nat(footer.length - 1), fc.integer({ min: 1, max: 255 }))
      .map(([at, mask]) => {
        const bytes = Buffer.from(footer);
        bytes[at]! ^= mask;
        return bytes;
      });
    const any = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.oneof(changed, any), (bytes) => {
        assert.throws(
          () => open(bytes, item),
          (error) => error instanceof DamageError || error instanceof assert.AssertionError,
        );
        assert.throws(() => openFooter(footerKey, bytes, item.id, streamSize(10)), DamageError);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses incomplete metadata', () => {
    for (const field of ['id', 'kind', 'name', 'from', 'dialect', 'sha256', 'size', 'receivedAt']) {
      const item = { ...itemOf('a', 10), [field]: undefined };
      const footer = sealFooter(footerKey, { item, key });
      assert.throws(() => openFooter(footerKey, footer, item.id, streamSize(10)), DamageError, field);
    }
  });
});
