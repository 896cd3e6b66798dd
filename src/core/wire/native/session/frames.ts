import { ProtocolError } from '../../../errors';
import type { ByteReader } from '../../byteReader';
import { say } from '../../../text';

/** The first bytes of both sides. No other dialect, and no text, begins with them. */
export const PREAMBLE = Buffer.from('89504b500d0a1a0a', 'hex');

/** A frame is its length (4 bytes, big endian, counting what follows), its type (1 byte), and its body. */
export const FRAME_TYPES = {
  /** A message: JSON, and once a session has keys, JSON inside a Fernet token. */
  control: 1,
  /** Number of the item (4 bytes), then one piece of it. */
  data: 2,
} as const;

export type Frame =
  | { readonly type: typeof FRAME_TYPES.control; readonly body: Buffer }
  | {
      readonly type: typeof FRAME_TYPES.data;
      readonly item: number;
      readonly piece: Buffer;
      /** Gives back the memory of the piece, if it is counted. */
      readonly release?: () => void;
    };

/** Bytes of the number of an item. */
export const ITEM_NUMBER_BYTES = 4;
const LENGTH_BYTES = 4;
const HEAD_BYTES = LENGTH_BYTES + 1;

export function encodeFrame(type: number, ...parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([encodeFrameHead(type, length), ...parts], HEAD_BYTES + length);
}

/** The head of a frame whose body is written separately, so that a large body need not be copied. */
export function encodeFrameHead(type: number, bodyLength: number): Buffer {
  const head = Buffer.allocUnsafe(HEAD_BYTES);
  head.writeUInt32BE(bodyLength + 1, 0);
  head[LENGTH_BYTES] = type;
  return head;
}

/** Waits until there is memory for so many bytes. @returns what gives it back @throws PicklepostError `refused` */
export type HoldMemory = (bytes: number) => Promise<() => void>;

/**
 * Reads the next frame. A message that has begun must be complete within the reader's idle time: a damaged length must not
 * wait for bytes that never come, while the other side keeps sending pings.
 * @param largest bytes allowed for the body of each type; other types are errors
 * @param hold waits for memory for so many bytes, and returns what gives it back
 * @returns undefined at the end of the stream, between two frames
 * @throws ProtocolError; PicklepostError `connection-lost`, `timeout`
 */
export async function readFrame(
  reader: ByteReader,
  largest: ReadonlyMap<number, number>,
  hold?: HoldMemory,
): Promise<Frame | undefined> {
  const head = await reader.take(HEAD_BYTES);
  if (head === undefined) return undefined;
  const length = head.readUInt32BE(0) - 1;
  const type = head.readUInt8(LENGTH_BYTES);
  const limit = largest.get(type);
  if (limit === undefined)
    throw new ProtocolError('InvalidFrame', say`There is no frame of type ${String(type)}.`);
  if (length < 0 || length > limit) {
    throw new ProtocolError(
      'InvalidFrame',
      say`A frame of type ${String(type)} has ${String(length)} bytes; at most ${String(limit)} are allowed.`,
    );
  }
  if (type === FRAME_TYPES.control) return { type, body: await reader.needMessage(length, reader.idleTime) };
  if (length < ITEM_NUMBER_BYTES)
    throw new ProtocolError('InvalidFrame', say`A data frame is too short to name its item.`);
  const item = (await reader.need(ITEM_NUMBER_BYTES)).readUInt32BE();
  const release = await hold?.(length);
  try {
    const piece = await reader.need(length - ITEM_NUMBER_BYTES);
    return { type: FRAME_TYPES.data, item, piece, ...(release && { release }) };
  } catch (error) {
    release?.();
    throw error;
  }
}
