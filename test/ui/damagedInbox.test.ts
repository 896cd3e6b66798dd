import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { sendNative } from './sending';
import { useSharedWindow } from './sharedWindow';
import type { Workbench } from './workbench';

describe('an inbox that was damaged, or comes from a newer version', () => {
  let workbench: Workbench;
  let inbox: string;

  useSharedWindow({ settings: () => ({ 'picklepost.receive.startOnLaunch': true }) }, async (window) => {
    workbench = window.workbench;
    const { port } = window;
    await sendNative(port, { kind: 'text', name: 'whole.txt', bytes: Buffer.from('All is well.') });
    await sendNative(port, { kind: 'text', name: 'broken.txt', bytes: Buffer.from('All was well.') });
    const userData = path.join(workbench.directory, 'user-data');
    const mark = fs
      .readdirSync(userData, { recursive: true, encoding: 'utf8' })
      .find((name) => path.basename(name) === 'FORMAT');
    assert.ok(mark !== undefined);
    inbox = path.join(userData, path.dirname(mark));
  });

  /** A row that a screen reader calls so, from its beginning on. */
  function row(start: string): Locator {
    return workbench.view('Received').pane.locator(`.monaco-list-row[aria-label^="${start}"]`);
  }

  async function label(start: string): Promise<string> {
    await row(start).waitFor();
    return (await row(start).getAttribute('aria-label')) ?? '';
  }

  it('says that it comes from a newer version instead of showing items', async () => {
    const file = path.join(inbox, 'FORMAT');
    const written = fs.readFileSync(file, 'utf8');
    const { keyCheck } = JSON.parse(written) as { keyCheck: string };
    fs.writeFileSync(file, JSON.stringify({ format: 99, keyCheck }));
    await workbench.killExtensions();
    assert.match(
      await label('Written by'),
      /^Written by a newer Picklepost \(format 99; .*Update Picklepost/,
    );
    // All of it, in however narrow a view.
    const { pane } = workbench.view('Received');
    await pane
      .locator('.message')
      .getByText(/^Written by .*Update Picklepost/)
      .waitFor();
    const parts = pane.locator('.message, .message *');
    const widths = await parts.evaluateAll((elements: { scrollWidth: number }[]) =>
      elements.map(({ scrollWidth }) => scrollWidth),
    );
    const room = await pane.boundingBox();
    assert(room && Math.max(...widths) <= room.width, `${String(widths)} in ${String(room?.width)}`);
    await workbench.screenshot('inbox-newer');
    fs.writeFileSync(file, written);
  });

  it('shows damaged items as damaged, and the others as usual', async () => {
    const files = fs.readdirSync(path.join(inbox, 'items')).filter((name) => name.endsWith('.item'));
    const broken = path.join(inbox, 'items', files.sort().at(-1) ?? '');
    fs.truncateSync(broken, fs.statSync(broken).size - 1);
    await workbench.killExtensions({ shown: row('Written by') });
    assert.match(await label('Damaged item'), /^Damaged item, .*no end mark/);
    assert.match(await label('whole.txt'), /^whole\.txt, text, /);
    await workbench.readableScreenshot('damaged');
    await (await workbench.view('Received').row('whole.txt')).click();
    await workbench.tab('whole.txt').waitFor();
    assert.equal(await workbench.editorText(), 'All is well.');
    assert.deepEqual(workbench.pageErrors, []);
  });
});
