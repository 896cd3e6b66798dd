import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { codecs } from '../core/codecs/codecs';
import { parseJson } from '../core/codecs/json';
import { decodeUnicode } from '../core/codecs/unicodeText';
import { CancelledError, PicklepostError } from '../core/errors';
import { DEFAULT_LIMITS } from '../core/limits';
import type { Format, OutgoingItem } from '../core/wire/item';
import { bytesItem } from '../core/wire/outgoing';
import { diskError } from '../inbox/diskError';
import { Inbox } from '../inbox/inbox';
import { fileItem } from '../net/fileItem';
import { folderFiles } from '../net/folderFiles';

export interface SourceOptions {
  /** Bytes read from a file at once. */
  readonly bufferSize: number;
  /** Where the value of a JSON file is to be sent, in this format, instead of the file. */
  readonly dictionaryFormat: Format | undefined;
  /** Whether the receiver is told where a file lies in the folder that is sent. */
  readonly keepsPaths: boolean;
}

/** Turns the paths of the command line into items to send. A path `-` is standard input. */
export class Sources {
  private temporary: string | undefined;

  constructor(
    private readonly options: SourceOptions,
    /** Ends reading standard input. */
    private readonly interruption: AbortSignal,
  ) {}

  /** @throws PicklepostError `disk`, `cancelled`, `undecodable`, `unencodable`, `limit-exceeded` */
  async open(file: string): Promise<OutgoingItem[]> {
    const { dictionaryFormat, bufferSize } = this.options;
    if (dictionaryFormat !== undefined) return [await this.readDictionary(file, dictionaryFormat)];
    if (file === '-') return [await this.readStandardInput()];
    return (await isFolder(file)) ? this.openFolder(file) : [await fileItem(file, { bufferSize })];
  }

  /** Removes what is kept of standard input. Never rejects. */
  async dispose(): Promise<void> {
    if (this.temporary === undefined) return;
    await rm(this.temporary, { recursive: true, force: true }).catch(() => undefined);
  }

  private async openFolder(folder: string): Promise<OutgoingItem[]> {
    const { bufferSize, keepsPaths } = this.options;
    const files = await folderFiles(folder).catch((error: unknown) => {
      throw diskError(`read ${folder}`, error);
    });
    if (files.length === 0)
      throw new PicklepostError('unsupported', `There is no file in the folder ${folder}.`);
    return Promise.all(
      files.map(({ file, path }) => fileItem(file, { bufferSize, ...(keepsPaths && { path }) })),
    );
  }

  private async readDictionary(file: string, format: Format): Promise<OutgoingItem> {
    const isInput = file === '-';
    const content = await (isInput ? buffer(this.standardInput()) : readFile(file)).catch(
      (error: unknown) => {
        throw this.readError(isInput ? 'standard input' : file, error);
      },
    );
    try {
      const { text } = decodeUnicode(content, 'JSON');
      const value = parseJson(text, { comments: true, nestingDepth: DEFAULT_LIMITS.nestingDepth });
      const name = `${isInput ? 'stdin' : path.parse(file).name}.${codecs[format].extension}`;
      const bytes = codecs[format].encode(value, DEFAULT_LIMITS);
      return bytesItem({ kind: 'dictionary', format, name, bytes });
    } catch (error) {
      if (!(error instanceof PicklepostError)) throw error;
      throw new PicklepostError(error.code, `${isInput ? 'Standard input' : file}: ${error.message}`, {
        cause: error,
      });
    }
  }

  /** Sending reads content several times, so it goes into an inbox of its own, encrypted with a key that nobody else ever has. */
  private async readStandardInput(): Promise<OutgoingItem> {
    try {
      this.temporary = await mkdtemp(path.join(tmpdir(), 'picklepost-'));
      const inbox = await Inbox.open({ directory: this.temporary, key: randomBytes(32) });
      const writer = await inbox.begin({ dialect: 'raw', from: '', encrypted: false });
      for await (const bytes of this.standardInput()) await writer.write(bytes as Buffer);
      const { id, size } = await writer.finish({ kind: 'file' });
      return { kind: 'file', name: 'stdin', size, open: () => inbox.read(id) };
    } catch (error) {
      throw this.readError('standard input', error);
    }
  }

  private standardInput(): Readable {
    return addAbortSignal(this.interruption, process.stdin);
  }

  private readError(what: string, error: unknown): PicklepostError {
    return this.interruption.aborted ? new CancelledError() : diskError(`read ${what}`, error);
  }
}

async function isFolder(file: string): Promise<boolean> {
  const status = await stat(file).catch(() => undefined);
  return status?.isDirectory() ?? false;
}
