import {
  continueAtOnce,
  frameValues,
  holdMessages,
  packValues,
  saveAtOnce,
  takeSmallSteps,
} from './amplified';
import type { Attacker } from './attacker';
import {
  askToPair,
  drip,
  halfClose,
  leaveSessions,
  ping,
  postFromPage,
  resetConnections,
  sayHello,
  stayIdle,
  talkNonsense,
  tryKeys,
} from './connections';
import {
  fillWithTokens,
  leaveTextOpen,
  neverEnd,
  openNames,
  sendCostlyValues,
  sendEmptyTexts,
} from './content';
import {
  cancelOffers,
  holdPieces,
  leaveBeginnings,
  neverRead,
  offerBeginning,
  openFiles,
  repeatName,
  reserveDisk,
  sendTinyItems,
  sendVersions,
  tellLongNames,
} from './offers';

export interface Attack {
  readonly what: string;
  /** Settles when the attack has been ended. Never rejects because of what the server does. */
  readonly run: (attacker: Attacker) => Promise<void>;
  /** Whether it needs a server that takes only encrypted items; the others need one that takes all. */
  readonly needsRequiredEncryption?: boolean;
}

/** Every kind of attack on a receive server that has been thought of, from senders without a key. */
export const ATTACKS = {
  idle: { what: 'connections that say nothing', run: stayIdle },
  drip: { what: 'connections that drip white space', run: drip },
  ping: { what: 'sessions that only say that they are there', run: ping },
  hello: { what: 'handshakes that are left', run: sayHello },
  reset: { what: 'connections that are reset', run: resetConnections },
  left: { what: 'sessions that are left as they are', run: leaveSessions },
  half: { what: 'connections of which one side has ended', run: halfClose },
  keys: { what: 'sessions with keys of nobody', run: tryKeys },
  pairing: { what: 'attempts to pair where nobody shows a code', run: askToPair },
  page: { what: 'requests of web pages', run: postFromPage },
  nonsense: { what: 'frames that mean nothing', run: talkNonsense },
  names: { what: 'XML that opens elements with long names', run: openNames },
  open: { what: 'classic texts that do not end', run: leaveTextOpen },
  empty: { what: 'empty classic texts', run: sendEmptyTexts },
  endless: { what: 'raw values that do not end', run: neverEnd },
  costly: { what: 'values that are dear to decode', run: sendCostlyValues },
  disk: { what: 'offers of more than the disk has', run: reserveDisk },
  files: { what: 'items of which one byte comes', run: openFiles },
  pieces: { what: 'pieces that are held back', run: holdPieces },
  metadata: { what: 'empty items with long names', run: tellLongNames },
  same: { what: 'items of one name', run: repeatName },
  versions: { what: 'states of one file', run: sendVersions },
  tiny: { what: 'items of a byte, in each dialect in turn', run: sendTinyItems },
  beginnings: { what: 'large files that are left', run: leaveBeginnings },
  resume: { what: 'offers of one long beginning', run: offerBeginning },
  unread: { what: 'senders that read no answer', run: neverRead },
  cancel: { what: 'offers that are taken back', run: cancelOffers },
  messages: { what: 'messages that lack their last byte', run: holdMessages },
  saves: { what: 'large items that are to be saved at once', run: saveAtOnce },
  continued: { what: 'beginnings that are offered again at once', run: continueAtOnce },
  framed: { what: 'raw values with their lengths in front', run: frameValues },
  packed: { what: 'short values out of which much comes', run: packValues },
  steps: { what: 'content in the smallest steps', run: takeSmallSteps },
  tokens: {
    what: 'tokens of nobody, where encryption is required',
    run: fillWithTokens,
    needsRequiredEncryption: true,
  },
} as const satisfies Readonly<Record<string, Attack>>;

export type AttackName = keyof typeof ATTACKS;

export const ATTACK_NAMES = Object.keys(ATTACKS) as readonly AttackName[];

export function findAttack(name: AttackName): Attack {
  return ATTACKS[name];
}
