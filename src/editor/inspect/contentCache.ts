/** Milliseconds for which content is kept after its last use: an editor asks for its size, and then for all of it. */
const KEPT_TIME = 10_000;

interface CacheEntry {
  readonly content: Promise<Uint8Array>;
  size: number;
  timer?: NodeJS.Timeout;
}

/** Keeps content only for the moment in which several ask for it, as it may be large. */
export class ContentCache {
  /** In order of last use. */
  private readonly kept = new Map<string, CacheEntry>();

  /** @param capacity bytes that are kept at once, beyond those of the last content */
  constructor(private readonly capacity: number) {}

  /** The cached content of a key, or else the result of `make`. A failure is not cached. */
  get(key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const kept = this.kept.get(key) ?? this.add(key, make());
    this.kept.delete(key);
    this.kept.set(key, kept);
    clearTimeout(kept.timer);
    kept.timer = setTimeout(() => this.delete(key), KEPT_TIME).unref();
    return kept.content;
  }

  clear(): void {
    for (const key of [...this.kept.keys()]) this.delete(key);
  }

  private add(key: string, content: Promise<Uint8Array>): CacheEntry {
    const kept: CacheEntry = { content, size: 0 };
    content.then(
      ({ length }) => {
        kept.size = length;
        this.shrink();
      },
      () => {
        if (this.kept.get(key) === kept) this.delete(key);
      },
    );
    return kept;
  }

  private shrink(): void {
    const entries = [...this.kept];
    let size = 0;
    for (const [, kept] of entries) size += kept.size;
    for (const [key, kept] of entries.slice(0, -1)) {
      if (size <= this.capacity) return;
      size -= kept.size;
      this.delete(key);
    }
  }

  private delete(key: string): void {
    clearTimeout(this.kept.get(key)?.timer);
    this.kept.delete(key);
  }
}
