/* The native dialect: in the plain, and inside of a session. */
import { createHash } from 'node:crypto';
import { PicklepostError, ProtocolError } from '../../src/core/errors';
import type { OutgoingItem } from '../../src/core/item/item';
import { DEFAULT_LIMITS } from '../../src/core/limits';
import type { SendContext } from '../../src/core/wire/dialect';
import { PAIRING_WORDS, PairingCode } from '../../src/core/pairing/code';
import { ByteReader } from '../../src/core/wire/byteReader';
import { PairingExchange, readConfirmation } from '../../src/core/wire/native/pairing/exchange';
import { receiveItems } from '../../src/core/wire/native/receiving/serve';
import { sendOver } from '../../src/core/wire/native/sending/sender';
import { encodeFrame, FRAME_TYPES, PREAMBLE, readFrame } from '../../src/core/wire/native/session/frames';
import { decodeMessage } from '../../src/core/wire/native/session/messageCodec';
import { frameLimits } from '../../src/core/wire/native/session/session';
import { ScriptedChannel, serveContext } from '../unit/core/wire/scriptedChannel';
import { MemoryStore } from '../unit/core/wire/memoryStore';
import { scriptedSession } from './scriptedPeer';
import { expecting, type Target, words } from './target';
import { key, serveAll } from './wire';

const CODE = `1-${PAIRING_WORDS[0] ?? ''}-${PAIRING_WORDS[1] ?? ''}`;
const HELLO = {
  type: 'hello',
  versions: [1],
  agent: 'a',
  security: 'none',
  publicKey: Buffer.alloc(32, 9).toString('base64'),
  nonce: Buffer.alloc(16).toString('base64'),
};
const FIELDS = words(
  '"type"',
  '"item":0',
  '"pieces":1',
  '"size":1',
  '"key"',
  '"name":"x"',
  '"path":"../x"',
  '"security":"key"',
  '"keyHint":"AA=="',
  '4294967296',
  '-1',
  '1e300',
  'null',
  '{}',
  '[]',
  '"__proto__"',
  '\\u0000',
);

function messages(): Buffer[] {
  const hash = 'ab'.repeat(32);
  return [
    HELLO,
    {
      type: 'offer',
      item: 0,
      transfer: 'ab'.repeat(16),
      kind: 'file',
      name: 'n',
      path: 'p/n',
      size: 1,
      modified: 2,
      mode: 73,
      key: key.toText(),
    },
    { type: 'accept', item: 0, pieces: 1, sha256: hash, key: key.toText() },
    { type: 'restart', item: 0, key: key.toText() },
    { type: 'stored', item: 0, id: 'i', sha256: hash, name: 'n', path: 'p', claimed: 1 },
    { type: 'have', item: 0, id: 'i', sha256: hash, size: 1 },
    { type: 'decline', item: 0, code: 'failed', reason: 'r' },
    { type: 'refusal', code: 'wrong-key', reason: 'r' },
    { type: 'end', item: 0, size: 1, sha256: hash },
    { type: 'pair', share: 'AA==' },
  ].map((message) => Buffer.from(JSON.stringify(message)));
}

/** The greeting of the native dialect, as a server reads it. */
export const greeting: Target = {
  name: 'greeting',
  corpus: [
    HELLO,
    { ...HELLO, security: 'key', keyHint: Buffer.alloc(16).toString('base64') },
    { ...HELLO, security: 'pairing' },
  ].map((hello) =>
    Buffer.concat([PREAMBLE, encodeFrame(FRAME_TYPES.control, Buffer.from(JSON.stringify(hello)))]),
  ),
  dictionary: [PREAMBLE, ...FIELDS, ...words('\0\0\0\x01', '\xff\xff\xff\xff', '\x01', '\x02')],
  run: serveAll,
};

export const frames: Target = {
  name: 'frames',
  corpus: [
    ...messages().map((message) => encodeFrame(FRAME_TYPES.control, message)),
    encodeFrame(FRAME_TYPES.data, Buffer.from('\0\0\0\0hello', 'latin1')),
  ],
  dictionary: words('\0\0\0\x01', '\0\0\0\0', '\xff\xff\xff\xff', '\0\x01\0\x49', '\x01', '\x02'),
  async run(input) {
    const reader = new ByteReader(new ScriptedChannel([input]), 1000);
    await ending(async () => {
      for (let frame; (frame = await readFrame(reader, frameLimits(1000))) !== undefined;)
        if (frame.type === FRAME_TYPES.control) decodeMessage(frame.body);
    });
  },
};

/** The parts of an open session. */
export const message: Target = {
  name: 'message',
  corpus: messages(),
  dictionary: FIELDS,
  run: (input) =>
    expecting(
      (error) => error instanceof ProtocolError,
      () => decodeMessage(input),
    ),
};

const HASH = createHash('sha256').update('hello').digest('hex');
const OFFER = {
  ...{ type: 'offer', item: 0, transfer: 'ab'.repeat(16), kind: 'file', name: 'n', size: 5, modified: 2 },
  ...{ mode: 73, message: 'm', key: key.toText() },
};
const END = { type: 'end', item: 0, size: 5, sha256: HASH };

