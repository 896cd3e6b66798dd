import { createHash } from 'node:crypto';
import { BufferPool, BufferRing } from '../core/bufferRing';
import { pieceTokenLength, sealInto, sealPiece } from '../core/crypto/tokenStream';
import type { FernetKey } from '../core/crypto/keys';
import { CancelledError, LimitError, PicklepostError } from '../core/errors';
import type { OutgoingItem, Receipt } from '../core/item/item';
import { Mutex } from '../core/scheduling/mutex';
import { nextTurn } from '../core/scheduling/turns';
import { say } from '../core/text';
import { ContentError, UncarriedError } from '../core/wire/dialectErrors';
import { nameProblem } from '../core/wire/outgoing';
import { cutPieces, type Piece } from '../core/wire/pieces';
import { digestContent, identifyItem, type ContentDigest, type ItemIdentity } from './itemIdentity';
import type { JetStreamManager, PubAck } from './library';
import { sealManifest, SHARED_PIECE, sharedPieces, type Manifest } from './manifest';
import { manifestSubject, pieceSubject } from './names';
import type { Publisher } from './publisher';
import { StoredPieces } from './storedPieces';

/** The receipt of an item that the server has confirmed. */
export interface SharedReceipt extends Receipt {
  /** Sequence of the manifest in the inbox. */
  readonly sequence: number;
  /** Identifies the item in the inbox, 32 hexadecimal digits. */
  readonly item: string;
  /** Milliseconds since the epoch, by the clock of this machine. */
  readonly sentAt: number;
}

/** The recipients of items, and their sender. */
export interface ItemDestination {
  readonly inbox: string;
  readonly sender: string;
  /** Key of the manifests. */
  readonly manifestKey: FernetKey;
  /** Identity of this installation. */
  readonly identity?: Uint8Array;
  /** Most bytes in a message that the server accepts. */
  readonly maxMessage: number;
  /** For a sender that may ask for information on the stream. */
  readonly manager?: JetStreamManager;
}

/** Pieces that wait for their answer at once. */
const WINDOW = 8;
/** Most bytes of a message in addition to the token of a piece. */
const OVERHEAD = 8 * 1024;

/** Puts items into a shared inbox, one large one at a time. */
export class ItemSender {
  private readonly large = new Mutex();
  private readonly tokens = new BufferPool(pieceTokenLength(SHARED_PIECE), WINDOW);
  private readonly stored: StoredPieces;

  constructor(
    private readonly publisher: Publisher,
    private readonly to: ItemDestination,
    private readonly onProgress: (item: OutgoingItem, bytes: number) => void,
    private readonly signal?: AbortSignal,
  ) {
    this.stored = new StoredPieces(publisher, to, to.manager);
  }

  /** @throws ContentError, UncarriedError for this item only; PicklepostError for all */
  async send(item: OutgoingItem): Promise<SharedReceipt> {
    checkName(item);
    const first = await firstPiece(item);
    return first.isLast ? this.sendSmall(item, first.bytes) : this.large.run(() => this.sendLarge(item));
  }

  private async sendLarge(item: OutgoingItem): Promise<SharedReceipt> {
    const digest = await this.digest(item);
    const identity = identifyItem(item, digest, this.to, this.to.identity);
    await this.sendPieces(item, identity, digest);
    return this.sendManifest(item, identity, digest, new Uint8Array());
  }

