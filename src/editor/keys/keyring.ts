import { randomBytes } from 'node:crypto';
import type { SecretStorage } from 'vscode';
import { FernetKey } from '../../core/crypto/keys';
import { loadSecretKey } from '../../inbox/keys/secretKey';

const KEYS = 'picklepost.keys';
const INBOX_KEY = 'picklepost.inboxKey';
const SENDER_IDENTITY = 'picklepost.senderIdentity';

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

  /** Stores the key of an inbox that is open again, if it is not there any more. */
  async keepInboxKey(key: Buffer): Promise<void> {
    if ((await this.secrets.get(INBOX_KEY)) === undefined)
      await this.secrets.store(INBOX_KEY, key.toString('base64'));
  }

  /** The secret by which receivers recognize what is sent from here: 32 bytes, made when it is first needed. */
  async senderIdentity(): Promise<Buffer> {
    const stored = await this.secrets.get(SENDER_IDENTITY);
    if (stored !== undefined) return Buffer.from(stored, 'base64');
    await this.secrets.store(SENDER_IDENTITY, randomBytes(32).toString('base64'));
    // Another window may have stored one at the same moment: what is read back is what counts.
    return Buffer.from((await this.secrets.get(SENDER_IDENTITY)) ?? '', 'base64');
  }

  private async all(): Promise<Record<string, string>> {
    return JSON.parse((await this.secrets.get(KEYS)) ?? '{}') as Record<string, string>;
  }
}
