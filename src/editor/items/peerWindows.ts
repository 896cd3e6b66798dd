import * as vscode from 'vscode';
import { Emitter } from '../../core/scheduling/event';
import {
  WindowRegistry,
  type WindowCode,
  type WindowNote,
  type WindowPairing,
} from '../../inbox/windows/windowRegistry';
import { itemsShown } from './documentUri';
import { DOCUMENT_SCHEME } from '../shell/names';
import { openUris } from '../shell/openUris';

/** A receiving window, and its address. */
export interface ReceivingWindow {
  readonly owner: string;
  readonly host: string;
  readonly port: number;
}

/** The other windows of this machine that share the inbox: which of them receives, and which items are open in them. */
export class PeerWindows implements vscode.Disposable {
  private readonly changed = new Emitter<undefined>();
  readonly onDidChange = this.changed.event;
  private readonly asked = new Emitter<undefined>();
  /** Another window wants to receive in place of this one. */
  readonly onDidAskToStop = this.asked.event;
  private windows: WindowRegistry | undefined;
  private isDisposed = false;
  private receiving: WindowNote['receiving'];
  private waits = false;
  private code: WindowCode | undefined;
  private pairing: WindowPairing | undefined;
  private joined: Promise<WindowRegistry | undefined> | undefined;
  private readonly tabs: vscode.Disposable;

  /** @param directory touched only once this window has joined the others */
  constructor(
    private readonly directory: string,
    private readonly onError: (error: unknown) => void,
  ) {
    this.tabs = vscode.window.tabGroups.onDidChangeTabs(() => void this.tell());
  }

  /**
   * Joins the other windows: learns of them, and lets them know of this one. Happens by itself when one of them is looked
   * up. Never rejects.
   */
  async join(): Promise<void> {
    await this.windowsJoined();
    await this.tell();
  }

  /** Undefined if no other window is known to receive. */
  get receivesElsewhere(): ReceivingWindow | undefined {
    for (const { owner, receiving } of this.windows?.others ?? []) {
      if (receiving) return { owner, ...receiving };
    }
    return undefined;
  }

  /** The pairing code that another window shows, and waits to be served. */
  get codeElsewhere(): WindowCode | undefined {
    return this.windows?.others.find(({ code }) => code)?.code;
  }

  /** The outcome of a pairing code that this window shows, from the receiving window. */
  pairingOf(id: string): WindowPairing | undefined {
    return this.windows?.others.find(({ pairing }) => pairing?.id === id)?.pairing;
  }

  /** Whether a window still exists, receiving or not. */
  has(owner: string): boolean {
    return this.windows?.others.some((other) => other.owner === owner) ?? false;
  }

  /** Whether this window is the next to receive, of all that wait for the receiving one to go. */
  get isNext(): boolean {
    return this.windows?.isNext ?? true;
  }

  /** Whether an item is open in this window or another one. */
  hasOpen(id: string): boolean {
    return openItems().includes(id) || (this.windows?.others.some(({ open }) => open.includes(id)) ?? false);
  }

  /** Looks again which window receives. */
  async findReceiving(): Promise<ReceivingWindow | undefined> {
    const windows = await this.windowsJoined();
    await windows?.look();
    return this.receivesElsewhere;
  }

  /** Tells the others where this window receives, or that it does not. Never rejects. */
  async setReceiving(receiving: WindowNote['receiving']): Promise<void> {
    this.receiving = receiving;
    if (receiving) await this.join();
    else await this.tell();
  }

  /** Tells the others that this window waits for the one that receives to go. Never rejects. */
  async setWaiting(waits: boolean): Promise<void> {
    this.waits = waits;
    if (waits) await this.join();
    else await this.tell();
  }

  /** Shows the others a pairing code, or none. Never rejects. */
  async setCode(code: WindowCode | undefined): Promise<void> {
    this.code = code;
    await this.tell();
  }

  /** Tells the others the outcome of a code that one of them shows. Never rejects. */
  async setPairing(pairing: WindowPairing | undefined): Promise<void> {
    this.pairing = pairing;
    await this.tell();
  }

  /** Settles when the other window has stopped, or has ended. @throws PicklepostError `timeout`, `disk` */
  async askToStop({ owner }: ReceivingWindow): Promise<void> {
    await (await this.windowsJoined())?.askToStop(owner);
  }

  dispose(): void {
    this.isDisposed = true;
    this.tabs.dispose();
    this.windows?.dispose();
  }

  /** Windows that this one has not joined need not be told anything. */
  private async tell(): Promise<void> {
    const windows = await this.joined;
    try {
      const receiving = this.receiving && { receiving: this.receiving };
      const waits = this.waits && { waits: true };
      const shown = { ...(this.code && { code: this.code }), ...(this.pairing && { pairing: this.pairing }) };
      if (!this.isDisposed) await windows?.tell({ ...receiving, ...waits, ...shown, open: openItems() });
    } catch (error) {
      this.onError(error);
    }
  }

  private windowsJoined(): Promise<WindowRegistry | undefined> {
    return (this.joined ??= this.joinWindows());
  }

  private async joinWindows(): Promise<WindowRegistry | undefined> {
    try {
      const windows = await WindowRegistry.join(this.directory);
      windows.onDidChange(() => this.changed.fire(undefined));
      windows.onDidAskToStop(() => this.asked.fire(undefined));
      this.windows = windows;
      if (this.isDisposed) windows.dispose();
      this.changed.fire(undefined);
      return windows;
    } catch (error) {
      this.onError(error);
      return undefined;
    }
  }
}

/** Ids of the items whose documents are open in this window. */
function openItems(): string[] {
  return itemsShown(openUris().filter(({ scheme }) => scheme === DOCUMENT_SCHEME));
}
