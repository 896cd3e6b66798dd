import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { DEFAULT_LIMITS } from '../../src/core/limits';
import { fileItem } from '../../src/net/fileItem';
import { findFreePort } from '../../src/net/receiveServer';
import { sendItems } from '../../src/net/sendClient';
import { FaultyProxy } from '../unit/net/faultyProxy';
import { Workbench } from './workbench';

const MEBIBYTE = 1024 * 1024;
const SIZE = 6 * MEBIBYTE;
const BUFFER = 65_536;

describe('an item whose transfer is cut off', () => {
  let workbench: Workbench;
  let port: number;
  let settings: Record<string, unknown>;

  before(async () => {
    port = await findFreePort('127.0.0.1', 27_000);
    settings = {
      'picklepost.server.port': port,
      'picklepost.server.startOnLaunch': true,
      'picklepost.received.notify': false,
    };
    workbench = await Workbench.open({ settings });
    await workbench.statusBarItem(String(port)).waitFor();
    await workbench.openContainer('Picklepost');
  });
  after(() => workbench.close());

  /** A file that nobody has sent yet. */
  function writeFile(name: string): string {
    const file = path.join(workbench.directory, name);
    fs.writeFileSync(file, randomBytes(SIZE));
    return file;
  }

  /** Sends a file once. @returns the number of bytes of it at each step of the way */
  async function send(file: string, to = port): Promise<number[]> {
    const steps: number[] = [];
    await sendItems([await fileItem(file, { bufferSize: BUFFER })], {
      host: '127.0.0.1',
      port: to,
      dialect: 'native',
      localPort: 0,
      bufferSize: BUFFER,
      limits: DEFAULT_LIMITS,
      onProgress: (_, bytes) => steps.push(bytes),
    });
    return steps;
  }

  async function sendHalf(file: string): Promise<void> {
    const fault = { kind: 'cut', direction: 'up', at: SIZE / 2, length: 1, pause: 0 } as const;
    const proxy = await FaultyProxy.listen(port, () => [fault]);
    await assert.rejects(send(file, proxy.port));
    await proxy.close();
  }

  /** The rows that a screen reader calls so, from their beginning on. */
  function rows(start: string): Locator {
    return workbench.view('Received').pane.locator(`.monaco-list-row[aria-label^="${start}"]`);
  }

  it('is listed as cut off, with how much of it is here', async () => {
    await sendHalf(writeFile('film.bin'));
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
    const steps = await send(path.join(workbench.directory, 'film.bin'));
    assert.ok((steps[0] ?? 0) >= 2 * MEBIBYTE, steps.join());
    await rows('film.bin, file, unread').waitFor();
    await rows('film.bin, cut off').waitFor({ state: 'detached' });
    assert.match((await rows('film.bin').getAttribute('aria-label')) ?? '', /6\.3 MB/);
  });

  it('is found by its name, and hidden where something else is looked for', async () => {
    await sendHalf(writeFile('song.bin'));
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
    assert.deepEqual(workbench.pageErrors, []);
  });
});
