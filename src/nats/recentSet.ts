/** The last texts that were added, up to a number. */
export class RecentSet {
  private readonly texts = new Set<string>();

  constructor(private readonly limit: number) {}

  has(text: string): boolean {
    return this.texts.has(text);
  }

  add(text: string): void {
    this.texts.add(text);
    if (this.texts.size <= this.limit) return;
    for (const oldest of this.texts) {
      this.texts.delete(oldest);
      return;
    }
  }
}
