import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { FernetKey } from '../../src/core/crypto/keys';
import { TokenStreamWriter } from '../../src/core/crypto/tokenStream';
import type { ReceivedItem } from '../../src/core/item/item';
import { deriveFooterKey, sealFooter } from '../../src/inbox/items/itemFooter';
import { newItemId, timeOfItemId } from '../../src/inbox/items/itemId';

/**
 * Writes whole items, all with one short content, into an inbox that is there, as receiving them would, but without waiting for the
 * disk. They are a minute apart, the last one came now, and are named `sample 0.txt` and so on, in another order.
 */
export async function writeManyItems(
  directory: string,
  inboxKey: Buffer,
  count: number,
): Promise<ReceivedItem[]> {
  const footerKey = deriveFooterKey(inboxKey);
  const key = FernetKey.generate();
  const stream = new TokenStreamWriter(key);
  const content = Buffer.concat([...stream.push(Buffer.from('content')), stream.finish()]);
  const items: ReceivedItem[] = [];
  for (let i = 0; i < count; i++) {
    const id = newItemId(Date.now() - (count - i) * 60_000);
    const item: ReceivedItem = {
      id,
      kind: 'text',
      name: `sample ${String((i * 7919) % count)}.txt`,
      size: 7,
      sha256: randomBytes(32).toString('hex'),
      receivedAt: timeOfItemId(id),
      dialect: 'native',
      from: `192.0.2.${String(i % 50)}:${String(40_000 + (i % 20_000))}`,
      encrypted: i % 2 === 0,
      transfer: randomBytes(16).toString('hex'),
    };
    const footer = sealFooter(footerKey, { item, key });
    writeFileSync(path.join(directory, 'items', `${id}.item`), Buffer.concat([content, footer]), {
      mode: 0o600,
    });
    items.push(item);
    if (i % 1000 === 0) await setImmediate();
  }
  return items;
}
