/** Bytes that have come over the connections of a server, and that nobody has read yet. */
export class Inflow {
  private held = 0;

  /** @param limit bytes from which on nothing is taken out of a socket that nobody waits to read */
  constructor(private readonly limit: number) {}

  get isFull(): boolean {
    return this.held >= this.limit;
  }

  add(bytes: number): void {
    this.held += bytes;
  }
}
