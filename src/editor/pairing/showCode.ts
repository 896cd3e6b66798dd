import * as vscode from 'vscode';
import { CancelledError } from '../../core/errors';
import { PairingCode } from '../../core/pairing/code';
import { CODE_LIFETIME } from '../../core/pairing/pairing';
import { formatAddress, isLoopback, type Address } from '../../core/wire/address';
import { isEveryNetwork, networkAddresses } from '../../net/networks';
import { copyText } from '../shell/clipboard';
import { commandId, CONTEXT_KEYS, EXTENSION_ID } from '../shell/names';
import { PreconditionError } from '../shell/reporter';
import { readSettings } from '../shell/settings';
import { pickListenHost } from '../server/listenPicker';
import { listenAt } from '../server/networkChoice';
import type { Offered, Outcome } from './codeHost';
import { displayName } from './displayName';
import type { PairingParts } from './pairingParts';
import { tellPaired } from './peerKeys';
import { withoutLinks } from '../shell/foreignText';

/** Shows a pairing code of this window, one at a time. */
export class CodeShower implements vscode.Disposable {
  private shown: { readonly offered: Offered; readonly address: Address } | undefined;

  constructor(
    private readonly parts: PairingParts,
    private readonly lifetime = CODE_LIFETIME,
  ) {}

  /**
   * Shows a code until it has been used, it expires, or the person cancels; starts the receive server first if none runs.
   * @throws CancelledError
   */
  async show(): Promise<void> {
    if (this.shown) return this.offerActions();
    const name = await displayName();
    const address = await this.ensureReceiving();
    const code = PairingCode.generate();
    const offered = this.parts.host.offer(code, name, this.lifetime);
    this.enter({ offered, address: reachable(address) });
    const until = Date.now() + this.lifetime;
    const display = { code, address: formatReachable(address), until, ended: offered.outcome };
    void displayCode({ ...display, cancel: () => offered.cancel() });
    const outcome = await offered.outcome;
    this.enter(undefined);
    await this.tell(outcome);
  }

  private enter(shown: CodeShower['shown']): void {
    this.shown = shown;
    void vscode.commands.executeCommand('setContext', CONTEXT_KEYS.isPairing, shown !== undefined);
  }

  /** The actions for the code that is shown. */
  async offerActions(): Promise<void> {
    const { shown } = this;
    if (!shown) throw new PreconditionError(vscode.l10n.t('No pairing code is shown.'));
    const link = pairingLink(shown.address);
    const actions = [
      {
        label: vscode.l10n.t('$(link) Copy a link to this machine'),
        detail: vscode.l10n.t('It holds the address, never the code: read the code to the other person.'),
        run: () => copyText(link, link),
      },
      { label: vscode.l10n.t('$(close) Cancel pairing'), run: () => shown.offered.cancel() },
    ];
    const title = vscode.l10n.t('Pairing code');
    await (await vscode.window.showQuickPick(actions, { title }))?.run();
  }

  cancel(): void {
    this.shown?.offered.cancel();
  }

  dispose(): void {
    this.cancel();
  }

  async tell(outcome: Outcome): Promise<void> {
    const { keyring, reporter } = this.parts;
    if (outcome.kind === 'cancelled') return;
    if (outcome.kind === 'paired') return tellPaired(outcome, keyring, reporter);
    const again = {
      title: vscode.l10n.t('Show a new code'),
      run: () => vscode.commands.executeCommand(commandId('showPairingCode')),
    };
    await reporter.warning(describeFailure(outcome), ...(outcome.kind === 'busy' ? [] : [again]));
  }

  /**
   * The address at which this machine receives; asks where to listen if only programs of this machine can reach it.
   * @throws CancelledError
   */
  private async ensureReceiving(): Promise<Address> {
    const { server, peers } = this.parts;
    const elsewhere = server.state.kind === 'listening' ? undefined : await peers.findReceiving();
    if (elsewhere) return elsewhere;
    await this.chooseReach();
    if (server.state.kind !== 'listening') await server.start();
    // If it could not start, the person has been told.
    const { state } = server;
    if (state.kind !== 'listening') throw new CancelledError();
    return state;
  }

