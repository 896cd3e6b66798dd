import * as vscode from 'vscode';
import { CancelledError, PicklepostError } from '../../core/errors';
import { findDialect } from '../../core/wire/dialects';
import type { KeyCommands } from '../keys/keyCommands';
import type { Keyring } from '../keys/keyring';
import type { Settings } from '../shell/settings';
import type { Target } from './target';

const LAST_CHOICE = 'lastEncryption';

interface Row extends vscode.QuickPickItem {
  /** Identifies the choice, to remember it. */
  readonly id: string;
  /** The name of the key, or undefined to send without one. */
  choose(): Promise<string | undefined>;
}

/** Asks whether to encrypt, and with which key, the last choice first. */
export class EncryptionPicker {
  constructor(
    private readonly keyring: Keyring,
    private readonly keyCommands: KeyCommands,
    private readonly state: vscode.Memento,
  ) {}

  /** @returns the name of a key, or undefined to send without one. @throws CancelledError */
  async pick(settings: Settings, target: Target): Promise<string | undefined> {
    // Items of a shared inbox always have the key of the inbox.
    if (target.isPaired || target.url !== undefined) return target.key;
    if (settings.send.encryption === 'never') return undefined;
    const isRequired = settings.send.encryption === 'always';
    const only = isRequired ? await this.onlyKey(target) : undefined;
    if (only !== undefined) return only;
    const rows = await this.rows(target, isRequired);
    const last = this.state.get<string>(LAST_CHOICE);
    rows.sort((a, b) => Number(b.id === last) - Number(a.id === last));
    const picked = await vscode.window.showQuickPick(rows, {
      title: vscode.l10n.t('With which key?'),
    });
    if (!picked) throw new CancelledError();
    await this.state.update(LAST_CHOICE, picked.id);
    return picked.choose();
  }

  /** For each server. An answer of the person applies to all servers that are not known to use a key of their own. */
  async pickForEach(
    settings: Settings,
    targets: readonly Target[],
  ): Promise<readonly (string | undefined)[]> {
    const isUndecided = ({ key }: Target): boolean => key === undefined;
    const undecided = targets.find(isUndecided);
    const shared = undecided && (await this.pick(settings, undecided));
    const names: (string | undefined)[] = [];
    for (const target of targets)
      names.push(isUndecided(target) ? shared : await this.pick(settings, target));
    return names;
  }

  /**
   * The key of a request, even of one that is older than the settings: nothing is sent unencrypted that must be encrypted. A
   * request that was made with a key keeps it.
   */
  async pickFor(
    { keyName, target }: { readonly keyName?: string | undefined; readonly target: Target },
    settings: Settings,
    isResumed: boolean,
  ): Promise<string | undefined> {
    if (keyName !== undefined || settings.send.encryption !== 'always') return keyName;
    if (!isResumed) return this.pick(settings, target);
    const only = await this.onlyKey(target);
    if (only === undefined) throw mustEncrypt();
    return only;
  }

  /** The name of the only key for a server. Undefined if there is none, or a choice. */
  async onlyKey(target: Target): Promise<string | undefined> {
    const offered = offeredKeys(await this.keyring.names(), target);
    return offered.length === 1 ? offered[0] : undefined;
  }

  private async rows(target: Target, isRequired: boolean): Promise<Row[]> {
    const names = offeredKeys(await this.keyring.names(), target);
    const encrypt = await Promise.all(names.map((name) => this.keyRow(name)));
    const isSealed = findDialect(target.dialect).protection === 'session';
    const plain: Row = {
      id: 'plain',
      label: isSealed
        ? vscode.l10n.t('$(unlock) Send without a key')
        : vscode.l10n.t('$(unlock) Do not encrypt'),
      description: isSealed
        ? vscode.l10n.t('encrypted, receiver not verified')
        : vscode.l10n.t('anyone on the network can read it'),
      choose: () => Promise.resolve(undefined),
    };
    const makeKey: Row[] = [
      {
        id: 'generate',
        label: vscode.l10n.t('$(key) Generate a key and encrypt'),
        description: vscode.l10n.t('the receiver needs the same key'),
        choose: () => this.keyCommands.generate(target.key),
      },
      {
        id: 'import',
        label: vscode.l10n.t('$(key) Import a key from its file and encrypt'),
        ...(target.key !== undefined && {
          description: vscode.l10n.t('as "{0}", which this server uses', target.key),
        }),
        choose: () => this.keyCommands.import(target.key),
      },
    ];
    return [...encrypt, ...(isRequired ? [] : [plain]), ...(encrypt.length > 0 ? [] : makeKey)];
  }

  private async keyRow(name: string): Promise<Row> {
    const key = await this.keyring.get(name);
    return {
      id: `key ${name}`,
      label: vscode.l10n.t('$(lock) Encrypt'),
      description: key
        ? vscode.l10n.t('with the key "{0}" ({1})', name, key.fingerprint)
        : vscode.l10n.t('with the key "{0}"', name),
      choose: () => Promise.resolve(name),
    };
  }
}

export function mustEncrypt(): PicklepostError {
  return new PicklepostError(
    'encryption-required',
    vscode.l10n.t(
      'Not sent: "picklepost.send.encryption" requires encryption, but no key was chosen. Send it again, and choose a key.',
    ),
  );
}

/** A server that is known to use one key gets no other, even if that key is missing here. */
function offeredKeys(names: readonly string[], { key }: Target): readonly string[] {
  return key === undefined ? names : names.filter((name) => name === key);
}
