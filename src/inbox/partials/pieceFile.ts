import { rm, type FileHandle } from 'node:fs/promises';
import type { FernetKey } from '../../core/crypto/keys';
import { openPiece, type Piece } from '../../core/crypto/piece';
import { PIECE_SIZE, tokenOffset } from '../../core/crypto/tokenStream';

/** What makes it possible to continue an item. */
export interface ResumeRecord {
  /** Notes another key. */
  rekey(key: FernetKey): Promise<void>;
  /** Leaves the file to be continued. */
  release(): Promise<void>;
  /** Removes what was noted. */
  forget(): Promise<void>;
}

/** An open file that the token stream of an item is written to. Throws what node:fs throws, unless a method says otherwise. */
export class PieceFile {
  constructor(
    readonly path: string,
    private readonly file: FileHandle,
    /** Undefined where what is here when the transfer is cut off is not kept. */
    private readonly kept?: ResumeRecord,
  ) {}

  get isKept(): boolean {
    return this.kept !== undefined;
  }

  /** The pieces from the first on, as far as they are whole and of the stream with this key. */
  async *pieces(key: FernetKey): AsyncGenerator<Piece, void> {
    const token = Buffer.allocUnsafeSlow(tokenOffset(1));
    for (let index = 0; ; index++) {
      const { bytesRead } = await this.file.read(token, 0, token.length, tokenOffset(index));
      const piece = tryOpen(key, token.subarray(0, bytesRead), index);
      if (piece) yield piece;
      if (!piece || piece.final) return;
    }
  }

  /** A full piece that has been written. */
  async piece(key: FernetKey, index: number): Promise<Piece> {
    const token = Buffer.allocUnsafeSlow(tokenOffset(1));
    await this.file.read(token, 0, token.length, tokenOffset(index));
    return openPiece(key, token);
  }

  /** A disk that is nearly full takes less than it is given, without an error. */
  async write(bytes: Buffer, position: number): Promise<void> {
    for (let at = 0; at < bytes.length;)
      at += (await this.file.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
  }

  truncate(length: number): Promise<void> {
    return this.file.truncate(length);
  }

  /** Makes what has been written durable. */
  sync(): Promise<void> {
    return this.file.datasync();
  }

  /** Begins again with another key. */
  async restart(key: FernetKey): Promise<void> {
    await this.file.truncate(0);
    await this.kept?.rekey(key);
  }

  /** Makes all of it durable, and closes it. */
  async finish(): Promise<void> {
    await this.file.sync();
    await this.file.close();
  }

  /** Removes what was noted, of a file that has become an item. Never rejects. */
  async forget(): Promise<void> {
    await this.kept?.forget().catch(() => undefined);
  }

  /** Closes it, to be continued later. Never rejects. */
  async release(): Promise<void> {
    await this.file.close().catch(() => undefined);
    await this.kept?.release().catch(() => undefined);
  }

  /** Closes it, and removes every trace. Never rejects. */
  async remove(): Promise<void> {
    await this.file.close().catch(() => undefined);
    await rm(this.path, { force: true }).catch(() => undefined);
    await this.forget();
  }
}

function tryOpen(key: FernetKey, token: Buffer, index: number): Piece | undefined {
  try {
    const piece = openPiece(key, token);
    return piece.index === index && piece.pieceSize === PIECE_SIZE ? piece : undefined;
  } catch {
    return undefined;
  }
}
