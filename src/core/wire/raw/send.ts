import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import { readAnswer, refusal } from '../answers';
import { ByteReader } from '../byteReader';
import type { Channel } from '../channel';
import { writeUnlessRefused } from '../stalledWrite';
import type { SendContext } from '../dialect';
import { UncarriedError } from '../dialectErrors';
import { ContentDigest } from '../digest';
import type { OutgoingItem } from '../../item/item';
import { sniff, type Start } from './sniff';
import { say } from '../../text';
import type { FernetKey } from '../../crypto/keys';
import { slices } from '../pieces';

/**
 * Sends each item on a connection of its own, which ends with the item. One exception: a pickle and then a Fernet token
 * share a connection, as the early version of the original sends them and its server expects them.
 */
export async function sendRaw(items: readonly OutgoingItem[], context: SendContext): Promise<void> {
  for (let i = 0; i < items.length;) {
    const group = await nextGroup(items.slice(i, i + 2), context);
    await sendGroup(group, context);
    i += group.length;
  }
}

async function nextGroup(
  candidates: readonly OutgoingItem[],
  context: SendContext,
): Promise<readonly OutgoingItem[]> {
  const [first, second] = candidates;
  // With a key, everything is a token of its own.
  if (!first || context.key) return candidates.slice(0, 1);
  const start = await sniffItem(first);
  if (start === undefined) throw nothingToSend(first);
  const isPair = start === 'binary' && second !== undefined && (await sniffItem(second)) === 'token';
  return isPair ? candidates : [first];
}

/** The kind of an item by its start; undefined if it is empty. */
async function sniffItem(item: OutgoingItem): Promise<Start | undefined> {
  let start = Buffer.alloc(0);
  for await (const bytes of item.open()) {
    start = Buffer.concat([start, bytes]);
    const found = sniff(start, false);
    if (found !== undefined) return found;
  }
  return start.length === 0 ? undefined : sniff(start, true);
}

async function sendGroup(group: readonly OutgoingItem[], context: SendContext): Promise<void> {
  const channel = await context.connect();
  const reader = new ByteReader(channel, context.limits.answerTime);
  const sent: [item: OutgoingItem, digest: ContentDigest][] = [];
  for (const item of group) {
    if (sent.length > 0) await pause(reader);
    sent.push([item, await sendContent(item, channel, reader, context)]);
  }
  await channel.end();
  const answer = await readAnswer(reader, context.limits.answerTime);
  const last = group.at(-1);
  if (last && isRefusal(answer)) throw refusal(last, answer);
  const confirmed = answer.startsWith('OK');
  for (const [item, digest] of sent) context.reports.onSent(item, { confirmed, ...digest.finish() });
}

/** The early server takes its first read as the pickle: nothing else may arrive with it. */
async function pause(reader: ByteReader): Promise<void> {
  await reader.fill(PAUSE);
  reader.takeBuffered();
}

async function sendContent(
  item: OutgoingItem,
  channel: Channel,
  reader: ByteReader,
  context: SendContext,
): Promise<ContentDigest> {
  const digest = new ContentDigest();
  const plain = digested(item, digest, context);
  for await (const bytes of context.key ? encryptAsTokenText(context.key, plain) : plain) {
    await writeUnlessRefused(channel, reader, bytes, () => hasRefused(reader)).catch(
      async (error: unknown) => {
        await throwRefusal(item, reader);
        throw error;
      },
    );
    await throwRefusal(item, reader);
  }
  return digest;
}

/** A receiver that refuses an item sends its reason before it closes; one that merely closes has not refused it. */
async function throwRefusal(item: OutgoingItem, reader: ByteReader): Promise<void> {
  await reader.fill(0).catch(() => 'end');
  if (hasRefused(reader)) {
    throw refusal(item, await readAnswer(reader, PAUSE));
  }
  // Some peers send everything back.
  if (reader.buffered > LONGEST_ANSWER) reader.takeBuffered();
}

async function* digested(
  item: OutgoingItem,
  digest: ContentDigest,
  context: SendContext,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const bytes of item.open()) {
    digest.update(bytes);
    yield bytes;
    context.reports.onProgress(item, digest.size);
  }
}

function hasRefused(reader: ByteReader): boolean {
  return isRefusal(reader.peek(REFUSAL.length).toString('latin1'));
}

function isRefusal(answer: string): boolean {
  return answer.replace(/^(OK\s*)+/, '').startsWith(REFUSAL);
}

function nothingToSend(item: OutgoingItem): UncarriedError {
  return new UncarriedError(
    item,
    say`"${item.name}" is empty, and the raw protocol cannot say so. Send it with the classic protocol.`,
  );
}

const REFUSAL = 'ERROR';
/** In milliseconds. Shorter than the silence after which a raw value is answered. */
const PAUSE = 150;
const LONGEST_ANSWER = 1000;

/**
 * Encrypts a stream of any length as the text of one Fernet token, with padding, in memory for one part of it. (The functions of
 * `core/crypto/fernet.ts` need all of it at once.)
 */
export async function* encryptAsTokenText(
  key: FernetKey,
  plain: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer, void, undefined> {
  const iv = randomBytes(16);
  const head = Buffer.alloc(9, 0x80);
  head.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000)), 1);
  const cipher = createCipheriv('aes-128-cbc', key.encryption, iv);
  const hmac = createHmac('sha256', key.signing);
  const encoder = new Base64Encoder();
  const sign = (token: Buffer): Buffer => {
    hmac.update(token);
    return encoder.update(token);
  };
  yield sign(Buffer.concat([head, iv]));
  for await (const bytes of plain) {
    for (const slice of slices(bytes, SLICE)) yield sign(cipher.update(slice));
  }
  yield sign(cipher.final());
  yield encoder.update(hmac.digest());
  yield encoder.finish();
}

/** Node gives results of this size the same memory again and again; larger ones halve the throughput. */
const SLICE = 64 * 1024;

/** Base64url, three bytes at a time. */
class Base64Encoder {
  /** Fewer than three bytes. */
  private rest = Buffer.alloc(0);

  update(bytes: Buffer): Buffer {
    const all = Buffer.concat([this.rest, bytes]);
    const whole = all.length - (all.length % 3);
    this.rest = all.subarray(whole);
    return Buffer.from(all.toString('base64url', 0, whole), 'latin1');
  }

  finish(): Buffer {
    return Buffer.from(this.rest.toString('base64url').padEnd(this.rest.length > 0 ? 4 : 0, '='), 'latin1');
  }
}
