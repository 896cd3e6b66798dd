import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { launchProfile } from '../harness/browser';
import type { VsCodeServer } from '../harness/server';

export interface Viewport {
  readonly width: number;
  readonly height: number;
}

/** What pages keep for their address. Not the cache of the browser, which is what they share. */
const KEPT = 'local_storage,indexeddb,cache_storage,service_workers,file_systems';

/** Has no progress move in the workbench, as each step of it draws the window again. */
const KEEP_STILL = `if (window === top) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('.progress-bit, .codicon, .codicon::before { animation: none !important; }');
  document.adoptedStyleSheets.push(sheet);
}`;

/**
 * A browser in which windows share what was compiled of VS Code, which is half of the work that opening one is. That is known by the
 * address, so ports are used again, one after the other, and what a window has kept is removed with it.
 */
export class BrowserProfile {
  static readonly #launched = new Map<number, Promise<BrowserProfile>>();

  /** Ports that a window has had, and none has now; the one of last is at the end. */
  readonly #freePorts: number[] = [];

  private constructor(
    private readonly directory: string,
    private readonly context: BrowserContext,
    private readonly browser: CDPSession,
  ) {}

  /** The one for windows of which each pixel of CSS is so many in a picture. */
  static withScale(scale: number): Promise<BrowserProfile> {
    const launched = BrowserProfile.#launched.get(scale) ?? BrowserProfile.#launch(scale);
    BrowserProfile.#launched.set(scale, launched);
    return launched;
  }

  static async #launch(scale: number): Promise<BrowserProfile> {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'picklepost-browser-'));
    const context = await launchProfile(directory, scale);
    // The page that a browser begins with stays, as a way to it.
    const page = context.pages()[0] ?? (await context.newPage());
    return new BrowserProfile(directory, context, await context.newCDPSession(page));
  }

  static async closeAll(): Promise<void> {
    const profiles = await Promise.all(BrowserProfile.#launched.values());
    BrowserProfile.#launched.clear();
    for (const { context, directory } of profiles) {
      await context.close();
      fs.rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  /** Starts a server at a port that a window has had before, or at any other where there is none or somebody else has taken it. */
  async serve(start: (port?: number) => Promise<VsCodeServer>): Promise<VsCodeServer> {
    const port = this.#freePorts.pop();
    if (port === undefined) return start();
    const server = await start(port).catch(() => start());
    // It may have one of its own all the same.
    if (server.port !== port) this.#freePorts.unshift(port);
    return server;
  }

  /** An empty page for a window of a server. @param language the display language of VS Code */
  async newPage(server: VsCodeServer, viewport: Viewport | null, language?: string): Promise<Page> {
    await this.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
    const page = await this.context.newPage();
    if (viewport) await page.setViewportSize(viewport);
    await page.addInitScript(KEEP_STILL);
    if (language !== undefined)
      await page.addInitScript(`globalThis._VSCODE_NLS_LANGUAGE = ${JSON.stringify(language)}`);
    return page;
  }

  /** Removes what the pages of a server have kept. Both have ended. */
  async forget({ url, port }: VsCodeServer): Promise<void> {
    await this.browser.send('Storage.clearDataForOrigin', { origin: url, storageTypes: KEPT });
    this.#freePorts.push(port);
  }
}
