/** Bytes that have arrived on the connections of a server, and have not been read yet. */
export class Inflow {
  private held = 0;

  /** @param limit bytes beyond which data are read only from sockets for which somebody waits */
  constructor(private readonly limit: number) {}

  get isFull(): boolean {
    return this.held >= this.limit;
  }

  add(bytes: number): void {
    this.held += bytes;
  }
}
