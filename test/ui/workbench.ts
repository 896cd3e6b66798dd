import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { installExtension, startServer, type VsCodeServer } from '../harness/server';
import { projectRoot } from '../harness/setup';
import { BrowserProfile } from './browserProfile';
import { DIMMED_CONTRAST, unreadableTexts } from './readability';
import { KEYBINDINGS, shortcutOf } from './shortcuts';
import { stillPicture } from './stillPicture';
import { TreeView } from './treeView';

export type Theme = 'light' | 'dark' | 'hc-light' | 'hc-dark';

export interface WorkbenchOptions {
  /** User settings, beside those that keep VS Code quiet. */
  settings?: Record<string, unknown>;
  /** Files of the workspace, by their relative path; without it, a copy of the sample workspace. */
  files?: Record<string, string | Uint8Array>;
  /** Does more with the folder before VS Code opens it. */
  prepare?: (folder: string) => void;
  /** Other extensions that run beside: folders, or names of those that come with VS Code. */
  alongside?: readonly string[];
  /** The display language, such as `de`: extensions follow it, VS Code's own texts stay English without its language pack. */
  language?: string;
  /** What stands in front of its command, to run it on another machine (twoMachines.ts). It cannot be started again. */
  within?: readonly string[];
  window?: { width: number; height: number; scale: number };
}

interface KillOptions {
  shown?: Locator;
  pid?: number | undefined;
  whileAway?: () => Promise<void>;
}

/** What keeps a window still, for its pictures. */
const restfulSettings = {
  'editor.cursorBlinking': 'solid',
  // Otherwise a file that was clicked is selected alone once it has opened, although others were selected meanwhile.
  'explorer.autoReveal': false,
  // Otherwise what takes the focus, such as a menu that closes or an editor that has loaded, closes a quick pick.
  'workbench.quickOpen.closeOnFocusLost': false,
  'workbench.reduceMotion': 'on',
};
const themeClasses = { light: 'vs', dark: 'vs-dark', 'hc-light': 'hc-light', 'hc-dark': 'hc-black' };
const screenshots = path.join(projectRoot, 'ui-shots');

/**
 * A window of VS Code in which the packaged extension is installed: a server of its own, with its own user
 * data and workspace, and a page. Windows share a browser. What is not closed by a test, is closed
 * when the run ends (hooks.ts).
 */
export class Workbench {
  static readonly #opened = new Set<Workbench>();
  static #extensions: string | undefined;

  /** Uncaught errors of the page. */
  readonly pageErrors: string[] = [];
  #settingsChanged = 0;

  private constructor(
    readonly page: Page,
    readonly directory: string,
    /** The folder that is open in the window. */
    readonly folder: string,
    private readonly profile: BrowserProfile,
    private server: VsCodeServer,
    private readonly isFirst: boolean,
    private readonly alongside: readonly string[],
  ) {
    page.setDefaultTimeout(15_000 * Number(process.env.TIME_FACTOR ?? 1));
    page.on('pageerror', (error) => this.pageErrors.push(error.message));
    Workbench.#opened.add(this);
  }

