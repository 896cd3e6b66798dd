import { rm, type FileHandle } from 'node:fs/promises';
import { BufferPool, detachAll } from '../../core/bufferRing';
import type { FernetKey } from '../../core/crypto/keys';
import { openPiece, type Piece } from '../../core/crypto/piece';
import { PIECE_SIZE, tokenOffset } from '../../core/crypto/tokenStream';
import type { FilePool } from '../disk/filePool';
import { fill } from '../../core/fill';

/** Buffers for tokens that are read; some are kept for the next ones. */
const TOKENS_KEPT = 2;
const tokens = new BufferPool(tokenOffset(1), TOKENS_KEPT);

/** A file for the content of an incomplete item. */
export interface PiecePlace {
  readonly path: string;
  /** The state that makes it possible to resume the item; undefined if it is not kept when the transfer is interrupted. */
  readonly kept?: {
    /** Notes another key. */
    rekey(key: FernetKey): Promise<void>;
    /** Leaves the file to be resumed. */
    release(): Promise<void>;
    /** Removes what was noted. */
    forget(): Promise<void>;
  };
}

/**
 * The file for the token stream of an item, created at the first write. Throws what node:fs throws, unless a method says
 * otherwise.
 */
export class PieceFile {
  private making: Promise<PiecePlace> | undefined;

  /**
   * @param flow the sender of the file, so that the files of one sender keep no other one waiting
   * @param make creates the file, empty
   * @param place of an existing file
   */
  constructor(
    private readonly pool: FilePool,
    private readonly flow: string,
    private readonly make: () => Promise<PiecePlace>,
    private place?: PiecePlace,
  ) {}

  /** Whether there is a file, and it is kept when the transfer is interrupted. */
  get isKept(): boolean {
    return this.place?.kept !== undefined;
  }

  /** Its path, once something has been written. */
  get path(): string {
    if (!this.place) throw new Error('nothing has been written');
    return this.place.path;
  }

  /**
   * Reads one piece, if it is complete and of the stream with this key. At most as many are in memory as files are used at
   * once, however many items are resumed.
   * @param visit gets the piece, whose content is valid until it returns
   * @returns whether there was a piece that is not the last
   */
  async visitPiece(key: FernetKey, index: number, visit: (piece: Piece) => void): Promise<boolean> {
    return this.withToken(index, (token) => {
      const piece = tryOpen(key, token, index);
      if (!piece) return false;
      visit(piece);
      detachAll(piece.content);
      return !piece.final;
    });
  }

  /** A full piece that has been written. */
  async piece(key: FernetKey, index: number): Promise<Piece> {
    return this.withToken(index, (token) => openPiece(key, token));
  }

  /** A disk that is nearly full may write less than requested, without an error. */
  async write(bytes: Buffer, position: number): Promise<void> {
    this.place ??= await (this.making ??= this.pool.run(this.make, this.flow));
    await this.use(async (file) => {
      for (let at = 0; at < bytes.length;)
        at += (await file.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
    });
  }

  async truncate(length: number): Promise<void> {
    if (this.place) await this.use((file) => file.truncate(length));
  }

  /** Syncs what has been written. */
  async sync(): Promise<void> {
    if (this.place) await this.use((file) => file.datasync());
  }

  /** Begins again with another key. */
  async restart(key: FernetKey): Promise<void> {
    await this.truncate(0);
    await this.place?.kept?.rekey(key);
  }

  /** Syncs all of it, and closes it. */
  async finish(): Promise<void> {
    await this.use((file) => file.sync());
    await this.pool.close(this.path);
  }

  /** Removes the state of a file that has become an item. Never rejects. */
  async forget(): Promise<void> {
    await this.place?.kept?.forget().catch(() => undefined);
  }

  /** Closes it, to be resumed later. Never rejects. */
  async release(): Promise<void> {
    if (!this.place) return;
    await this.pool.close(this.place.path);
    await this.place.kept?.release().catch(() => undefined);
  }

  /** Closes it, and removes every trace. Never rejects. */
  async remove(): Promise<void> {
    await this.making?.catch(() => undefined);
    if (!this.place) return;
    const { path } = this.place;
    await this.pool.run(async () => {
      await this.pool.close(path);
      await rm(path, { force: true }).catch(() => undefined);
    }, this.flow);
    await this.forget();
  }

  private use<T>(work: (file: FileHandle) => Promise<T>): Promise<T> {
    return this.pool.use(this.path, work, this.flow);
  }

  /** @param work gets a token as far as it has been read, valid until it returns */
  private withToken<T>(index: number, work: (token: Buffer) => T): Promise<T> {
    return this.use(async (file) => {
      const token = tokens.take();
      try {
        return work(await fill((...part) => file.read(...part), token, tokenOffset(index)));
      } finally {
        tokens.give(token);
      }
    });
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
