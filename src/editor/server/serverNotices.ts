import * as vscode from 'vscode';
import { PicklepostError } from '../../core/errors';
import type { PeerFailure } from '../../net/receiveServer';
import type { KeyCommands } from '../keys/keyCommands';
import { DEFAULT_KEY_NAME } from '../keys/keyNames';
import type { Keyring } from '../keys/keyring';
import { commandId, EXTENSION } from '../shell/names';
import type { MessageAction, Reporter } from '../shell/reporter';
import { MissingAddressError } from '../../net/socketErrors';
import type { Server, ServerState } from './server';
import { readSettings } from '../shell/settings';
import { hostOf } from '../../core/wire/address';

/** Milliseconds in which one kind of failure is reported once: everybody who can reach the server can make it fail. */
const QUIET_TIME = 60_000;

export interface NoticeParts {
  readonly server: Server;
  readonly keyring: Keyring;
  readonly keys: KeyCommands;
  readonly reporter: Reporter;
  /** Milliseconds of some clock. */
  readonly now?: () => number;
}

interface Notice {
  readonly message: string | Promise<string>;
  readonly actions: readonly MessageAction[];
}

/**
 * Tells the person who receives about problems to solve: a missing key, a folder that cannot be written, settings that need
 * a restart.
 */
export class ServerNotices implements vscode.Disposable {
  private readonly told = new Map<string, { at: number; since: number }>();
  private readonly subscriptions: vscode.Disposable;

  constructor(private readonly parts: NoticeParts) {
    const { server } = parts;
    this.subscriptions = vscode.Disposable.from(
      server.onDidFailPeer((failure) => this.tellFailure(failure)),
      server.onDidChangeState((state) => {
        if (state.kind === 'listening') void this.warnOfMissingKey();
        void this.tellOfAddress(state);
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (server.state.kind !== 'listening') return;
        if (event.affectsConfiguration(`${EXTENSION}.receive.encryption`)) void this.warnOfMissingKey();
        const wantsRestart = ['receive.host', 'receive.port', 'bufferSize'].some((name) =>
          event.affectsConfiguration(`${EXTENSION}.${name}`),
        );
        if (wantsRestart && server.needsRestart) void this.offerRestart();
      }),
    );
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private async warnOfMissingKey(): Promise<void> {
    const { keyring, reporter } = this.parts;
    const { requireEncryption, keys } = readSettings().receive;
    await reporter.guard(async () => {
      if (!requireEncryption || (await keyring.resolve(keys)).length > 0) return;
      const message = vscode.l10n.t(
        'Encryption is required, but there is no encryption key here. Everything is refused until there is one.',
      );
      await reporter.warning(message, ...this.keyActions());
    });
  }

  /** This machine does not have the address of the setting, or has just lost it. */
  private async tellOfAddress(state: ServerState): Promise<void> {
    const { reporter } = this.parts;
    const choose = {
      title: vscode.l10n.t('Choose where to listen'),
      run: () => vscode.commands.executeCommand(commandId('chooseNetwork')),
    };
    if (state.kind === 'failed' && state.error instanceof MissingAddressError) {
      const message = vscode.l10n.t(
        'The receive server cannot start: this machine does not have the address {0} at present. It starts when the address is back.',
        state.error.host,
      );
      await reporter.warning(message, choose);
    } else if (state.kind === 'listening' && state.isAway) {
      const message = vscode.l10n.t(
        'Nobody can reach the receive server: this machine no longer has the address {0}.',
        state.host,
      );
      await reporter.warning(message, choose);
    }
  }

  private async offerRestart(): Promise<void> {
    const { server, reporter } = this.parts;
    const restart = {
      title: vscode.l10n.t('Restart server'),
      run: () => reporter.guard(() => server.restart()),
    };
    await reporter.information(vscode.l10n.t('Restart the server to apply the changed settings.'), restart);
  }

  private tellFailure({ from, error }: PeerFailure): void {
    if (!(error instanceof PicklepostError)) return;
    const notice = this.noticeOf(error, hostOf(from));
    if (!notice) return;
    const { now = () => performance.now(), reporter } = this.parts;
    const before = this.told.get(error.code);
    if (before && now() - before.at < QUIET_TIME) {
      before.since++;
      return;
    }
    this.told.set(error.code, { at: now(), since: 0 });
    const more = before?.since ? ` ${vscode.l10n.t('This has happened {0} more times.', before.since)}` : '';
    void reporter.guard(async () =>
      reporter.error(new PicklepostError(error.code, (await notice.message) + more), ...notice.actions),
    );
  }

  /** Undefined for errors that only concern the sender. */
  private noticeOf({ code, message }: PicklepostError, host: string): Notice | undefined {
    switch (code) {
      case 'disk':
        return { message, actions: [] };
      case 'encryption-required':
        return {
          message: vscode.l10n.t(
            '{0} sent without a key. It was refused, because "picklepost.receive.encryption" requires one.',
            host,
          ),
          actions: [],
        };
      case 'invalid-key':
        return {
          message: vscode.l10n.t(
            '{0} sends encrypted items, but there is no encryption key here. Import the key of the sender.',
            host,
          ),
          actions: this.keyActions(),
        };
      case 'invalid-token':
        return {
          message: this.describeOtherKey(host),
          actions: [],
        };
      default:
        return undefined;
    }
  }

  private async describeOtherKey(host: string): Promise<string> {
    const known = await this.parts.keyring.resolve(readSettings().receive.keys);
    return vscode.l10n.t(
      '{0} uses a key that is not accepted here. The item was refused. Compare the keys on both sides: {1}.',
      host,
      known.map(({ name, key }) => `"${name}" (${key.fingerprint})`).join(', '),
    );
  }

  /** For a receiver without a key: uses the first name that the settings accept. */
  private keyActions(): MessageAction[] {
    const { keys, reporter } = this.parts;
    const name = readSettings().receive.keys[0] ?? DEFAULT_KEY_NAME;
    return [
      {
        title: vscode.l10n.t('Generate encryption key'),
        run: () => reporter.guard(() => keys.generate(name)),
      },
      {
        title: vscode.l10n.t('Import encryption key from file'),
        run: () => reporter.guard(() => keys.import(name)),
      },
    ];
  }
}
