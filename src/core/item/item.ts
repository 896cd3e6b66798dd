import type { BufferRing } from '../bufferRing';
import type { Format } from '../codecs/formats';

export type { Format };

/** What travels: an item is a file, a text or a dictionary. */
export type ItemKind = 'file' | 'text' | 'dictionary';

/** Characters of what a sender says to the person who receives. */
export const MAXIMUM_MESSAGE = 200;

/** An item on its way out. */
export interface OutgoingItem {
  readonly kind: ItemKind;
  /** Only for a dictionary. */
  readonly format?: Format;
  /** Base name to show; does not travel in every dialect. */
  readonly name: string;
  /** Plain content in bytes, where it is known beforehand. */
  readonly size?: number;
  /** Milliseconds since the epoch, for a file. */
  readonly modified?: number;
  /** Where a file lies in the folder that is sent, relative to it, with `/`; with one at its end, an empty folder. */
  readonly path?: string;
  /** Who may execute it: the bits 0o111 of its mode; of a file in a folder that is sent. */
  readonly mode?: number;
  /** Of the sender to the person who receives, at most {@link MAXIMUM_MESSAGE} characters; does not travel in every dialect. */
  readonly message?: string;
  /** What it is read from on this machine, such as an absolute path; never sent, but recognized again by a digest. */
  readonly source?: string;
  /**
   * The plain content, from its start, each time it is called.
   * @param atOnce bytes that suit the reader best in one part; a part may have any length all the same
   * @param ring of buffers of that size, for parts that then stay valid only until the ring comes round. One is always read ahead
   */
  open(atOnce?: number, ring?: BufferRing): AsyncIterable<Uint8Array>;
}

/** What the sender knows once an item has gone out. */
export interface Receipt {
  /** Whether the receiver said that it has the item. Raw peers mostly say nothing. */
  readonly confirmed: boolean;
  /** Whether both sides have computed a hash of the content, and compared them. */
  readonly verified?: boolean;
  /** The receiver had this very item already. */
  readonly existed?: boolean;
  /** The name under which the receiver keeps the item, where that is another. */
  readonly keptAs?: string;
  /** Where the receiver has saved it in a folder of its own, with `/`, where it had to change a name for that. */
  readonly savedAs?: string;
  /** Plain content, bytes. */
  readonly size: number;
  /** Hash of the plain content, hexadecimal. */
  readonly sha256: string;
}

/** What is known when an item begins to arrive. */
export interface Arrival {
  /** Its name in the table of dialects, or in that of the version that received it. */
  readonly dialect: string;
  /** Address of the sender, `host:port`. */
  readonly from: string;
  /** Whether it comes encrypted by the sender. */
  readonly encrypted: boolean;
  /** Name of the key that the sender has proved to hold, as it was called when the item came. */
  readonly key?: string;
}

/** What is known only once an item has arrived whole. */
export interface Content {
  readonly kind: ItemKind;
  /** Only for a dictionary. */
  readonly format?: Format;
  /** As the peer sent it, if it did: not yet safe as a file name. */
  readonly name?: string;
  /** Something the person should know of this item, in a sentence, such as that no key opens it. */
  readonly note?: string;
}

/** What is kept of an offer of the native dialect, beside what every item has. */
export interface Origin {
  /** Identifies what was sent: the same each time the same file comes from the same place. */
  readonly transfer?: string;
  /** Milliseconds since the epoch, as the sender has it. */
  readonly modified?: number;
  /** Where it lay in the folder that was sent, with `/`: not safe as a path. With one at its end, it is an empty folder. */
  readonly path?: string;
  /** Who might execute the file: the bits 0o111 of its mode. */
  readonly mode?: number;
  /** Of the sender to the person: as it was sent, and not safe as anything but text. */
  readonly message?: string;
}

/** A received item, durable. Also one line of `picklepost receive --json`. */
export interface ReceivedItem extends Arrival, Origin {
  readonly id: string;
  readonly kind: ItemKind;
  readonly format?: Format;
  /** A safe base name, made up where none came. */
  readonly name: string;
  /** The name that it came with, where that could not be kept: not safe as a file name. */
  readonly sentName?: string;
  /** Plain content, bytes. */
  readonly size: number;
  /** Hash of the plain content, hexadecimal. */
  readonly sha256: string;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly note?: string;
  /** The hash is the sender's: each piece was checked with the key, in order and to the last, and the hash was not computed here. */
  readonly isHashClaimed?: true;
}

/** A received item, as it is told of. */
export interface AnnouncedItem extends ReceivedItem {
  /** It was sent again, and had been in the store already. */
  readonly existed?: true;
  /** Where it was saved in a folder, relative to that, with `/`, where a name that it was sent with had to change. */
  readonly savedAs?: string;
}

/** Whether an item is an empty folder of the folder that was sent. */
export function isEmptyFolder({ path }: Pick<Origin, 'path'>): boolean {
  return path?.endsWith('/') ?? false;
}
