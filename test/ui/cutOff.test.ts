import assert from 'node:assert/strict';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { findFreePort } from '../../src/net/ports';
import { sendFile, sendHalf, sendStalling } from './sending';
import { Workbench } from './workbench';

const MEBIBYTE = 1024 * 1024;
const SIZE = 6 * MEBIBYTE;

describe('an item whose transfer is cut off', () => {
  let workbench: Workbench;
  let port: number;
  let settings: Record<string, unknown>;

  before(async () => {
    port = await findFreePort('127.0.0.1', 27_000);
    settings = {
      'picklepost.receive.port': port,
      'picklepost.receive.startOnLaunch': true,
      'picklepost.receive.notify': false,
    };
    workbench = await Workbench.open({ settings });
    await workbench.statusBarItem(String(port)).waitFor();
    await workbench.openContainer('Picklepost');
  });
  after(() => workbench.close());

  const inDirectory = (name: string): string => path.join(workbench.directory, name);

  /** The rows that a screen reader calls so, from their beginning on. */
  function rows(start: string): Locator {
    return workbench.view('Received').pane.locator(`.monaco-list-row[aria-label^="${start}"]`);
  }

  it('is listed as cut off, with how much of it is here', async () => {
    await sendHalf(port, inDirectory('film.bin'), SIZE);
    await rows('film.bin, cut off, 2.1 MB of 6.3 MB, 127.0.0.1').waitFor();
    await workbench.screenshotInThemes('cut-off');
  });

  it('is still listed after a restart', async () => {
    await workbench.restart(settings);
    await workbench.openContainer('Picklepost');
    await rows('film.bin, cut off, 2.1 MB of 6.3 MB').waitFor();
    await workbench.statusBarItem(String(port)).waitFor();
  });

  it('goes on where it was when it is sent again, and is whole then', async () => {
    const steps = await sendFile(port, inDirectory('film.bin'));
    assert.ok((steps[0] ?? 0) >= 2 * MEBIBYTE, steps.join());
    await rows('film.bin, file, unread').waitFor();
    await rows('film.bin, cut off').waitFor({ state: 'detached' });
    assert.match((await rows('film.bin').getAttribute('aria-label')) ?? '', /6\.3 MB/);
  });

  it('is found by its name, and hidden where something else is looked for', async () => {
    await sendHalf(port, inDirectory('song.bin'), SIZE);
    await rows('song.bin, cut off').waitFor();
    for (const [text, found] of [
      ['SONG', 'Filter "SONG": 1 of 2 items.'],
      ['film', 'Filter "film": 1 of 2 items.'],
      ['nothing like that', 'No item contains "nothing like that".'],
    ] as const) {
      await workbench.runCommand('Picklepost: Filter...');
      await workbench.answer(text, 'Filter received items');
      await workbench.view('Received').pane.getByText(found).waitFor();
      assert.equal(await rows('song.bin').count(), text === 'SONG' ? 1 : 0);
    }
    await workbench.runCommand('Picklepost: Clear filter');
  });

  it('is gone for good when it is deleted with the keyboard', async () => {
    await rows('song.bin, cut off').click();
    await workbench.page.keyboard.press('Delete');
    await workbench.dialog.getByText(/song\.bin/).waitFor();
    await workbench.screenshot('cut-off-delete');
    await workbench.answerDialog('Delete');
    await rows('song.bin').waitFor({ state: 'detached' });
    await workbench.restart(settings);
    await workbench.openContainer('Picklepost');
    await rows('film.bin, file').waitFor();
    assert.equal(await rows('song.bin').count(), 0);
  });

  it('is listed as arriving before, also when VS Code ends in the middle of it', async () => {
    const sending = sendStalling(port, inDirectory('talk.bin'), SIZE);
    await rows('talk.bin, arriving, 2.1 MB of 6.3 MB').waitFor();
    await workbench.restart(settings);
    await sending;
    await workbench.openContainer('Picklepost');
    await rows('talk.bin, cut off, 2.1 MB of 6.3 MB').waitFor();
    assert.deepEqual(workbench.pageErrors, []);
  });
});
