import { randomBytes } from 'node:crypto';
import type { SecretStorage } from 'vscode';
import { FernetKey } from '../../core/crypto/keys';
import type { NamedKey } from '../../core/crypto/namedKey';
import { formatDerivation, parseDerivation, type Derivation } from '../../core/crypto/passphrase';
import { Emitter, type Disposable } from '../../core/scheduling/event';
import { Mutex } from '../../core/scheduling/mutex';
import type { Address } from '../../core/wire/address';
import { loadSecretKey } from '../../inbox/keys/secretKey';

/** One key that this person has. */
export interface KeyEntry {
  readonly name: string;
  readonly key: FernetKey;
  /** Whether it is shared among any number of programs, or came from pairing and belongs to one peer, whose name it has. */
  readonly kind: 'shared' | 'paired';
  /** Milliseconds since the epoch. */
  readonly created: number;
  /** The derivation, if it was made from a passphrase. */
  readonly derivation?: Derivation;
  /** Known addresses of a paired peer; the last one first. */
  readonly addresses: readonly Address[];
}

/** The properties of a new entry in addition to its name and key. */
export type KeyFacts = Partial<Pick<KeyEntry, 'kind' | 'derivation' | 'addresses'>>;

/**
 * Each entry is a secret of its own, whose name ends in that of the key: windows that write at the same time do not
 * overwrite each other's keys.
 */
const KEY = 'picklepost.key.';
const INBOX_KEY = 'picklepost.inboxKey';
const NATS_CREDENTIALS = 'picklepost.nats.';
const SENDER_IDENTITY = 'picklepost.senderIdentity';
/** Most addresses that are kept for a peer. */
const MAX_ADDRESSES = 4;

/**
 * The named encryption keys of the person, shared by all windows, and the inbox's own key, in the editor's secret storage.
 */
export class Keyring implements Disposable {
  private readonly changed = new Emitter<undefined>();
  /** A key was added, removed or changed, in this window or another one. */
  readonly onDidChange = this.changed.event;
  private readonly subscription: Disposable;
  private readonly writing = new Mutex();
  /** The last result, until something changes: a server asks for each connection. */
  private known: Promise<readonly KeyEntry[]> | undefined;

  constructor(private readonly secrets: SecretStorage) {
    this.subscription = secrets.onDidChange(({ key }) => {
      if (key.startsWith(KEY)) this.forget();
    });
  }

  /** All keys, sorted by name. */
  async entries(): Promise<readonly KeyEntry[]> {
    const reading = (this.known ??= this.read());
    try {
      return await reading;
    } catch (error) {
      if (this.known === reading) this.known = undefined;
      throw error;
    }
  }

  /** Names of all keys, sorted. */
  async names(): Promise<string[]> {
    return (await this.entries()).map(({ name }) => name);
  }

  async entry(name: string): Promise<KeyEntry | undefined> {
    return (await this.entries()).find((entry) => entry.name === name);
  }

  async get(name: string): Promise<FernetKey | undefined> {
    return (await this.entry(name))?.key;
  }

  /** The existing keys of these names; without names, all keys. */
  async resolve(names: readonly string[]): Promise<readonly NamedKey[]> {
    const entries = await this.entries();
    const chosen = names.length === 0 ? entries : entries.filter(({ name }) => names.includes(name));
    return chosen.map(({ name, key, kind }) => ({ name, key, isPaired: kind === 'paired' }));
  }

  /** Stores a key; replaces one of the same name. */
  async set(name: string, key: FernetKey, facts: KeyFacts = {}): Promise<void> {
    await this.write({ kind: 'shared', addresses: [], ...facts, name, key, created: Date.now() });
  }

  /** The credentials for the server of a shared inbox; undefined if none are stored. */
  async credentials(url: string): Promise<string | undefined> {
    return this.secrets.get(NATS_CREDENTIALS + url);
  }

  /** @param text as `src/nats/credentials.ts` reads it; undefined to forget it */
  async setCredentials(url: string, text: string | undefined): Promise<void> {
    if (text === undefined) await this.secrets.delete(NATS_CREDENTIALS + url);
    else await this.secrets.store(NATS_CREDENTIALS + url, text);
  }

  /** Renames a key; replaces one that has that name already. Does nothing if there is no such key. */
  async rename(from: string, to: string): Promise<void> {
    await this.writing.run(async () => {
      const entry = await this.entry(from);
      if (!entry || from === to) return;
      await this.write({ ...entry, name: to });
      await this.remove(from);
    });
  }

  async delete(name: string): Promise<void> {
    await this.writing.run(() => this.remove(name));
  }

