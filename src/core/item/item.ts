import type { BufferRing } from '../bufferRing';
import type { Format } from '../codecs/formats';

export type { Format };

/** The kinds of items: a file, a text or a dictionary. */
export type ItemKind = 'file' | 'text' | 'dictionary';

/** Most characters in the message of a sender to the person who receives. */
export const MAXIMUM_MESSAGE = 200;

/** An item to send. */
export interface OutgoingItem {
  readonly kind: ItemKind;
  /** Only for a dictionary. */
  readonly format?: Format;
  /** Base name to show. Not every dialect sends it. */
  readonly name: string;
  /** Plain content in bytes, if known beforehand. */
  readonly size?: number;
  /** When the file was last modified, in milliseconds since the epoch. */
  readonly modified?: number;
  /** Path of a file in the sent folder, with `/`; if it ends with `/`, the item is an empty folder. */
  readonly path?: string;
  /** Executable bits: the bits 0o111 of its mode; for a file in a sent folder. */
  readonly mode?: number;
  /** Message to the person who receives, at most {@link MAXIMUM_MESSAGE} characters. Not every dialect sends it. */
  readonly message?: string;
  /**
   * The source on this machine, such as an absolute path. Never sent; a digest of it identifies the item when it is sent
   * again.
   */
  readonly source?: string;
  /**
   * The plain content, from its start, each time it is called.
   * @param atOnce bytes that the reader prefers in one part; parts may still have any length
   * @param ring buffers of that size; the parts are then valid only until the ring comes round. One part is always read
   * ahead
   */
  open(atOnce?: number, ring?: BufferRing): AsyncIterable<Uint8Array>;
}

/** The sender's knowledge of an item that has been sent. */
export interface Receipt {
  /** Whether the receiver confirmed the item. Raw peers mostly confirm nothing. */
  readonly confirmed: boolean;
  /** Whether both sides have computed a hash of the content, and compared them. */
  readonly verified?: boolean;
  /** The receiver had this very item already. */
  readonly existed?: boolean;
  /** The name under which the receiver keeps the item, if it is a different one. */
  readonly keptAs?: string;
  /** Path at which the receiver has saved it in a folder of its own, with `/`, if a name had to change for that. */
  readonly savedAs?: string;
  /** Plain content, bytes. */
  readonly size: number;
  /** Hash of the plain content, hexadecimal. */
  readonly sha256: string;
}

/** The properties of an item that are known when it begins to arrive. */
export interface Arrival {
  /** Its name in the table of dialects of the version that received it. */
  readonly dialect: string;
  /** Address of the sender, `host:port`. */
  readonly from: string;
  /** Whether the sender has encrypted it. */
  readonly encrypted: boolean;
  /** Name, at that time, of the key that the sender has proved to hold. */
  readonly key?: string;
}

/** The properties of an item that are known only when all of it has arrived. */
export interface Content {
  readonly kind: ItemKind;
  /** Only for a dictionary. */
  readonly format?: Format;
  /** The name from the peer, if it sent one: not yet safe as a file name. */
  readonly name?: string;
  /** A sentence about this item that the person should know, such as that no key opens it. */
  readonly note?: string;
}

/** Fields of a native offer that are kept, in addition to those of every item. */
export interface Origin {
  /** Identifies the source: the same each time the same file comes from the same place. */
  readonly transfer?: string;
  /** When the file was last modified at the sender, in milliseconds since the epoch. */
  readonly modified?: number;
  /** Path in the sent folder, with `/`: not safe as a path. If it ends with `/`, the item is an empty folder. */
  readonly path?: string;
  /** Executable bits of the file: the bits 0o111 of its mode. */
  readonly mode?: number;
  /** Message of the sender to the person, as it was sent: only safe as text. */
  readonly message?: string;
}

/** A received item, durable. Also one line of `picklepost receive --json`. */
export interface ReceivedItem extends Arrival, Origin {
  readonly id: string;
  readonly kind: ItemKind;
  readonly format?: Format;
  /** A safe base name, generated if none was sent. */
  readonly name: string;
  /** The name with which it was sent, if that could not be kept: not safe as a file name. */
  readonly sentName?: string;
  /** Plain content, bytes. */
  readonly size: number;
  /** Hash of the plain content, hexadecimal. */
  readonly sha256: string;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly note?: string;
  /**
   * The hash is the sender's: every piece was checked with the key, in order and to the last, but the hash was not computed
   * here.
   */
  readonly isHashClaimed?: true;
}

/** A received item, as it is reported. */
export interface AnnouncedItem extends ReceivedItem {
  /** It was sent again, and was already in the store. */
  readonly existed?: true;
  /** Path at which it was saved, relative to the folder, with `/`, if a name with which it was sent had to change. */
  readonly savedAs?: string;
}

/** Whether an item is an empty folder within the sent folder. */
export function isEmptyFolder({ path }: Pick<Origin, 'path'>): boolean {
  return path?.endsWith('/') ?? false;
}
