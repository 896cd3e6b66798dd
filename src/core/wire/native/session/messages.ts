import type { ItemOffer } from '../../../item/itemStore';

/** Most characters of the path of a saved item, whose names may have become longer. */
export const MAXIMUM_PATH = 4096;

/** The purpose of a session: items, with or without a shared key, or making a key (docs/native.md, "Pairing"). */
export const SECURITIES = ['key', 'none', 'pairing'] as const;
export type Security = (typeof SECURITIES)[number];

/** The first message of each side, in unencrypted JSON. */
export interface Hello {
  readonly type: 'hello';
  /** Versions of the protocol: those that the client knows, newest first, or the one that the server has chosen. */
  readonly versions: readonly number[];
  /** Name and version of the program, for logs. */
  readonly agent: string;
  readonly security: Security;
  /** X25519 public key, 32 bytes in base64. */
  readonly publicKey: string;
  /** 16 random bytes in base64. */
  readonly nonce: string;
  /** From a client with a shared key: which key it is, 16 bytes in base64. */
  readonly keyHint?: string;
}

/** Ends the connection with the reason. In unencrypted JSON before there are session keys. */
export interface Refusal {
  readonly type: 'refusal';
  readonly code: RefusalCode;
  readonly reason: string;
}

export const REFUSAL_CODES = [
  'version',
  'busy',
  'encryption-required',
  'no-key',
  'wrong-key',
  'not-pairing',
  'wrong-code',
  'protocol',
  'failed',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** The first message of each side under the session keys. It opens only with the same shared key. */
export interface Ready {
  readonly type: 'ready';
}

/** The client announces an item. */
export interface Offer extends ItemOffer {
  readonly type: 'offer';
  /** Numbers the items of a connection, from 0. */
  readonly item: number;
  /** Key of the item's token stream, 32 bytes in base64url. */
  readonly key: string;
}

/** The server accepts the item, from a piece on. */
export interface Accept {
  readonly type: 'accept';
  readonly item: number;
  /** Pieces that the server already has. */
  readonly pieces: number;
  /** Hash of the plain bytes of those pieces, hexadecimal; only with `pieces` above 0. */
  readonly sha256?: string;
  /** Key of the token stream that is to be continued; only with `pieces` above 0. */
  readonly key?: string;
}

/** The server has the beginning of another content than the client's: start at the first piece, with a new key. */
export interface Restart {
  readonly type: 'restart';
  readonly item: number;
  readonly key: string;
}

/** The server asks a person whether to accept the item, so its answer takes a while. */
export interface Asking {
  readonly type: 'asking';
  readonly item: number;
}

/** The answer of a server on an item that it has. */
export interface StoredAs {
  readonly id: string;
  readonly sha256: string;
  /** The name under which it is kept, if it differs from the offered one. */
  readonly name?: string;
  /** The path at which it was saved in a folder, with `/`, if a name had to change for that. */
  readonly path?: string;
  /** 1 if the receiver has not computed the hash, but has checked each piece. */
  readonly claimed?: number;
}

/** The server already has this very item. */
export interface Have extends StoredAs {
  readonly type: 'have';
  readonly item: number;
  readonly size: number;
}

export const DECLINE_CODES = ['too-large', 'no-space', 'pickle-disabled', 'not-wanted', 'failed'] as const;
export type DeclineCode = (typeof DECLINE_CODES)[number];

/** The server refuses the item. The connection continues. */
export interface Decline {
  readonly type: 'decline';
  readonly item: number;
  readonly code: DeclineCode;
  readonly reason: string;
}

/** Pieces that the server has written so far. */
export interface Progress {
  readonly type: 'progress';
  readonly item: number;
  readonly pieces: number;
}

/** The client has sent the last piece. */
export interface End {
  readonly type: 'end';
  readonly item: number;
  /** Plain bytes. */
  readonly size: number;
  /** Hash of the plain bytes, hexadecimal. */
  readonly sha256: string;
}

/** The item is durable. */
export interface Stored extends StoredAs {
  readonly type: 'stored';
  readonly item: number;
}

/** The client gives up an item; the server keeps nothing of it. */
export interface Cancel {
  readonly type: 'cancel';
  readonly item: number;
}

/** Says only that this side is still there. */
export interface Ping {
  readonly type: 'ping';
}

/** A side's share of a pairing. */
export interface Pair {
  readonly type: 'pair';
  /** 32 bytes in base64. */
  readonly share: string;
}

/** Proves that a side knows the code of a pairing, and carries data for the other side. */
export interface PairConfirm {
  readonly type: 'pair-confirm';
  /** A token in base64. */
  readonly confirmation: string;
}

/** The guest has stored the key of a pairing. */
export interface PairDone {
  readonly type: 'pair-done';
}

export type PairingMessage = Pair | PairConfirm | PairDone;
export type ClientMessage = PairingMessage | Ready | Offer | Restart | End | Cancel | Ping | Refusal;
export type ServerMessage =
  Pair | PairConfirm | Ready | Asking | Accept | Have | Decline | Progress | Stored | Ping | Refusal;
export type Message = Hello | ClientMessage | ServerMessage;