  /** Stores where a paired peer receives now. */
  async noteAddress(name: string, address: Address): Promise<void> {
    await this.changeAddresses(name, (known) => [address, ...known.filter((one) => !isSame(one, address))]);
  }

  /**
   * Stores a host from which a paired peer has connected: it may receive there, in case it no longer does at its last
   * address.
   */
  async noteSighting(name: string, host: string, defaultPort: number): Promise<void> {
    await this.changeAddresses(name, ([last, ...others]) => {
      const seen = { host, port: last?.port ?? defaultPort };
      if (!last) return [seen];
      return isSame(last, seen)
        ? [last, ...others]
        : [last, seen, ...others.filter((one) => !isSame(one, seen))];
    });
  }

  /** The name itself, or with a number if it is taken. */
  async freeName(wanted: string): Promise<string> {
    const names = await this.names();
    for (let number = 1; ; number++) {
      const name = number === 1 ? wanted : `${wanted} ${String(number)}`;
      if (!names.includes(name)) return name;
    }
  }

  /**
   * The key under which received items are stored: 32 bytes, made when it is first needed.
   * @throws PicklepostError `invalid-key` if the inbox exists but its key does not; `disk`
   */
  inboxKey(directory: string): Promise<Buffer> {
    const { secrets } = this;
    return loadSecretKey(
      { read: () => secrets.get(INBOX_KEY), store: (text) => secrets.store(INBOX_KEY, text) },
      directory,
    );
  }

  /** Stores the key of an open inbox again, if it is missing. */
  async keepInboxKey(key: Buffer): Promise<void> {
    if ((await this.secrets.get(INBOX_KEY)) === undefined)
      await this.secrets.store(INBOX_KEY, key.toString('base64'));
  }

  /** The secret by which receivers recognize files that are sent from here: 32 bytes, made when it is first needed. */
  async senderIdentity(): Promise<Buffer> {
    const stored = await this.secrets.get(SENDER_IDENTITY);
    if (stored !== undefined) return Buffer.from(stored, 'base64');
    await this.secrets.store(SENDER_IDENTITY, randomBytes(32).toString('base64'));
    // Another window may have stored one at the same moment, so the stored one is read back and used.
    return Buffer.from((await this.secrets.get(SENDER_IDENTITY)) ?? '', 'base64');
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private async changeAddresses(
    name: string,
    change: (known: readonly Address[]) => readonly Address[],
  ): Promise<void> {
    await this.writing.run(async () => {
      const entry = await this.entry(name);
      if (entry?.kind !== 'paired') return;
      const addresses = change(entry.addresses).slice(0, MAX_ADDRESSES);
      if (JSON.stringify(addresses) !== JSON.stringify(entry.addresses))
        await this.write({ ...entry, addresses });
    });
  }

  private async read(): Promise<readonly KeyEntry[]> {
    const names = (await this.secrets.keys()).flatMap((secret) =>
      secret.startsWith(KEY) ? secret.slice(KEY.length) : [],
    );
    const entries = await Promise.all(
      names.map(async (name) => readEntry(name, await this.secrets.get(KEY + name))),
    );
    return entries.flatMap((entry) => entry ?? []).sort((a, b) => a.name.localeCompare(b.name));
  }

  private async write(entry: KeyEntry): Promise<void> {
    await this.secrets.store(KEY + entry.name, entryText(entry));
    this.forget();
  }

  private async remove(name: string): Promise<void> {
    await this.secrets.delete(KEY + name);
    this.forget();
  }

  private forget(): void {
    this.known = undefined;
    this.changed.fire(undefined);
  }
}

function isSame(a: Address, b: Address): boolean {
  return a.host === b.host && a.port === b.port;
}

function entryText({ key, kind, created, derivation, addresses }: KeyEntry): string {
  const from = derivation && { derivation: formatDerivation(derivation) };
  return JSON.stringify({ key: key.toText(), kind, created, ...from, addresses });
}

/** Undefined for one that has just been removed, or is damaged: it must not affect the others. */
function readEntry(name: string, text: string | undefined): KeyEntry | undefined {
  try {
    const { key, kind, created, derivation, addresses } = JSON.parse(text ?? '') as StoredEntry;
    return {
      name,
      key: FernetKey.parse(key),
      kind: kind === 'paired' ? kind : 'shared',
      created,
      ...(derivation !== undefined && { derivation: parseDerivation(derivation) }),
      addresses,
    };
  } catch {
    return undefined;
  }
}

interface StoredEntry {
  readonly key: string;
  readonly kind: string;
  readonly created: number;
  readonly derivation?: string;
  readonly addresses: readonly Address[];
}
