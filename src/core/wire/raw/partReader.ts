/** Reads content that comes in parts, by count. */
export class PartReader {
  private readonly parts: AsyncIterator<Uint8Array>;
  private ahead: Uint8Array | undefined;

  constructor(content: AsyncIterable<Uint8Array>) {
    this.parts = content[Symbol.asyncIterator]();
  }

  /** Exactly so many bytes. @throws Error if there are fewer */
  async take(count: number): Promise<Buffer> {
    const taken: Uint8Array[] = [];
    for await (const part of this.next(count)) taken.push(part);
    return Buffer.concat(taken, count);
  }

  /** Exactly the next bytes, in parts. @throws Error if there are fewer */
  async *next(count: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let left = count; left > 0;) {
      const part = await this.nextPart();
      if (!part) throw new Error('the content ends too early');
      if (part.length > left) this.putBack(part.subarray(left));
      const taken = part.subarray(0, left);
      left -= taken.length;
      yield taken;
    }
  }

  /** The rest, in parts. The loop may be left early: what has not been taken stays. */
  rest(): AsyncIterable<Uint8Array> {
    return {
      [Symbol.asyncIterator]: () => ({
        next: async (): Promise<IteratorResult<Uint8Array, undefined>> => {
          const part = await this.nextPart();
          return part ? { done: false, value: part } : { done: true, value: undefined };
        },
      }),
    };
  }

  /** @param part the end of the part that was read last */
  putBack(part: Uint8Array): void {
    this.ahead = part;
  }

  async hasEnded(): Promise<boolean> {
    const part = await this.nextPart();
    if (part) this.putBack(part);
    return part === undefined;
  }

  private async nextPart(): Promise<Uint8Array | undefined> {
    const { ahead } = this;
    this.ahead = undefined;
    if (ahead && ahead.length > 0) return ahead;
    for (;;) {
      const next: IteratorResult<Uint8Array, unknown> = await this.parts.next();
      if (next.done) return undefined;
      // Its memory may be used again for the next one.
      if (next.value.length > 0) return Buffer.from(next.value);
    }
  }
}