  static async open({
    settings = {},
    files,
    prepare,
    alongside = [],
    language,
    within,
    window: { scale, ...viewport } = { width: 1280, height: 800, scale: 1 },
  }: WorkbenchOptions = {}): Promise<Workbench> {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'picklepost-ui-'));
    const folder = path.join(directory, 'workspace');
    writeWorkspace(folder, files);
    prepare?.(folder);
    fs.cpSync(Workbench.#installExtension(), path.join(directory, 'extensions'), { recursive: true });
    const profile = await BrowserProfile.withScale(scale);
    const start = (port?: number): Promise<VsCodeServer> =>
      startServer({
        ...serverDirectories(directory),
        settings: { ...restfulSettings, ...settings },
        keybindings: KEYBINDINGS,
        builtins: alongside,
        ...(port !== undefined && { port }),
        ...(within && { within }),
      });
    const server = await profile.serve(start);
    const page = await profile.newPage(server, viewport, language);
    const workbench = new Workbench(page, directory, folder, profile, server, true, alongside);
    await workbench.reload();
    return workbench;
  }

  /** Another window of the same VS Code: with its user data and secrets, and a workspace of its own. To be closed before this one. */
  async openAnother(files: Record<string, string | Uint8Array>): Promise<Workbench> {
    const folder = fs.mkdtempSync(path.join(this.directory, 'another-'));
    writeFiles(folder, files);
    const page = await this.profile.newPage(this.server, this.page.viewportSize());
    const workbench = new Workbench(page, this.directory, folder, this.profile, this.server, false, []);
    await workbench.reload();
    return workbench;
  }

  /** Writes files into the workspace. */
  addFiles(files: Readonly<Record<string, string | Uint8Array>>): void {
    writeFiles(this.folder, files);
  }

  /** Every window that is open, for a screenshot when a test fails. */
  static get opened(): readonly Workbench[] {
    return [...Workbench.#opened];
  }

  /** Closes what tests left open, and the browser. */
  static async closeAll(): Promise<void> {
    for (const workbench of Workbench.#opened) await workbench.close();
    await BrowserProfile.closeAll();
    if (Workbench.#extensions) fs.rmSync(Workbench.#extensions, { recursive: true });
  }

  /** Installing takes a second, copying what was installed does not. */
  static #installExtension(): string {
    if (!Workbench.#extensions) {
      Workbench.#extensions = fs.mkdtempSync(path.join(os.tmpdir(), 'picklepost-extensions-'));
      installExtension(packagedExtension(), Workbench.#extensions);
    }
    return Workbench.#extensions;
  }

  /** Loads the window, again where it is loaded already, as a browser does; what is open may be forgotten. */
  async reload(): Promise<void> {
    await this.page.goto(`${this.server.url}/?folder=${encodeURIComponent(this.folder)}`);
    await this.page.locator('.part.statusbar').waitFor({ timeout: 60_000 });
    await this.page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 60_000 });
    await this.#containerIcon('Picklepost').waitFor({ timeout: 60_000 });
  }

  /** Has the window load itself again, with what is open in it. */
  async reloadWindow(): Promise<void> {
    const loaded = this.page.waitForEvent('load', { timeout: 60_000 });
    await this.runCommand('Developer: Reload Window');
    await loaded;
    await this.page.locator('.part.statusbar').waitFor({ timeout: 60_000 });
    await this.#containerIcon('Picklepost').waitFor({ timeout: 60_000 });
  }

  /** Ends VS Code and starts it again with the same user data, secrets and workspace. */
  async restart(settings: Record<string, unknown> = {}): Promise<void> {
    await this.page.goto('about:blank');
    await this.server.stop();
    // Secrets and state belong to the origin of the page, hence to the port.
    const { port } = this.server;
    this.server = await startServer({
      ...serverDirectories(this.directory),
      settings,
      port,
      builtins: this.alongside,
    });
    await this.reload();
  }

  /**
   * Kills the extension host and has VS Code start it again, which costs a third of what {@link reload} does.
   * @param shown by the extension until it ends
   * @param pid of the extension host; without it, that of the window that receives, or of the only one
   * @param whileAway runs at once, before the extension host is there again
   */
  async killExtensions({ shown = this.receiving, pid, whileAway }: KillOptions = {}): Promise<void> {
    await shown.waitFor();
    process.kill(pid ?? windowNotes(this.directory)[0].pid, 'SIGKILL');
    await whileAway?.();
    await shown.waitFor({ state: 'detached' });
    // VS Code asks the third time in five minutes.
    const question = this.toast('terminated unexpectedly 3 times');
    await question.or(this.statusBarItem('terminated unexpectedly. Restarting')).first().waitFor();
    if (await question.isVisible()) await question.locator('.monaco-button', { hasText: 'Restart' }).click();
  }

  /** Has a running window take these settings of Picklepost in place of those that it has. */
  async changeSettings(settings: Record<string, unknown>): Promise<void> {
    const title = `Settings ${++this.#settingsChanged}`;
    fs.writeFileSync(
      path.join(serverDirectories(this.directory).userData, 'Machine/settings.json'),
      JSON.stringify({ ...settings, 'window.title': title }),
    );
    await this.page.waitForFunction(`document.title === ${JSON.stringify(title)}`);
  }

  async close(): Promise<void> {
    Workbench.#opened.delete(this);
    await this.page.close();
    if (!this.isFirst) return;
    await this.server.stop();
    await this.profile.forget(this.server);
    fs.rmSync(this.directory, { recursive: true, force: true });
  }

  // Command palette and quick input

  /** Runs a command by its full title, such as "Picklepost: Start receive server". */
  async runCommand(title: string): Promise<void> {
    const shortcut = shortcutOf(title);
    if (shortcut === undefined) await this.runFromPalette(title);
    else await this.page.keyboard.press(shortcut);
  }

  /** Runs a command that has a key until its effect is seen, as a web view that opens or closes may swallow a key. */
  async runUntil(title: string, effect: Locator, state: 'visible' | 'hidden'): Promise<void> {
    for (let attempts = 1; attempts < 4; attempts++) {
      await this.runCommand(title);
      const isSeen = await effect.waitFor({ state, timeout: 5_000 }).then(
        () => true,
        () => false,
      );
      if (isSeen) return;
    }
    await this.runFromPalette(title);
    await effect.waitFor({ state });
  }

  /** Closes all editors, also one whose text was never saved. */
  async closeEditors(): Promise<void> {
    const tab = this.page.locator('.part.editor .tab').first();
    if (await this.page.locator('.part.editor .tab.dirty').first().isVisible()) {
      await this.runUntil('View: Close All Editors', this.dialog, 'visible');
      await this.answerDialog("Don't Save");
    }
    await this.runUntil('View: Close All Editors', tab, 'hidden');
  }

  /** Deletes what was received, if anything, and waits until the view is empty. */
  async deleteReceived(): Promise<void> {
    const { pane } = this.view('Received');
    const welcome = pane.locator('.welcome-view-content').first();
    await pane.locator('.monaco-list-row').or(welcome).first().waitFor();
    if (await welcome.isVisible()) return;
    await this.runUntil('Picklepost: Delete all', this.dialog, 'visible');
    await this.answerDialog('Delete all');
    await welcome.waitFor();
  }

  /** Deletes a key, and waits until it is listed no more. */
  async deleteKey(name: string): Promise<void> {
    const key = this.quickPickItem(name);
    await this.runCommand('Picklepost: Manage encryption keys');
    await key.hover();
    await key.locator('.codicon-trash').click();
    await this.answerDialog('Delete');
    await this.runCommand('Picklepost: Manage encryption keys');
    await this.quickPickItem('Import encryption key').waitFor();
    await key.waitFor({ state: 'detached' });
    await this.page.keyboard.press('Escape');
  }

  /** Runs a command as a person does who looks for its title. */
  async runFromPalette(title: string): Promise<void> {
    const exact = `.monaco-list-row[aria-label="${title}"], .monaco-list-row[aria-label^="${title},"]`;
    await this.#chooseQuickly('F1', `>${title}`, this.quickInput.locator(exact).first());
  }

  /** Clicks the row, as Enter takes what is ranked first; anew where an editor that opens closes the list. */
  async #chooseQuickly(key: string, text: string, row: Locator, attempts = 4): Promise<void> {
    await this.page.keyboard.press(key);
    try {
      await this.quickInputBox.fill(text, { timeout: 4000 });
      await row.click({ timeout: 4000 });
    } catch (error) {
      if (attempts === 1) throw error;
      await this.page.keyboard.press('Escape');
      await this.#chooseQuickly(key, text, row, attempts - 1);
    }
  }

  /** The quick pick, input box, palette, or open or save dialog that is shown. */
  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }

  get quickInputBox(): Locator {
    return this.quickInput.locator('.quick-input-box input').first();
  }

  /** Answers an input box, after waiting for the one that shows the text as title or prompt where one is given. */
  async answer(text: string, titleOrPrompt = ''): Promise<void> {
    await this.quickInput.filter({ hasText: titleOrPrompt }).waitFor();
    await this.quickInputBox.fill(text);
    // What opens meanwhile may have taken the focus.
    await this.quickInputBox.press('Enter');
  }

  /** Names a file in an open or save dialog, which is a quick input here, and confirms. The folder must not be empty. */
  async chooseFile(file: string): Promise<void> {
    const [entry] = fs.readdirSync(path.dirname(file));
    await this.quickInput.locator('.monaco-list-row[aria-label^=".."]').waitFor();
    await this.quickInputBox.fill(file);
    // Only what is listed tells that the dialog has taken the name in.
    await this.quickPickItem(entry ?? '').waitFor();
    await this.quickInputBox.press('Enter');
    await this.quickInput.waitFor({ state: 'hidden' });
  }

  /** Chooses the entry of a quick pick that has the text. */
  async pick(text: string | RegExp): Promise<void> {
    // What the pointer rests on shows a text that can cover the entry.
    await this.page.mouse.move(0, 0);
    await this.quickPickItem(text).click();
  }

  /** Chooses several entries of a quick pick and confirms. */
  async pickMany(...texts: string[]): Promise<void> {
    for (const text of texts) await this.quickPickItem(text).getByRole('checkbox').click();
    await this.page.keyboard.press('Enter');
  }

  quickPickItem(text: string | RegExp): Locator {
    return this.quickInput.locator('.monaco-list-row', { hasText: text }).first();
  }

  /** The entries of the quick pick that is shown, from the top, as labels. */
  async quickPickLabels(): Promise<string[]> {
    await this.quickInput.locator('.monaco-list-row').first().waitFor();
    return this.quickInput.locator('.monaco-list-row .quick-input-list-label .label-name').allInnerTexts();
  }

  // Menus

  /** Selects two rows of a view, again where it was drawn anew between the clicks and has forgotten one. */
  async selectBoth(one: Locator, other: Locator): Promise<void> {
    const isSelected = async (row: Locator): Promise<boolean> =>
      (await row.getAttribute('aria-selected')) === 'true';
    do {
      await one.click();
      await other.click({ modifiers: ['ControlOrMeta'] });
    } while (!((await isSelected(one)) && (await isSelected(other))));
  }

  /** Right-clicks and chooses an entry. */
  async chooseFromMenu(target: Locator, entry: string): Promise<void> {
    await this.openMenu(target);
    const item = this.menuItems.filter({ hasText: entry }).first();
    await item.hover();
    await this.clickUntilGone(item);
  }

  /** Chooses what the next comparison is with, and waits until menus offer that. */
  async selectForCompare(target: Locator): Promise<void> {
    await this.chooseFromMenu(target, 'Select for compare');
    await this.statusBarItem('Selected for compare').waitFor();
  }

  /** Clicks what goes away when it is clicked: menus and dialogs that have only just changed pass over clicks. */
  async clickUntilGone(target: Locator): Promise<void> {
    await target.click();
    // It may go between the look and the click.
    while (!(await isGone(target))) await target.click({ timeout: 1_000 }).catch(() => undefined);
  }

  /** The entries of a context menu, which is closed again. */
  async menuEntries(target: Locator): Promise<string[]> {
    await this.openMenu(target);
    const labels = await this.menuItems.locator('.action-label[aria-label]').allInnerTexts();
    await this.page.keyboard.press('Escape');
    return labels.filter((label) => label !== '');
  }

  /** Clicks again where VS Code has closed the menu at once, as what has only just opened takes the focus. */
  async openMenu(target: Locator): Promise<void> {
    const isOpen = (): Promise<boolean> =>
      this.menuItems
        .first()
        .waitFor({ timeout: 3_000 })
        .then(() => true)
        .catch(() => false);
    do await target.click({ button: 'right' });
    while (!(await isOpen()));
  }

  /** Opens the menu of the row that has the focus, and chooses an entry, with the keyboard alone. */
  async chooseFromMenuByKeys(entry: string): Promise<void> {
    const { keyboard } = this.page;
    await keyboard.press('Shift+F10');
    await this.menuItems.first().waitFor();
    const chosen = this.page.locator('.monaco-menu .action-item.focused', { hasText: entry });
    for (let left = await this.menuItems.count(); left > 0 && !(await chosen.isVisible()); left--)
      await keyboard.press('ArrowDown');
    await chosen.waitFor();
    await keyboard.press('Enter');
    await this.menuItems.first().waitFor({ state: 'detached' });
  }

  /** The entries of the menu that is open. */
  get menuItems(): Locator {
    return this.page.locator('.monaco-menu .action-item');
  }

  // Side bar

  /** A file or folder that is visible in the explorer. */
  file(name: string): Locator {
    return this.page.locator(`.explorer-folders-view .monaco-list-row[aria-label^="${name}"]`).first();
  }

  /** Selects two files in the explorer; the context menu of one of them is then for both. */
  async selectFiles(one: string, other: string): Promise<void> {
    await this.selectBoth(this.file(one), this.file(other));
  }

  /** Opens a view container by the title of its icon in the activity bar. */
  async openContainer(title: string): Promise<void> {
    const icon = this.#containerIcon(title);
    const heading = this.page.locator('.part.sidebar .composite.title h2', {
      hasText: new RegExp(title, 'i'),
    });
    await icon.waitFor();
    // To click the icon of what is open already, as it may be as soon as the window is loaded, closes it.
    while (!(await heading.isVisible())) {
      // A badge may lie over the icon.
      await icon.click({ force: true });
      await heading.waitFor({ timeout: 3_000 }).catch(() => undefined);
      // Its tooltip would cover rows of the view.
      await this.page.mouse.move(640, 400);
    }
  }

  /** It is there as soon as VS Code knows what its extension contributes. */
  #containerIcon(title: string): Locator {
    return this.page.locator(`.activitybar .action-item a[aria-label^="${title}"]`).first();
  }

  /** Makes the side bar so many pixels wide, or as wide as the window lets it. */
  async setSideBarWidth(pixels: number): Promise<void> {
    const box = await this.page.locator('.part.sidebar').boundingBox();
    if (!box) throw new Error('The side bar is not there');
    const { mouse } = this.page;
    await mouse.move(box.x + box.width + 1, box.y + box.height / 2);
    await mouse.down();
    await mouse.move(box.x + pixels + 1, box.y + box.height / 2, { steps: 3 });
    await mouse.up();
  }

  /** A view of the container that is open in the side bar. */
  view(name: string): TreeView {
    const header = this.page.locator(`.pane-header[aria-label^="${name}"]`);
    return new TreeView(this, this.page.locator('.part.sidebar .pane', { has: header }));
  }

  /** The text that appears when the mouse rests there. */
  async tooltip(target: Locator): Promise<string> {
    const hover = this.page.locator('.monaco-hover:visible');
    await this.page.mouse.move(640, 400);
    await hover.waitFor({ state: 'hidden' });
    await target.hover();
    return hover.innerText();
  }

  // Notifications, status bar, dialogs

  toast(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item', { hasText: text }).first();
  }

  /** Waits for a notification, which is only in the list where VS Code shows none because others have just come or gone. */
  async notification(text: string | RegExp): Promise<Locator> {
    const isShown = await this.toast(text)
      .waitFor({ timeout: 15_000 })
      .then(() => true)
      .catch(() => false);
    if (!isShown) await this.runCommand('Notifications: Show Notifications');
    const shown = this.page.locator('.notification-list-item:visible', { hasText: text }).first();
    await shown.waitFor();
    return shown;
  }

  async answerNotification(text: string | RegExp, button: string): Promise<void> {
    await (await this.notification(text)).locator('.monaco-button', { hasText: button }).click();
  }

  async clearToasts(): Promise<void> {
    await this.runCommand('Notifications: Clear All Notifications');
  }

  /** The status bar item of the server of this window, while it receives. */
  get receiving(): Locator {
    return this.page.locator('.statusbar-item[aria-label^="Picklepost receives at"]');
  }

  statusBarItem(text: string | RegExp): Locator {
    return this.page.locator('.part.statusbar .statusbar-item', { hasText: text }).first();
  }

  async clickStatusBarItem(text: string | RegExp): Promise<void> {
    await this.statusBarItem(text).locator('a').first().click();
  }

  /** The modal dialog that is shown. */
  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box:visible');
  }

  async answerDialog(button: string): Promise<void> {
    await this.dialog.locator('.monaco-button', { hasText: button }).click();
    await this.dialog.waitFor({ state: 'hidden' });
  }

  // Editors

  /** Opens a file of the workspace in an editor. */
  async openFile(name: string): Promise<void> {
    const row = this.quickPickItem(path.basename(name));
    await this.#chooseQuickly('ControlOrMeta+P', name, row);
    // A list that has only just changed passes over clicks.
    while (!(await isGone(row))) await row.click({ timeout: 1_000 }).catch(() => undefined);
    await this.tab(path.basename(name)).waitFor();
  }

  tab(name: string | RegExp): Locator {
    return this.page.locator('.part.editor .tab', { hasText: name }).first();
  }

  async tabNames(): Promise<string[]> {
    const tabs = this.page.locator('.part.editor .tab');
    return tabs.evaluateAll((elements: Tab[]) => elements.map((tab) => tab.dataset.resourceName ?? ''));
  }

  /** The lines of the active editor that are on the screen. */
  async editorText(): Promise<string> {
    const lines = this.page.locator('.part.editor .editor-group-container.active .view-lines .view-line');
    await lines.first().waitFor();
    const positioned = await lines.evaluateAll((elements: PositionedLine[]) =>
      elements.map((line) => ({ top: parseInt(line.style.top), text: line.textContent ?? '' })),
    );
    return positioned
      .sort((a, b) => a.top - b.top)
      .map(({ text }) => text.replaceAll('\u00a0', ' '))
      .join('\n');
  }

  /** The lines of the output channel that is shown. */
  get outputLines(): Locator {
    return this.page.locator('.part.panel .view-line');
  }

  // Appearance

  async setTheme(theme: Theme): Promise<void> {
    await this.page.emulateMedia({
      colorScheme: theme.endsWith('dark') ? 'dark' : 'light',
      forcedColors: theme.startsWith('hc') ? 'active' : 'none',
    });
    await this.page.locator(`.monaco-workbench.${themeClasses[theme]}`).first().waitFor();
  }

  /** Writes ui-shots/<name>.png as soon as all that it is to show is there and rests. */
  async screenshot(name: string, ...shown: readonly Locator[]): Promise<void> {
    for (const locator of shown) await locator.waitFor();
    fs.mkdirSync(screenshots, { recursive: true });
    fs.writeFileSync(path.join(screenshots, `${name}.png`), await stillPicture(this.page));
  }

  /**
   * {@link readableScreenshot} in every theme, as ui-shots/<name>-<theme>.png; leaves the light one. Each kind of view, page, notification
   * and picker needs this once.
   */
  async screenshotInThemes(name: string, ...shown: readonly Locator[]): Promise<void> {
    for (const theme of ['dark', 'hc-light', 'hc-dark', 'light'] satisfies Theme[]) {
      await this.setTheme(theme);
      await this.readableScreenshot(`${name}-${theme}`, ...shown);
    }
  }

  /** As {@link screenshot}. Fails where a text of the views or pages of extensions has too little contrast or is cut off. */
  async readableScreenshot(name: string, ...shown: readonly Locator[]): Promise<void> {
    await this.screenshot(name, ...shown);
    await this.#assertReadable();
  }

  /** Fails where there is no text in the views and pages of extensions, notifications and quick inputs, or some that is hard to read. */
  async #assertReadable(): Promise<void> {
    const parts = '.part.sidebar .pane-body, .notification-toast, .quick-input-widget';
    const views = this.page.locator(parts).filter({ visible: true, hasText: /\S/ });
    const pages = await this.page.locator('iframe.webview.ready:visible').all();
    const bodies = pages.map((frame) => frame.contentFrame().frameLocator('#active-frame').locator('body'));
    assert.notEqual((await views.count()) + bodies.length, 0, 'there is no text');
    for (const part of [views, ...bodies]) assert.deepEqual(await unreadableTexts(part, DIMMED_CONTRAST), []);
  }
}

