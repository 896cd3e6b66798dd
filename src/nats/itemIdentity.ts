import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { FernetKey } from '../core/crypto/keys';
import type { OutgoingItem } from '../core/item/item';
import { SHARED_PIECE, type Manifest } from './manifest';

/** The identity of an item in a shared inbox, and the key that seals it. */
export interface ItemIdentity {
  /** 32 hexadecimal digits. */
  readonly item: string;
  /** Key of the token stream. */
  readonly key: FernetKey;
}

/** The number of plain bytes, and their hash in hexadecimal. */
export type ContentDigest = Pick<Manifest, 'size' | 'sha256'>;

/** For senders without a secret of their own: files are recognized only within this process. */
const PROCESS_SECRET = randomBytes(32);

/**
 * The same whenever the same file with the same content is sent from the same path to the same inbox, so that a sender that
 * was killed resumes; new each time for items without a path.
 * @param secret of this installation, so that nobody else can guess or repeat the identity
 */
export function identifyItem(
  item: OutgoingItem,
  { size, sha256 }: ContentDigest,
  to: Pick<Manifest, 'inbox' | 'sender'>,
  secret: Uint8Array = PROCESS_SECRET,
): ItemIdentity {
  const { source, kind, format, name, path, mode, modified } = item;
  if (source === undefined) return { item: randomBytes(16).toString('hex'), key: FernetKey.generate() };
  const about = [
    hostname(),
    source,
    kind,
    format,
    name,
    path,
    mode,
    modified,
    to.inbox,
    to.sender,
    size,
    sha256,
  ];
  const digest = createHmac('sha256', secret)
    .update('picklepost shared item\0')
    .update(JSON.stringify(about));
  const id = digest.digest('hex').slice(0, 32);
  const key = hkdfSync('sha256', secret, id, 'picklepost shared item key', 32);
  return { item: id, key: FernetKey.fromBytes(new Uint8Array(key)) };
}

/** Reads an item only to hash it. */
export async function digestContent(item: OutgoingItem): Promise<ContentDigest> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const bytes of item.open(SHARED_PIECE)) {
    hash.update(bytes);
    size += bytes.length;
  }
  return { size, sha256: hash.digest('hex') };
}
