import type { SecretStorage, SecretStorageChangeEvent } from 'vscode';
import { Emitter } from '../../src/core/scheduling/event';

/** A secret storage in memory, which any number of windows share. */
export class MemorySecrets implements SecretStorage {
  private readonly texts = new Map<string, string>();
  private readonly changed = new Emitter<SecretStorageChangeEvent>();
  readonly onDidChange = this.changed.event;

  get(key: string): Promise<string | undefined> {
    return Promise.resolve(this.texts.get(key));
  }

  store(key: string, value: string): Promise<void> {
    this.texts.set(key, value);
    this.changed.fire({ key });
    return Promise.resolve();
  }

  delete(key: string): Promise<void> {
    this.texts.delete(key);
    this.changed.fire({ key });
    return Promise.resolve();
  }

  keys(): Promise<string[]> {
    return Promise.resolve([...this.texts.keys()]);
  }
}
