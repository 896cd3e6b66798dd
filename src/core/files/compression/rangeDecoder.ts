import { say, type Words } from '../../text';
import type { ByteSource } from '../../values/byteSource';

const WINDOW = 64 * 1024;
const MODEL_BITS = 11;
const MOVE_BITS = 5;
/** If the range is smaller than this, the next byte of the code is read. */
const TOP = 2 ** 24;

/** The initial value of a model: 0 and 1 are equally likely. */
export const START = 2 ** (MODEL_BITS - 1);

/** The adaptive binary range decoder of LZMA. A model is the probability that a bit is 0, from 0 to 2048. */
export class RangeDecoder {
  private window: Uint8Array = new Uint8Array(0);
  private at = 0;
  private range = 0xffffffff;
  private code = 0;

  /** @param next where the code begins @param damaged makes the error for a reason @throws DecodeError */
  constructor(
    private readonly source: ByteSource,
    private next: number,
    private readonly damaged: (reason: Words) => Error,
  ) {
    if (this.byte() !== 0) throw damaged(say`its header is malformed`);
    for (let i = 0; i < 4; i++) this.code = ((this.code << 8) | this.byte()) >>> 0;
  }

  /** Whether the code is complete, and no byte follows. */
  get isFinished(): boolean {
    return this.code === 0 && this.at === this.window.length && this.next >= this.source.size;
  }

  /** Decodes a bit with the model at `index`. @throws DecodeError at the end */
  bit(models: Uint16Array, index: number): number {
    const model = models[index] as number;
    const bound = (this.range >>> MODEL_BITS) * model;
    const bit = this.code < bound ? 0 : 1;
    if (bit === 0) {
      this.range = bound;
      models[index] = model + ((2 ** MODEL_BITS - model) >> MOVE_BITS);
    } else {
      this.range -= bound;
      this.code -= bound;
      models[index] = model - (model >> MOVE_BITS);
    }
    if (this.range < TOP) this.takeByte();
    return bit;
  }

  /** Decodes bits without models. */
  directBits(count: number): number {
    let result = 0;
    for (let i = 0; i < count; i++) {
      this.range >>>= 1;
      const bit = this.code < this.range ? 0 : 1;
      if (bit === 1) this.code -= this.range;
      if (this.range < TOP) this.takeByte();
      result = result * 2 + bit;
    }
    return result;
  }

  /** Decodes a number with a tree of models that begins at `base`, from its highest bit to its lowest. */
  tree(models: Uint16Array, bits: number, base = 0): number {
    let node = 1;
    for (let i = 0; i < bits; i++) node = (node << 1) | this.bit(models, base + node);
    return node - (1 << bits);
  }

  /** The same as {@link tree}, from the lowest bit to the highest. */
  reverseTree(models: Uint16Array, base: number, bits: number): number {
    let node = 1;
    let result = 0;
    for (let i = 0; i < bits; i++) {
      const bit = this.bit(models, base + node);
      node = (node << 1) | bit;
      result |= bit << i;
    }
    return result;
  }

  private takeByte(): void {
    this.range = (this.range << 8) >>> 0;
    this.code = ((this.code << 8) | this.byte()) >>> 0;
  }

  private byte(): number {
    if (this.at === this.window.length) {
      const length = Math.min(WINDOW, this.source.size - this.next);
      if (length <= 0) throw this.damaged(say`it ends too early`);
      this.window = this.source.read(this.next, length);
      this.next += length;
      this.at = 0;
    }
    return this.window[this.at++] as number;
  }
}

/** Decodes lengths of matches. The models of the first 16 lengths depend on the position; those of the other 256 do not. */
export class LengthDecoder {
  private readonly choices = new Uint16Array(2).fill(START);
  private readonly low = new Uint16Array(16 << 3).fill(START);
  private readonly middle = new Uint16Array(16 << 3).fill(START);
  private readonly high = new Uint16Array(256).fill(START);

  decode(range: RangeDecoder, position: number): number {
    if (range.bit(this.choices, 0) === 0) return range.tree(this.low, 3, position << 3);
    if (range.bit(this.choices, 1) === 0) return 8 + range.tree(this.middle, 3, position << 3);
    return 16 + range.tree(this.high, 8);
  }
}
