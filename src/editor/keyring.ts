import type { SecretStorage } from 'vscode';
import { FernetKey } from '../core/crypto/keys';
import { loadSecretKey } from '../inbox/secretKey';

const KEYS = 'picklepost.keys';
const INBOX_KEY = 'picklepost.inboxKey';

/** The user's named encryption keys, and the inbox's own key, in the editor's secret storage. */
export class Keyring {
  constructor(private readonly secrets: SecretStorage) {}

  /** Names of all keys, sorted. */
  async names(): Promise<string[]> {
    return Object.keys(await this.all()).sort((a, b) => a.localeCompare(b));
  }

  async get(name: string): Promise<FernetKey | undefined> {
    const text = (await this.all())[name];
    return text === undefined ? undefined : FernetKey.parse(text);
  }

  async set(name: string, key: FernetKey): Promise<void> {
    await this.secrets.store(KEYS, JSON.stringify({ ...(await this.all()), [name]: key.toText() }));
  }

  /**
   * The key under which received items are stored: 32 bytes, made when it is first needed.
   * @throws PicklepostError `invalid-key` if the inbox is there and its key is not; `disk`
   */
  inboxKey(directory: string): Promise<Buffer> {
    const { secrets } = this;
    return loadSecretKey(
      { read: () => secrets.get(INBOX_KEY), store: (text) => secrets.store(INBOX_KEY, text) },
      directory,
    );
  }

  private async all(): Promise<Record<string, string>> {
    return JSON.parse((await this.secrets.get(KEYS)) ?? '{}') as Record<string, string>;
  }
}
