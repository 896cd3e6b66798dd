import type { Memento } from 'vscode';

const KEY = 'savedPaths';
/** Most paths that are remembered; the oldest are forgotten. */
const REMEMBERED = 5_000;
/** Milliseconds in which paths are collected before they are written: all of them are written each time. */
const GATHERING_TIME = 1_000;

/** Remembers the files in which received items have been saved, to reveal them. */
export class SavedPaths {
  private readonly gathered = new Map<string, string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly state: Memento) {}

  get(id: string): string | undefined {
    return this.gathered.get(id) ?? this.stored()[id];
  }

  set(id: string, path: string): void {
    this.gathered.set(id, path);
    this.timer ??= setTimeout(() => void this.write(), GATHERING_TIME);
  }

  /** Forgets items that are gone. */
  async keepOnly(ids: ReadonlySet<string>): Promise<void> {
    const stored = Object.entries(this.stored());
    const kept = stored.filter(([id]) => ids.has(id));
    if (kept.length < stored.length) await this.state.update(KEY, Object.fromEntries(kept));
  }

  dispose(): void {
    if (this.timer) void this.write();
  }

  private async write(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const all = Object.entries({ ...this.stored(), ...Object.fromEntries(this.gathered) });
    this.gathered.clear();
    await this.state.update(KEY, Object.fromEntries(all.slice(-REMEMBERED)));
  }

  private stored(): Record<string, string> {
    return this.state.get<Record<string, string>>(KEY, {});
  }
}
