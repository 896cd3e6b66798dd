import fs from 'node:fs';
import path from 'node:path';
import { after, afterEach, before } from 'mocha';
import { findFreePort } from '../../src/net/ports';
import { Workbench } from './workbench';

/** A window with a server, for all tests that need no fresh one. */
interface SharedWindow {
  readonly workbench: Workbench;
  /** Where its server listens. What comes is shown in no notification. */
  readonly port: number;
}

type Files = Readonly<Record<string, string | Uint8Array>>;

let shared: SharedWindow | undefined;

/**
 * Has the tests of a `describe` use the window that is shared, in which nothing is open or received, with these files besides.
 * @param use is told of the window before the tests run
 */
export function useSharedWindow(files: Files, use: (window: SharedWindow) => void | Promise<void>): void {
  let hasFailed = false;
  before(async () => {
    shared ??= await openWindow();
    const { workbench, port } = shared;
    workbench.pageErrors.length = 0;
    workbench.addFiles(files);
    await workbench.openContainer('Picklepost');
    if (!(await workbench.statusBarItem(String(port)).isVisible()))
      await workbench.runCommand('Picklepost: Start receive server');
    await workbench.statusBarItem(String(port)).waitFor();
    await use(shared);
  });
  afterEach(function (this: Mocha.Context) {
    hasFailed ||= this.currentTest?.state !== 'passed';
  });
  after(async () => {
    if (hasFailed) await closeWindow();
    else await tidy().catch(closeWindow);
  });
}

async function openWindow(): Promise<SharedWindow> {
  const port = await findFreePort('127.0.0.1', 24_000 + (process.pid % 400));
  const settings = { 'picklepost.receive.port': port, 'picklepost.receive.notify': false };
  return { workbench: await Workbench.open({ settings, files: { 'about.txt': 'All share me.\n' } }), port };
}

/** What failed may have left anything behind. */
async function closeWindow(): Promise<void> {
  await shared?.workbench.close();
  shared = undefined;
}

async function tidy(): Promise<void> {
  if (!shared) return;
  const { workbench } = shared;
  await workbench.page.keyboard.press('Escape');
  await workbench.closeEditors();
  await workbench.clearToasts();
  await workbench.openContainer('Picklepost');
  const { pane } = workbench.view('Received');
  const welcome = pane.locator('.welcome-view-content').first();
  await pane.locator('.monaco-list-row').or(welcome).first().waitFor();
  if (!(await welcome.isVisible())) await workbench.deleteReceived();
  for (const name of fs.readdirSync(workbench.folder))
    if (name !== 'about.txt') fs.rmSync(path.join(workbench.folder, name), { recursive: true });
}
