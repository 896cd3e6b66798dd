import { isAllowed } from '../../codecs/formats';
import { decryptTokenText } from '../../crypto/fernet';
import type { FernetKey } from '../../crypto/keys';
import type { NamedKey } from '../../crypto/namedKey';
import {
  EncryptionRequiredError,
  InvalidTokenError,
  MissingKeyError,
  PickleDisabledError,
  ProtocolError,
} from '../../errors';
import { ANSWER_SHARE, errorAnswer, OK } from '../answers';
import type { ByteReader } from '../byteReader';
import type { Channel } from '../channel';
import { decodeMeta, decodeOperation, type Operation, type TransferHead } from './packets';
import type { ServeContext } from '../dialect';
import { MeteredWriter } from '../meteredWriter';
import type { Arrival, Content } from '../../item/item';
import { Utf8Check } from '../utf8';
import { say } from '../../text';

/** Receives transfers until the peer sends END, leaves, or is silent for too long between two of them. */
export async function serveClassic(
  reader: ByteReader,
  channel: Channel,
  context: ServeContext,
): Promise<void> {
  context.account.limitPatience(ANSWER_SHARE * context.terms.limits.answerTime);
  try {
    while (await waitForPacket(reader, context)) {
      const operation = decodeOperation(await reader.needByte());
      if (operation.isEnd) return;
      if (!operation.isFirst) throw new ProtocolError('InvalidHeader', say`Uninitialised session`);
      await new Transfer(reader, channel, context).receive(operation);
    }
  } catch (error) {
    // The peer may be gone; the first error is the one to report.
    await channel.write(errorAnswer(error)).catch(() => undefined);
    throw error;
  }
}

async function waitForPacket(reader: ByteReader, context: ServeContext): Promise<boolean> {
  return reader.buffered > 0 || (await reader.fill(context.terms.limits.sessionTime)) === 'data';
}

class Transfer {
  private readonly utf8 = new Utf8Check();

  constructor(
    private readonly reader: ByteReader,
    private readonly channel: Channel,
    private readonly context: ServeContext,
  ) {}

  /** From the first operation, which has been read, to the answer. */
  async receive(first: Operation & { isEnd: false }): Promise<void> {
    const head = decodeMeta(await this.reader.needByte());
    this.admit(head);
    let { isLast } = first;
    let chunk = await this.readChunk();
    while (!isLast && chunk.length === 0) {
      isLast = await this.continues();
      chunk = await this.readChunk();
    }
    const key = head.encrypted ? this.findKey(chunk) : undefined;
    // Without a token, the sender has shown no key.
    if (!key && this.context.terms.requireEncryption) throw new EncryptionRequiredError();
    const writer = await MeteredWriter.begin(this.context, this.describeArrival(key));
    try {
      await this.takeChunk(writer, key, chunk);
      while (!isLast) {
        isLast = await this.continues();
        await this.takeChunk(writer, key, await this.readChunk());
      }
      await this.confirm(writer, head);
    } finally {
      await writer.end();
    }
  }

  private admit({ encrypted, format }: TransferHead): void {
    const { keys, requireEncryption } = this.context.terms;
    if (!encrypted && requireEncryption) throw new EncryptionRequiredError();
    if (encrypted && keys.length === 0) throw new MissingKeyError();
    if (!isAllowed(format, this.context.terms)) throw new PickleDisabledError();
  }

  /**
   * The key that opens the first token must open all others. Undefined if no token has arrived.
   * @throws InvalidTokenError
   */
  private findKey(token: Buffer): NamedKey | undefined {
    if (token.length === 0) return undefined;
    const found = this.context.terms.keys.find(({ key }) => opens(key, token));
    if (!found) throw new InvalidTokenError('signature');
    this.context.reports.onKey?.(found);
    return found;
  }

  private describeArrival(key: NamedKey | undefined): Arrival {
    const encrypted = key !== undefined;
    return { dialect: 'classic', from: this.channel.peer, encrypted, ...(key && { key: key.name }) };
  }

  /** @returns whether the next packet is the last one */
  private async continues(): Promise<boolean> {
    const operation = decodeOperation(await this.reader.needByte());
    if (operation.isEnd) throw new ProtocolError('InvalidHeader', say`END in the middle of a transfer`);
    if (operation.isFirst)
      throw new ProtocolError('InvalidHeader', say`First packet in the middle of a transfer`);
    return operation.isLast;
  }

  private async readChunk(): Promise<Buffer> {
    const length = (await this.reader.need(2)).readUInt16BE();
    const chunk = await this.reader.needMessage(length);
    await this.reader.nextTurn();
    return chunk;
  }

  private async takeChunk(writer: MeteredWriter, key: NamedKey | undefined, chunk: Buffer): Promise<void> {
    // An empty chunk is not a token, and a classic peer sends one for empty content.
    const plain = key && chunk.length > 0 ? decryptTokenText(key.key, chunk) : chunk;
    this.utf8.update(plain);
    await writer.write(plain);
  }

  private async confirm(writer: MeteredWriter, { format }: TransferHead): Promise<void> {
    const content: Content = format
      ? { kind: 'dictionary', format }
      : { kind: this.utf8.isWhole ? 'text' : 'file' };
    const item = await writer.finish(content);
    try {
      await this.channel.write(OK);
    } finally {
      // The item is stored, whether or not the peer still listens.
      this.context.reports.onReceived(item);
    }
  }
}

function opens(key: FernetKey, token: Buffer): boolean {
  try {
    decryptTokenText(key, token);
    return true;
  } catch (error) {
    if (error instanceof InvalidTokenError && error.reason === 'signature') return false;
    throw error;
  }
}
