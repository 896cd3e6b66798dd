/** Something that is created once, at its first use. */
export class Lazy<T> {
  private made: Promise<T> | undefined;

  constructor(private readonly make: () => Promise<T>) {}

  /** Whether somebody has asked for it. */
  get isWanted(): boolean {
    return this.made !== undefined;
  }

  /** @throws what `make` throws; then the next call tries again */
  async get(): Promise<T> {
    this.made ??= this.make();
    try {
      return await this.made;
    } catch (error) {
      this.made = undefined;
      throw error;
    }
  }
}
