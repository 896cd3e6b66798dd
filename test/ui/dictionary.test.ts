import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { useSharedWindow } from './sharedWindow';
import type { Workbench } from './workbench';

const DOCUMENT = `{
  // A measurement, with everything that JSON has.
  "station": "Lab 3",
  "when": {"year": 2026, "days": [1, 2, 3]},
  "readings": {"voltage": {"mean": 1.0, "peak": 230.5, "samples": [0.25, -0.0, 1e-07]}},
  "count": 123456789012345678901234567890,
  "valid": true,
  "note": null,
  "__proto__": {"polluted": false}
}
`;

describe('a dictionary that is sent and received', () => {
  let workbench: Workbench;
  let keyFile: string;

  before(() => {
    keyFile = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'picklepost-key-')), 'lab.key');
    fs.writeFileSync(path.join(path.dirname(keyFile), 'beside.txt'), '');
  });
  after(() => fs.rmSync(path.dirname(keyFile), { recursive: true }));
  const wishes = {
    files: { 'measurement.jsonc': DOCUMENT },
    settings: () => ({ 'picklepost.receive.notify': true }),
  };
  useSharedWindow(wishes, (window) => {
    ({ workbench } = window);
  });

  async function send(format: string): Promise<void> {
    await workbench.openFile('measurement.jsonc');
    await workbench.runCommand('Picklepost: Send dictionary to server');
    await workbench.pick('127.0.0.1');
    await workbench.pick(format);
    await workbench.pick(/Encrypt.*with the key "default"/);
    await workbench.notification(/Sent measurement\.\w+ .*: encrypted, verified by the receiver/s);
  }

  /** How the list of keys tells the key from others of its name. */
  async function fingerprint(): Promise<string> {
    await workbench.runCommand('Picklepost: Manage encryption keys');
    const [shown = ''] =
      /[0-9a-f]{4}-[0-9a-f]{4}/.exec(await workbench.quickPickItem('default').innerText()) ?? [];
    await workbench.page.keyboard.press('Escape');
    return shown;
  }

  it('uses a key that was exported to a file and imported from there', async () => {
    await workbench.runCommand('Picklepost: Generate encryption key');
    await workbench.notification(/Generated the encryption key/);
    await workbench.runCommand('Picklepost: Export encryption key to file');
    await workbench.chooseFile(keyFile);
    await workbench.notification(/Exported the key "default"/);
    assert.match(fs.readFileSync(keyFile, 'ascii'), /^[\w-]{43}=\n$/);
    if (process.platform !== 'win32') assert.equal(fs.statSync(keyFile).mode & 0o777, 0o600);
    const exported = await fingerprint();
    assert.notEqual(exported, '');
    await workbench.deleteKey('default');
    await workbench.runCommand('Picklepost: Import encryption key from file');
    await workbench.chooseFile(keyFile);
    await workbench.notification(/Imported the encryption key "default"/);
    assert.equal(await fingerprint(), exported);
    await workbench.clearToasts();
  });

  for (const [format, kind, title] of [
    ['Pickle', 'pickle', 'measurement.pkl'],
    ['JSON', 'JSON', 'measurement.json'],
    ['XML', 'XML', 'measurement.xml'],
  ] as const) {
    it(`arrives as ${kind} and can be inspected with the type of every value`, async () => {
      await send(format);
      await workbench.notification(new RegExp(`dictionary \\(${kind}\\).*encrypted, from default`));
      await workbench.openContainer('Picklepost');
      const view = workbench.view('Received');
      await view.pane.getByText(title).first().waitFor();
      const [newest] = await view.rows();
      assert.equal(newest?.label, title);
      const name = newest.label;
      const mean = await view.row(name, 'readings', 'voltage', 'mean');
      assert.match((await mean.getAttribute('aria-label')) ?? '', /mean, float, 1\.0/);
      await view.row(name, 'readings', 'voltage', 'samples', '2');
      const count = await view.row(name, 'count');
      assert.match((await count.getAttribute('aria-label')) ?? '', /int, 123456789012345678901234567890/);
      await view.row(name, '__proto__', 'polluted');
      await workbench.readableScreenshot(`inspect-${kind}`);
      await view.collapse(name);
      await workbench.clearToasts();
    });
  }

  it('copies a value and the path to it', async () => {
    const view = workbench.view('Received');
    const [newest = ''] = await view.labels();
    await view.chooseFromMenu([newest, 'readings', 'voltage', 'mean'], 'Copy path');
    await clipboardHolds(workbench, 'data["readings"]["voltage"]["mean"]');
    await workbench.statusBarItem('Copied data["readings"]["voltage"]["mean"]').waitFor();
    await view.chooseFromMenu([newest, 'station'], 'Copy value');
    await clipboardHolds(workbench, 'Lab 3');
  });

  it('opens as JSON, as XML and as a Python literal', async () => {
    const view = workbench.view('Received');
    const [newest = ''] = await view.labels();
    for (const [entry, extension, text] of [
      ['Open as JSON', 'json', '"station": "Lab 3"'],
      ['Open as XML', 'xml', '<station>Lab 3</station>'],
      ['Open as Python literal', 'py', '123456789012345678901234567890'],
    ] as const) {
      await view.chooseFromMenu([newest], entry);
      await workbench.tab(new RegExp(`\\.${extension}$`)).waitFor();
      const line = workbench.page.locator('.editor-instance .view-line', { hasText: text }).first();
      await workbench.screenshot(`open-${extension}`, line);
    }
  });

  it('is saved in the folder that the person chooses, and revealed there', async () => {
    const view = workbench.view('Received');
    const [newest = ''] = await view.labels();
    const file = path.join(workbench.folder, 'kept.xml');
    await view.chooseFromMenu([newest], 'Save as');
    await workbench.pick('Original format');
    await workbench.chooseFile(file);
    await workbench.notification(/Saved .*kept\.xml/);
    assert.match(fs.readFileSync(file, 'utf8'), /<station>Lab 3<\/station>/);
    await view.chooseFromMenu([newest], 'Reveal in folder');
    await workbench.page
      .locator('.explorer-folders-view .monaco-list-row.selected[aria-label^="kept.xml"]')
      .waitFor();
    await workbench.clearToasts();
  });

  it('is deleted after a question', async () => {
    await workbench.openContainer('Picklepost');
    const view = workbench.view('Received');
    const [first = '', ...rest] = (await view.rows())
      .filter(({ level }) => level === 1)
      .map(({ label }) => label);
    await view.chooseFromMenu([first], 'Delete');
    await workbench.answerDialog('Delete');
    await view.pane.getByText(first).waitFor({ state: 'detached' });
    await view.row(rest[0] ?? '');
    assert.ok(!(await view.labels()).includes(first));
    assert.deepEqual(workbench.pageErrors, []);
    await workbench.deleteKey('default');
  });
});

async function clipboardHolds(workbench: Workbench, text: string): Promise<void> {
  await workbench.page.waitForFunction(
    `navigator.clipboard.readText().then((text) => text === ${JSON.stringify(text)})`,
  );
}