  private async chooseReach(): Promise<void> {
    const { server } = this.parts;
    const { state } = server;
    const current = state.kind === 'listening' ? state.host : readSettings().receive.host;
    if (!isLoopback(current)) return;
    const host = await pickListenHost(current);
    if (host === undefined) throw new CancelledError();
    if (host !== current) await listenAt(host, this.parts);
  }
}

/** A link that asks another editor to pair with a receive server. It contains nothing secret. */
export function pairingLink(address: Address): string {
  return `${vscode.env.uriScheme}://${EXTENSION_ID}/pair?address=${encodeURIComponent(formatAddress(address))}`;
}

/** The address by which others most likely reach a server. */
function reachable({ host, port }: Address): Address {
  const [first] = isEveryNetwork(host) ? networkAddresses() : [];
  return { host: first?.host ?? host, port };
}

/** Most addresses that are shown for a server that listens on all networks. */
const SHOWN_ADDRESSES = 2;

function formatReachable({ host, port }: Address): string {
  if (!isEveryNetwork(host)) return formatAddress({ host, port });
  const addresses = networkAddresses().filter(({ isLinkLocal }) => !isLinkLocal);
  const shown = addresses.slice(0, SHOWN_ADDRESSES).map((one) => formatAddress({ host: one.host, port }));
  return shown.length === 0
    ? formatAddress({ host: '127.0.0.1', port })
    : new Intl.ListFormat(vscode.env.language, { type: 'disjunction' }).format(shown);
}

type Failure = Exclude<Outcome, { readonly kind: 'paired' } | { readonly kind: 'cancelled' }>;

function describeFailure(outcome: Failure): string {
  switch (outcome.kind) {
    case 'wrong-code':
      return vscode.l10n.t('Somebody tried a wrong code. It can no longer be used, and nothing was shared.');
    case 'expired':
      return vscode.l10n.t('Nobody typed the pairing code in time.');
    case 'stopped':
      return vscode.l10n.t('The receive server stopped, and the pairing code with it.');
    case 'busy':
      return vscode.l10n.t('Another window shows a pairing code. Only one pairing is possible at a time.');
    case 'failed':
      return vscode.l10n.t('The right code was typed, but pairing failed: {0}', outcome.message);
  }
}

interface Display {
  readonly code: PairingCode;
  /** The address at which the other side finds this one. */
  readonly address: string;
  /** When the code expires, in milliseconds since the epoch. */
  readonly until: number;
  /** Settles when it is no longer to be shown. */
  readonly ended: Promise<unknown>;
  cancel(): void;
}

const SECOND = 1000;

/** Shows a code with the time left, in a notification and in the status bar, until it has ended. */
async function displayCode(display: Display): Promise<void> {
  const { code, address, ended } = display;
  const item = vscode.window.createStatusBarItem('picklepost.pairing', vscode.StatusBarAlignment.Left);
  item.name = vscode.l10n.t('Picklepost pairing code');
  item.command = commandId('pairingActions');
  item.tooltip = vscode.l10n.t('Pairing code for {0}. Click for actions.', address);
  // Announced once by screen readers, and not every second.
  item.accessibilityInformation = { label: vscode.l10n.t('Pairing code {0}', code.spoken), role: 'button' };
  const title = vscode.l10n.t('Pairing code {0}', code.spoken);
  const location = vscode.ProgressLocation.Notification;
  await vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
    token.onCancellationRequested(() => display.cancel());
    const update = (): void => {
      const left = formatLeft(display.until - Date.now());
      item.text = `$(key) ${code.spoken} · ${left}`;
      const what = vscode.l10n.t('type it on the other side, for {0}. {1} left.', address, left);
      progress.report({ message: withoutLinks(what) });
    };
    update();
    item.show();
    const clock = setInterval(update, SECOND);
    await ended;
    clearInterval(clock);
  });
  item.dispose();
}

/** `9:58`, in minutes and seconds. */
export function formatLeft(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / SECOND));
  return `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`;
}