/** What of DOM elements is read inside the page; the types of the DOM are not part of this project. */
interface PositionedLine {
  readonly style: { readonly top: string };
  readonly textContent: string | null;
}

interface Tab {
  readonly dataset: { readonly resourceName?: string };
}

/** A file below the user data in which a window tells the others about itself, and its extension host, which the name says. */
interface WindowNote {
  readonly file: string;
  readonly pid: number;
  readonly isReceiving: boolean;
}

/** Those of all windows, the one that receives first. */
export function windowNotes(directory: string): [WindowNote, ...WindowNote[]] {
  const userData = path.join(directory, 'user-data');
  const notes = fs
    .readdirSync(userData, { recursive: true, encoding: 'utf8' })
    .filter((name) => /picklepost\.picklepost.inbox.windows.[^.].*\.json$/.test(name))
    .map((name) => {
      const file = path.join(userData, name);
      const [, pid] = /-(\d+)-[0-9a-f]+\.json$/.exec(file) ?? [];
      return { file, pid: Number(pid), isReceiving: fs.readFileSync(file, 'utf8').includes('"receiving"') };
    })
    .filter(({ pid }) => isRunning(pid));
  const [first, ...others] = notes.sort((a, b) => Number(b.isReceiving) - Number(a.isReceiving));
  assert.ok(first);
  return [first, ...others];
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function serverDirectories(directory: string): { userData: string; extensions: string } {
  return { userData: path.join(directory, 'user-data'), extensions: path.join(directory, 'extensions') };
}

function writeWorkspace(folder: string, files: Record<string, string | Uint8Array> | undefined): void {
  if (!files) {
    fs.cpSync(path.join(projectRoot, 'test/sample-workspace'), folder, { recursive: true });
    return;
  }
  fs.mkdirSync(folder);
  writeFiles(folder, files);
}

function writeFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), content);
  }
}

function packagedExtension(): string {
  const manifest = fs.readFileSync(path.join(projectRoot, 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  return path.join(projectRoot, `picklepost-${version}.vsix`);
}

/** Whether something disappears within a second. */
async function isGone(locator: Locator): Promise<boolean> {
  try {
    await locator.waitFor({ state: 'detached', timeout: 1_000 });
    return true;
  } catch {
    return false;
  }
}
