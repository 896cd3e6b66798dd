import { FORMATS } from '../../../codecs/formats';
import { MAXIMUM_MESSAGE } from '../../../item/item';
import { MAXIMUM_NAME } from '../../../limits';
import { say } from '../../../text';
import { invalidMessage, MessageFields } from './messageFields';
import {
  DECLINE_CODES,
  MAXIMUM_PATH,
  REFUSAL_CODES,
  SECURITIES,
  type Message,
  type Offer,
  type StoredAs,
} from './messages';

export function encodeMessage(message: Message): Buffer {
  return Buffer.from(JSON.stringify(message), 'utf8');
}

/**
 * Reads a message and checks each of its fields. Fields that this version does not know are ignored.
 * @throws ProtocolError
 */
export function decodeMessage(bytes: Uint8Array): Message {
  const fields = MessageFields.parse(bytes);
  const type = fields.text('type', 20);
  const decode = Object.hasOwn(DECODERS, type) ? DECODERS[type] : undefined;
  if (!decode) throw invalidMessage(say`a message of an unknown type`);
  return decode(fields);
}

const HASH = /^[0-9a-f]{64}$/;
const KEY = /^[A-Za-z0-9_-]{43}=$/;
/** The only bits of the mode of a file that are sent. */
const EXECUTE_BITS = 0o111;

const DECODERS: Partial<Record<string, (fields: MessageFields) => Message>> = {
  hello: (f) => ({
    type: 'hello',
    versions: f.counts('versions'),
    agent: f.text('agent', 200),
    security: f.oneOf('security', SECURITIES),
    publicKey: f.text('publicKey', 64),
    nonce: f.text('nonce', 64),
    ...f.optional('keyHint', (name) => f.text(name, 64)),
  }),
  refusal: (f) => ({
    type: 'refusal',
    code: f.oneOf('code', REFUSAL_CODES),
    reason: f.sentence('reason', 1000),
  }),
  ready: () => ({ type: 'ready' }),
  offer: (f) => ({
    type: 'offer',
    item: f.item(),
    transfer: f.matching('transfer', /^[0-9a-f]{32}$/),
    name: f.text('name', MAXIMUM_NAME),
    ...kindAndFormat(f),
    ...f.optional('path', (name) => f.text(name, MAXIMUM_NAME)),
    ...f.optional('size', (name) => f.count(name)),
    ...f.optional('modified', (name) => f.integer(name)),
    ...f.optional('mode', (name) => f.count(name) & EXECUTE_BITS),
    ...f.optional('message', (name) => f.text(name, MAXIMUM_MESSAGE)),
    key: f.matching('key', KEY),
  }),
  asking: (f) => ({ type: 'asking', item: f.item() }),
  accept: (f) => ({
    type: 'accept',
    item: f.item(),
    pieces: f.count('pieces'),
    ...f.optional('sha256', (name) => f.matching(name, HASH)),
    ...f.optional('key', (name) => f.matching(name, KEY)),
  }),
  restart: (f) => ({
    type: 'restart',
    item: f.item(),
    key: f.matching('key', KEY),
  }),
  have: (f) => ({ type: 'have', item: f.item(), size: f.count('size'), ...storedAs(f) }),
  decline: (f) => ({
    type: 'decline',
    item: f.item(),
    code: f.oneOf('code', DECLINE_CODES),
    reason: f.sentence('reason', 1000),
  }),
  progress: (f) => ({ type: 'progress', item: f.item(), pieces: f.count('pieces') }),
  end: (f) => ({
    type: 'end',
    item: f.item(),
    size: f.count('size'),
    sha256: f.matching('sha256', HASH),
  }),
  stored: (f) => ({ type: 'stored', item: f.item(), ...storedAs(f) }),
  cancel: (f) => ({ type: 'cancel', item: f.item() }),
  ping: () => ({ type: 'ping' }),
  pair: (f) => ({ type: 'pair', share: f.text('share', 64) }),
  'pair-confirm': (f) => ({ type: 'pair-confirm', confirmation: f.text('confirmation', 2000) }),
  'pair-done': () => ({ type: 'pair-done' }),
};

function storedAs(fields: MessageFields): StoredAs {
  return {
    id: fields.text('id', 100),
    sha256: fields.matching('sha256', HASH),
    ...fields.optional('name', (name) => fields.text(name, MAXIMUM_NAME)),
    ...fields.optional('path', (name) => fields.text(name, MAXIMUM_PATH)),
    ...fields.optional('claimed', (name) => fields.count(name)),
  };
}

/** A dictionary has a format, and nothing else has one. */
function kindAndFormat(fields: MessageFields): Pick<Offer, 'kind' | 'format'> {
  const kind = fields.oneOf('kind', ['file', 'text', 'dictionary']);
  const format = fields.optional('format', (name) => fields.oneOf(name, FORMATS));
  if ((kind === 'dictionary') !== (format.format !== undefined))
    throw invalidMessage(say`"format" is required for dictionaries, and for nothing else`);
  return { kind, ...format };
}
