import { decryptToken, encryptToken, tokenLength } from '../../../crypto/fernet';
import type { FernetKey } from '../../../crypto/keys';
import { PIECE_SIZE, pieceTokenLength } from '../../../crypto/tokenStream';
import { CancelledError, ProtocolError } from '../../../errors';
import type { ByteReader } from '../../byteReader';
import type { Channel } from '../../channel';
import { SMALL_ITEM } from '../../../item/itemStore';
import {
  encodeFrame,
  encodeFrameHead,
  FRAME_TYPES,
  ITEM_NUMBER_BYTES,
  readFrame,
  type HoldMemory,
} from './frames';
import { decodeMessage, encodeMessage } from './messageCodec';
import type { Message } from './messages';
import { Mutex } from '../../../scheduling/mutex';
import { say, type Words } from '../../../text';

const COUNTER_BYTES = 8;
/** Pieces of up to this many bytes are copied, to be sent together with others. */
export const SMALL_PIECE = pieceTokenLength(SMALL_ITEM);

/** How many pings are sent within the time for which the other side tolerates silence. */
const PINGS_PER_IDLE_TIME = 4;

/** Frames that go out together. */
interface Batch {
  /** Each message is encoded when it is its turn. */
  readonly frames: (() => Buffer)[];
  readonly written: Promise<void>;
}

/** One piece of an item: a token of the item's stream. */
export interface Piece {
  readonly type: 'piece';
  readonly item: number;
  readonly bytes: Buffer;
  /** Gives back the memory of the piece once nobody needs it any more, if it is counted. */
  readonly release?: () => void;
}

/** Largest body of each type of frame that a side accepts. Only the server accepts pieces. */
export function frameLimits(
  headerSize: number,
  side: 'client' | 'server' = 'server',
): ReadonlyMap<number, number> {
  const control = [FRAME_TYPES.control, tokenLength(COUNTER_BYTES + headerSize)] as const;
  const data = [FRAME_TYPES.data, ITEM_NUMBER_BYTES + pieceTokenLength(PIECE_SIZE)] as const;
  return new Map(side === 'server' ? [control, data] : [control]);
}

/** Before the session keys are known to be shared: a hello, an unencrypted refusal, or `ready`. */
export const FIRST_FRAMES: ReadonlyMap<number, number> = new Map([[FRAME_TYPES.control, 8192]]);

/**
 * A connection after the hello: messages and pieces, in order. Each message is a Fernet token that holds a counter (8 bytes,
 * big endian, from 0 in each direction) and the JSON, so that none can be read, changed, dropped, repeated or reordered.
 * Without a shared key, this protects against listeners, but not against somebody in the middle of the handshake. Pieces are
 * already tokens, under keys that the messages hold, and are not encrypted again.
 */
export class Session {
  /** Bytes of the last received message. */
  messageSize = 0;
  /** Memory for pieces, if somebody counts it. */
  private hold: HoldMemory | undefined;
  private sent = 0n;
  private received = 0n;
  /** Frames are sent one after another, and messages are counted in that order. */
  private readonly writing = new Mutex();
  /** The next write, to which more may still be added. */
  private batch: Batch | undefined;

  constructor(
    private readonly reader: ByteReader,
    private readonly channel: Channel,
    private readonly limits: ReadonlyMap<number, number>,
    private readonly keys: { readonly own: FernetKey; readonly other: FernetKey },
    /** Whether both sides have proved a shared key, so that nobody can be in the middle. */
    readonly isVerified = true,
    /** SHA-256 over the hellos of both sides, 32 bytes: equal on both sides, unless somebody is in the middle. */
    readonly transcript: Buffer = Buffer.alloc(0),
  ) {}

  /** Sent together with everything else that is sent while this thread handles received data. */
  send(message: Message): Promise<void> {
    return this.join(() => this.encode(message));
  }

  /** The bytes must not change until the other side has confirmed that it has them. */
  sendPiece(item: number, bytes: Uint8Array): Promise<void> {
    const number = Buffer.alloc(ITEM_NUMBER_BYTES);
    number.writeUInt32BE(item);
    const head = encodeFrameHead(FRAME_TYPES.data, ITEM_NUMBER_BYTES + bytes.length);
    if (bytes.length <= SMALL_PIECE) return this.join(() => Buffer.concat([head, number, bytes]));
    // Later messages must not overtake it.
    this.batch = undefined;
    return this.writing.run(() => this.channel.write(Buffer.concat([head, number]), bytes));
  }