  private async sendSmall(item: OutgoingItem, bytes: Buffer): Promise<SharedReceipt> {
    const digest = { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    const identity = identifyItem(item, digest, this.to, this.to.identity);
    this.checkLength(pieceTokenLength(bytes.length));
    return this.sendManifest(item, identity, digest, sealPiece(identity.key, 0, true, bytes, SHARED_PIECE));
  }

  private async sendManifest(
    item: OutgoingItem,
    { item: id, key }: ItemIdentity,
    digest: ContentDigest,
    content: Uint8Array,
  ): Promise<SharedReceipt> {
    const { inbox, sender } = this.to;
    const { kind, format, name, path, mode, modified } = item;
    const manifest: Manifest = {
      ...{ inbox, sender, item: id, kind, name },
      ...(format !== undefined && { format }),
      ...(path !== undefined && { path }),
      ...(mode !== undefined && { mode }),
      ...(modified !== undefined && { modified: Math.trunc(modified) }),
      ...digest,
      key,
      sentAt: Date.now(),
    };
    const message = sealManifest(this.to.manifestKey, manifest, content);
    const answer = await this.publisher.publish(manifestSubject(inbox, sender), message, id);
    this.onProgress(item, digest.size);
    return receiptOf(answer, manifest);
  }

  /** Repeats until all are there, as far as the server can tell. */
  private async sendPieces(item: OutgoingItem, identity: ItemIdentity, digest: ContentDigest): Promise<void> {
    this.checkLength(pieceTokenLength(SHARED_PIECE));
    const count = sharedPieces(digest.size);
    let stored = await this.stored.findBegun(identity.item, count);
    const hasBegun = stored.includes(true);
    for (let round = hasBegun ? Date.now() : 0; stored.includes(false); round = Date.now()) {
      const before = this.publisher.interruptions;
      const isNew = await this.sendMissing(item, { ...identity, digest, stored, round });
      // A server that was killed may have lost confirmed pieces, and may know the id of a piece that was deleted.
      if (isNew && this.publisher.interruptions === before) return;
      stored = await this.stored.findAll(identity.item, count);
    }
  }

  /** @returns whether the server had none of it */
  private async sendMissing(
    item: OutgoingItem,
    { item: id, key, digest, stored, round }: MissingPieces,
  ): Promise<boolean> {
    const window = new Window(WINDOW);
    const hash = createHash('sha256');
    let index = 0;
    let done = stored.filter(Boolean).length;
    let isNew = true;
    this.tellProgress(item, done, digest.size);
    for await (const piece of contentPieces(item)) {
      if (this.signal?.aborted) throw new CancelledError();
      hash.update(piece.bytes);
      if (!stored[index]) {
        const subject = pieceSubject(this.to.inbox, this.to.sender, id, index);
        await window.open();
        const { token, release } = this.seal(key, index, piece);
        const send = this.publisher.publish(subject, token, pieceId(id, index, round));
        window.add(
          send.then(({ duplicate }) => {
            if (duplicate) isNew = false;
            release();
            this.tellProgress(item, ++done, digest.size);
          }),
        );
      }
      index++;
      await nextTurn();
    }
    await window.settle();
    if (hash.digest('hex') !== digest.sha256) throw changed(item);
    return isNew;
  }

  private seal(
    key: FernetKey,
    index: number,
    { bytes, isLast }: Piece,
  ): { token: Buffer; release: () => void } {
    if (bytes.length < SHARED_PIECE)
      return { token: sealPiece(key, index, isLast, bytes, SHARED_PIECE), release: () => undefined };
    const token = this.tokens.take();
    sealInto(token, key, { final: isLast, pieceSize: SHARED_PIECE, index }, bytes);
    return { token, release: () => this.tokens.give(token) };
  }

  private async digest(item: OutgoingItem): Promise<ContentDigest> {
    try {
      return await digestContent(item);
    } catch (error) {
      throw error instanceof CancelledError ? error : new ContentError(item, error);
    }
  }

  private tellProgress(item: OutgoingItem, pieces: number, size: number): void {
    this.onProgress(item, Math.min(pieces * SHARED_PIECE, size));
  }

  /** @throws LimitError if the server accepts only shorter messages */
  private checkLength(token: number): void {
    const { maxMessage } = this.to;
    if (token + OVERHEAD <= maxMessage) return;
    throw new LimitError(
      say`A message for the NATS server`,
      maxMessage,
      say`bytes`,
      say`Ask its administrator to set max_payload to 1 MB, which is the default.`,
    );
  }
}

/** An item, prepared for sending. */
interface MissingPieces extends ItemIdentity {
  readonly digest: ContentDigest;
  /** Which pieces the server has. */
  readonly stored: readonly boolean[];
  /** 0 if the server has nothing of the item. */
  readonly round: number;
}

/** A missing piece that is sent again has another id: the server may know the first one, although it is gone. */
function pieceId(item: string, index: number, round: number): string {
  return round === 0 ? `${item}.${index}` : `${item}.${index}.${round}`;
}

/** Running work, up to a number of pieces. */
class Window {
  /** None of them rejects. */
  private readonly running = new Set<Promise<void>>();
  private failure: { readonly error: unknown } | undefined;

  constructor(private readonly count: number) {}

  /** Settles when there is room for one more. @throws the error of an earlier piece */
  async open(): Promise<void> {
    while (this.running.size >= this.count) await Promise.race(this.running);
    if (this.failure) throw this.failure.error;
  }

  add(work: Promise<void>): void {
    const settled = work
      .catch((error: unknown) => void (this.failure ??= { error }))
      .finally(() => this.running.delete(settled));
    this.running.add(settled);
  }

  /** Settles when all pieces have. @throws the error of one of them */
  async settle(): Promise<void> {
    await Promise.all(this.running);
    if (this.failure) throw this.failure.error;
  }
}

async function firstPiece(item: OutgoingItem): Promise<Piece> {
  for await (const piece of contentPieces(item)) return piece;
  return { bytes: Buffer.alloc(0), isLast: true };
}

/** Each is valid until the next one is requested. */
async function* contentPieces(item: OutgoingItem): AsyncGenerator<Piece, void> {
  // One in hand, one that shows whether it is the last, one that is being read.
  const ring = new BufferRing(4, SHARED_PIECE);
  try {
    yield* cutPieces(item.open(SHARED_PIECE, ring), SHARED_PIECE, 'bytes');
  } catch (error) {
    throw error instanceof CancelledError ? error : new ContentError(item, error);
  }
}

function receiptOf({ seq, duplicate }: PubAck, manifest: Manifest): SharedReceipt {
  const { size, sha256, item, sentAt } = manifest;
  const existed = duplicate ? { existed: true } : {};
  return { confirmed: true, ...existed, size, sha256, sequence: seq, item, sentAt };
}

/** @throws UncarriedError */
function checkName(item: OutgoingItem): void {
  const problem = nameProblem(item);
  if (problem !== undefined) throw new UncarriedError(item, problem);
}

function changed(item: OutgoingItem): ContentError {
  const cause = new PicklepostError('disk', say`${item.name} was changed while it was sent. Send it again.`);
  return new ContentError(item, cause);
}
