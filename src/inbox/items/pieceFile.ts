import { rm, type FileHandle } from 'node:fs/promises';
import { BufferPool, detachAll } from '../../core/bufferRing';
import type { FernetKey } from '../../core/crypto/keys';
import { openPiece, type Piece } from '../../core/crypto/piece';
import { PIECE_SIZE, tokenOffset } from '../../core/crypto/tokenStream';
import type { FilePool } from '../disk/filePool';
import { fill } from '../../core/fill';

/** For tokens that are read, of which some are kept for the next ones. */
const TOKENS_KEPT = 2;
const tokens = new BufferPool(tokenOffset(1), TOKENS_KEPT);

/** A file for the content of an item that is not whole. */
export interface PiecePlace {
  readonly path: string;
  /** What makes it possible to continue the item; undefined where it is not kept when the transfer is cut off. */
  readonly kept?: {
    /** Notes another key. */
    rekey(key: FernetKey): Promise<void>;
    /** Leaves the file to be continued. */
    release(): Promise<void>;
    /** Removes what was noted. */
    forget(): Promise<void>;
  };
}

/**
 * The file that the token stream of an item is written to, made when something is first written. Throws what node:fs throws, unless a
 * method says otherwise.
 */
export class PieceFile {
  private making: Promise<PiecePlace> | undefined;

  /**
   * @param crowd of whom the file is, so that the files of one sender keep no other one waiting
   * @param make creates the file, empty
   * @param place of a file that is there already
   */
  constructor(
    private readonly pool: FilePool,
    private readonly crowd: string,
    private readonly make: () => Promise<PiecePlace>,
    private place?: PiecePlace,
  ) {}

  /** Whether there is one, and it is kept when the transfer is cut off. */
  get isKept(): boolean {
    return this.place?.kept !== undefined;
  }

  /** Where it is, once something has been written. */
  get path(): string {
    if (!this.place) throw new Error('nothing has been written');
    return this.place.path;
  }

  /**
   * Reads one piece, where it is whole and of the stream with this key. As many are in memory as files are used at once, however many
   * items are continued.
   * @param visit given the piece, whose content is valid until it returns
   * @returns whether there was one, and it is not the last
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

  /** A disk that is nearly full takes less than it is given, without an error. */
  async write(bytes: Buffer, position: number): Promise<void> {
    this.place ??= await (this.making ??= this.pool.run(this.make, this.crowd));
    await this.use(async (file) => {
      for (let at = 0; at < bytes.length;)
        at += (await file.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
    });
  }

  async truncate(length: number): Promise<void> {
    if (this.place) await this.use((file) => file.truncate(length));
  }

  /** Makes what has been written durable. */
  async sync(): Promise<void> {
    if (this.place) await this.use((file) => file.datasync());
  }

  /** Begins again with another key. */
  async restart(key: FernetKey): Promise<void> {
    await this.truncate(0);
    await this.place?.kept?.rekey(key);
  }

  /** Makes all of it durable, and closes it. */
  async finish(): Promise<void> {
    await this.use((file) => file.sync());
    await this.pool.close(this.path);
  }

  /** Removes what was noted, of a file that has become an item. Never rejects. */
  async forget(): Promise<void> {
    await this.place?.kept?.forget().catch(() => undefined);
  }

  /** Closes it, to be continued later. Never rejects. */
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
    }, this.crowd);
    await this.forget();
  }

  private use<T>(work: (file: FileHandle) => Promise<T>): Promise<T> {
    return this.pool.use(this.path, work, this.crowd);
  }

  /** @param work on a token as far as it has been read, which is valid until it returns */
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