  /** Ends this side of the connection, after the frame that is being written, with these messages. @throws as {@link Channel.end} */
  end(messages: readonly Message[]): Promise<void> {
    this.batch = undefined;
    return this.writing.run(() =>
      this.channel.end(Buffer.concat(messages.map((message) => this.encode(message)))),
    );
  }

  /** Counts memory for pieces from now on. */
  countMemory(hold: HoldMemory): void {
    this.hold = hold;
  }

  /** Sends a ping at intervals. @returns what ends that */
  keepAlive(idleTime: number): () => void {
    const ping = (): void => void this.send({ type: 'ping' }).catch(() => undefined);
    const pings = setInterval(ping, idleTime / PINGS_PER_IDLE_TIME);
    return () => clearInterval(pings);
  }

  /**
   * @returns undefined when the other side has ended the connection regularly
   * @throws ProtocolError; InvalidTokenError if the other side has other session keys; what {@link readFrame} throws
   */
  async receive(): Promise<Message | Piece | undefined> {
    // Handling received data could go on for long without waiting for anything.
    await this.reader.nextTurn();
    // A side that has not proved the key yet may not make this side hold much.
    const limits = this.received === 0n ? FIRST_FRAMES : this.limits;
    const frame = await readFrame(this.reader, limits, this.hold);
    if (frame === undefined) return undefined;
    if (frame.type === FRAME_TYPES.data) {
      const { item, piece: bytes, release } = frame;
      return { type: 'piece', item, bytes, ...(release && { release }) };
    }
    this.messageSize = frame.body.length;
    return decodeMessage(this.open(frame.body));
  }

  private join(frame: () => Buffer): Promise<void> {
    this.batch ??= this.beginBatch();
    this.batch.frames.push(frame);
    return this.batch.written;
  }

  private beginBatch(): Batch {
    const frames: (() => Buffer)[] = [];
    return { frames, written: this.writing.run(() => this.writeFrames(frames)) };
  }

  /** A call to the system takes longer than a small message. */
  private async writeFrames(frames: readonly (() => Buffer)[]): Promise<void> {
    await this.reader.nextTurn();
    if (this.batch?.frames === frames) this.batch = undefined;
    const before = this.sent;
    try {
      const encoded: Buffer[] = [];
      for (const encode of frames) {
        await this.reader.nextTurn();
        encoded.push(encode());
      }
      await this.channel.write(Buffer.concat(encoded));
    } catch (error) {
      // They were not sent; another message may still be, as the last one.
      if (error instanceof CancelledError) this.sent = before;
      throw error;
    }
  }

  private encode(message: Message): Buffer {
    const counter = Buffer.alloc(COUNTER_BYTES);
    counter.writeBigUInt64BE(this.sent++);
    const token = encryptToken(this.keys.own, Buffer.concat([counter, encodeMessage(message)]));
    return encodeFrame(FRAME_TYPES.control, token);
  }

  private open(token: Buffer): Buffer {
    const plain = this.decrypt(token);
    if (plain.length < COUNTER_BYTES || plain.readBigUInt64BE(0) !== this.received)
      throw changedOnTheWay(say`A message is missing, repeated or out of order`);
    this.received++;
    return plain.subarray(COUNTER_BYTES);
  }

  /** Once a message has opened, the keys are right, so one that does not open is damaged. */
  private decrypt(token: Buffer): Buffer {
    try {
      return decryptToken(this.keys.other, token);
    } catch (error) {
      throw this.received === 0n ? error : changedOnTheWay(say`A message is damaged`, error);
    }
  }
}

/** For errors that cannot happen between two peers unless somebody interferes. */
export function changedOnTheWay(what: Words, cause?: unknown): ProtocolError {
  return new ProtocolError(
    'InvalidContent',
    say`${what}: something changed the data in transit. Send it again: it resumes where it was cut off.`,
    { cause },
  );
}
