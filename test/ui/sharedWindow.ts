import fs from 'node:fs';
import path from 'node:path';
import { after, afterEach, before } from 'mocha';
import { findFreePort } from '../../src/net/ports';
import { projectRoot } from '../harness/setup';
import { Workbench } from './workbench';

/** A window with a server, for all tests that need no fresh one. */
interface SharedWindow {
  readonly workbench: Workbench;
  /** Where its server listens. What comes is shown in no notification, unless settings say so. */
  readonly port: number;
}

/** What the tests of a `describe` find in the window. */
interface Setting {
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Settings besides those that all have. Asked when the tests begin, so that earlier hooks can find out what goes into them. */
  readonly settings?: () => Record<string, unknown>;
  /** Whether the server runs; it does without this. */
  readonly isReceiving?: boolean;
  /** Whether nothing was done in the window before, not even to open the view: it is opened if another `describe` was first. */
  readonly isNew?: boolean;
}

let shared: SharedWindow | undefined;
/** Whether its settings are those that all have. */
let isUsual = true;

/**
 * Has the tests of a `describe` use the window that is shared, in which nothing is open, received or sent. What they leave is tidied
 * up, but for keys.
 * @param use is told of the window before the tests run
 */
export function useSharedWindow(setting: Setting, use: (window: SharedWindow) => void | Promise<void>): void {
  let hasFailed = false;
  before(async () => {
    if (setting.isNew) await closeWindow();
    if (shared) shared.workbench.addFiles(setting.files ?? {});
    else shared = await openWindow(setting);
    await arrange(shared, setting);
    await use(shared);
  });
  afterEach(function (this: Mocha.Context) {
    hasFailed ||= this.currentTest?.state !== 'passed';
  });
  after(async () => {
    if (hasFailed) await closeWindow();
    else await tidy(setting).catch(closeWindow);
  });
}

/** The files of the sample workspace, by their names. */
export function sampleFiles(): Record<string, Buffer> {
  const folder = path.join(projectRoot, 'test/sample-workspace');
  const names = fs.readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(names.map(({ name }) => [name, fs.readFileSync(path.join(folder, name))]));
}

/** A window that has only just been opened may miss files that are added, so it is opened with those. */
async function openWindow({ files, settings, isNew }: Setting): Promise<SharedWindow> {
  const port = await findFreePort('127.0.0.1', 24_000 + (process.pid % 400));
  const begun = { ...usualSettings(port), ...(isNew && settings?.()) };
  const all = { 'about.txt': 'All share me.\n', ...files };
  return { workbench: await Workbench.open({ settings: begun, files: all }), port };
}

function usualSettings(port: number): Record<string, unknown> {
  return { 'picklepost.receive.port': port, 'picklepost.receive.notify': false };
}

async function arrange({ workbench, port }: SharedWindow, setting: Setting): Promise<void> {
  const { settings, isReceiving = true, isNew } = setting;
  workbench.pageErrors.length = 0;
  if (isNew) {
    isUsual = !settings;
    return;
  }
  if (settings || !isUsual) await workbench.changeSettings({ ...usualSettings(port), ...settings?.() });
  isUsual = !settings;
  await workbench.openContainer('Picklepost');
  if (isReceiving !== (await workbench.statusBarItem(String(port)).isVisible()))
    await workbench.runCommand(`Picklepost: ${isReceiving ? 'Start' : 'Stop'} receive server`);
  await workbench.statusBarItem(String(port)).waitFor({ state: isReceiving ? 'visible' : 'hidden' });
}

/** A failed test may have left anything behind. */
async function closeWindow(): Promise<void> {
  await shared?.workbench.close();
  shared = undefined;
}

async function tidy({ settings }: Setting): Promise<void> {
  if (!shared) return;
  const { workbench, port } = shared;
  await workbench.page.keyboard.press('Escape');
  await workbench.closeEditors();
  await workbench.clearToasts();
  await workbench.openContainer('Picklepost');
  await workbench.deleteReceived();
  await workbench.runCommand('Picklepost: Clear list');
  for (const view of ['Sent', 'Servers']) await workbench.view(view).setOpen(false);
  for (const name of fs.readdirSync(workbench.folder))
    if (name !== 'about.txt') fs.rmSync(path.join(workbench.folder, name), { recursive: true });
  if (!settings) return;
  // A server that runs may go on as it was told to.
  await workbench.runCommand('Picklepost: Stop receive server');
  await workbench.statusBarItem(String(port)).waitFor({ state: 'hidden' });
}
