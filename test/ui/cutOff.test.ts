import assert from 'node:assert/strict';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { sendFile, sendHalf, sendStalling } from './sending';
import { useSharedWindow } from './sharedWindow';
import type { Workbench } from './workbench';

const MEBIBYTE = 1024 * 1024;
const SIZE = 6 * MEBIBYTE;

describe('an item whose transfer is cut off', () => {
  let workbench: Workbench;
  let port: number;

  useSharedWindow({ settings: () => ({ 'picklepost.receive.startOnLaunch': true }) }, (window) => {
    ({ workbench, port } = window);
  });

  const inDirectory = (name: string): string => path.join(workbench.directory, name);

  /** The rows that a screen reader calls so, from their beginning on. */
  function rows(start: string): Locator {
    return workbench.view('Received').pane.locator(`.monaco-list-row[aria-label^="${start}"]`);
  }

  it('is listed as interrupted, with its received size', async () => {
    await sendHalf(port, inDirectory('film.bin'), SIZE);
    await rows('film.bin, cut off, 2.1 MB of 6.3 MB, 127.0.0.1').waitFor();
    await workbench.readableScreenshot('cut-off');
  });

  it('is found by its name, and hidden by a filter for another name', async () => {
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

  it('disappears when it is deleted with the keyboard', async () => {
    await rows('song.bin, cut off').click();
    await workbench.page.keyboard.press('Delete');
    await workbench.dialog.getByText(/song\.bin/).waitFor();
    await workbench.screenshot('cut-off-delete');
    await workbench.answerDialog('Delete');
    await rows('song.bin').waitFor({ state: 'detached' });
  });

  it('is listed as arriving at first, and as interrupted after the extension was killed during the transfer', async () => {
    const sending = sendStalling(port, inDirectory('talk.bin'), SIZE);
    await rows('talk.bin, arriving, 2.1 MB of 6.3 MB').waitFor();
    await workbench.killExtensions();
    await sending;
    await rows('talk.bin, cut off, 2.1 MB of 6.3 MB').waitFor();
  });

  it('is still listed after the restart, unless it was deleted before', async () => {
    await rows('film.bin, cut off, 2.1 MB of 6.3 MB').waitFor();
    assert.equal(await rows('song.bin').count(), 0);
  });

  it('resumes and is completed when it is sent again', async () => {
    await workbench.statusBarItem(String(port)).waitFor();
    const steps = await sendFile(port, inDirectory('film.bin'));
    assert.ok((steps[0] ?? 0) >= 2 * MEBIBYTE, steps.join());
    await rows('film.bin, file, unread').waitFor();
    await rows('film.bin, cut off').waitFor({ state: 'detached' });
    assert.match((await rows('film.bin').getAttribute('aria-label')) ?? '', /6\.3 MB/);
    assert.deepEqual(workbench.pageErrors, []);
  });
});