function script(...lines: readonly (object | string)[]): Buffer {
  return Buffer.from(
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
    'latin1',
  );
}

/** All that a client may say in a session: offers, pieces, and whatever it makes of them. */
export const session: Target = {
  name: 'session',
  corpus: [
    script({ type: 'ready' }, OFFER, '#001hello', END, { type: 'ping' }),
    script(OFFER, { ...OFFER, item: 1, path: 'a/n', kind: 'text' }, '#001hello', '#101hello', END, {
      ...END,
      item: 1,
    }),
    script(
      OFFER,
      '#000hello',
      { type: 'cancel', item: 0 },
      { ...OFFER, item: 7, kind: 'dictionary', format: 'json' },
    ),
    script(OFFER, { type: 'restart', item: 0, key: key.toText() }, '!\0\0\0\0hello'),
    script({ type: 'refusal', code: 'failed', reason: 'r' }),
  ],
  dictionary: [
    ...FIELDS,
    ...words('\n', '#001', '#000hello\n', '#010hello\n', '!\0\0\0\0', '"item":1'),
    ...[OFFER, END, { type: 'cancel', item: 0 }].map((line) => script(line, '')),
  ],
  async run(input) {
    const store = new MemoryStore();
    const { session } = scriptedSession(input, 'server', key);
    const context = serveContext(store);
    await ending(() => receiveItems({ session, context, from: '192.0.2.1:1', key: undefined }));
    if (store.open !== 0) throw new Error('an item was left open');
  },
};

const ITEM: OutgoingItem = {
  ...{ kind: 'file', name: 'n', size: 5, modified: 2 },
  async *open() {
    yield await Promise.resolve(Buffer.from('hello'));
  },
};

/** All that a server may say in a session to somebody who sends it two items. */
export const answers: Target = {
  name: 'answers',
  corpus: [
    script({ type: 'ready' }, { type: 'accept', item: 0, pieces: 0 }, { type: 'asking', item: 1 }),
    script(
      { type: 'have', item: 0, id: 'i', sha256: HASH, size: 5, name: 'n' },
      { type: 'accept', item: 1, pieces: 0 },
    ),
    script(
      { type: 'accept', item: 0, pieces: 1, sha256: HASH, key: key.toText() },
      { type: 'progress', item: 0, pieces: 1 },
      { type: 'stored', item: 0, id: 'i', sha256: HASH, claimed: 1 },
      { type: 'decline', item: 1, code: 'not-wanted', reason: 'r' },
    ),
  ],
  dictionary: [
    ...FIELDS,
    ...words('\n', '"item":1', '"pieces":2', '!\0\0\0\0', '{"type":"accept","item":1,"pieces":0}\n'),
    script({ type: 'stored', item: 1, id: 'i', sha256: HASH }, ''),
  ],
  async run(input) {
    const { session, channel } = scriptedSession(input, 'client', key);
    const [ours, other] = [ITEM, { ...ITEM, size: 6 }];
    let sent = 0;
    const context: SendContext = {
      connect: () => Promise.resolve(channel),
      limits: DEFAULT_LIMITS,
      reports: { onProgress: nothing, onFailed: nothing, onSent: () => (sent += 1) },
    };
    await ending(() => sendOver(session, [ours, other], context));
    if (sent > 2) throw new Error('an item was delivered twice');
  },
};

function nothing(): void {
  // The target is interested in none of it.
}

/** Settles quietly where the error is one that a connection may end with. */
async function ending(talk: () => Promise<void>): Promise<void> {
  try {
    await talk();
  } catch (error) {
    if (!(error instanceof PicklepostError)) throw error;
  }
}

/** A share with a confirmation, as somebody without the code sends them, and what is in one that somebody with the code has made. */
export const pairing: Target = {
  name: 'pairing',
  corpus: [
    Buffer.concat([Buffer.alloc(32, 9), Buffer.from(JSON.stringify({ name: 'Anna', key: key.toText() }))]),
    Buffer.from(JSON.stringify({ name: 'Anna', key: key.toText() })),
    Buffer.from(JSON.stringify({ name: 'Anna' })),
  ],
  dictionary: words('"name"', '"key"', 'null', '{}', '\x00', '""', '\\u202e', '\\n'),
  run(input) {
    for (const from of ['guest', 'host'] as const)
      expecting(isOurs, () => {
        const { name } = readConfirmation(input, from);
        if (/[\n\u202e]/.test(name)) throw new Error('a name that no list can show');
      });
    // Each is some milliseconds of arithmetic.
    if (input.length % 64 === 0) expecting(isOurs, () => openConfirmation(input));
  },
};

function isOurs(error: unknown): boolean {
  return error instanceof PicklepostError;
}

function openConfirmation(input: Buffer): void {
  const guest = new PairingExchange('guest', PairingCode.parse(CODE), Buffer.alloc(32));
  guest.takeShare(input.subarray(0, 32));
  guest.open(input.subarray(32));
  throw new Error('a confirmation opened that nobody has made');
}
