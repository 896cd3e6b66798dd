import type { Memento } from 'vscode';

const KEY = 'savedPaths';

/** Remembers where received items have been saved to, so that they can be revealed there. */
export class SavedPaths {
  constructor(private readonly state: Memento) {}

  get(id: string): string | undefined {
    return this.all()[id];
  }

  async set(id: string, path: string): Promise<void> {
    await this.state.update(KEY, { ...this.all(), [id]: path });
  }

  /** Forgets items that are gone. */
  async keepOnly(ids: ReadonlySet<string>): Promise<void> {
    const kept = Object.entries(this.all()).filter(([id]) => ids.has(id));
    await this.state.update(KEY, Object.fromEntries(kept));
  }

  private all(): Record<string, string> {
    return this.state.get<Record<string, string>>(KEY, {});
  }
}
