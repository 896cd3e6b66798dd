import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { useSharedWindow } from './sharedWindow';
import { Workbench } from './workbench';

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

describe('a dictionary from one window to another', () => {
  let receiver: Workbench;
  let sender: Workbench;
  let keyFile: string;

  before(() => {
    keyFile = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'picklepost-key-')), 'lab.key');
    fs.writeFileSync(path.join(path.dirname(keyFile), 'beside.txt'), '');
  });
  after(async () => {
    await sender.close();
    fs.rmSync(path.dirname(keyFile), { recursive: true });
  });
  useSharedWindow({ settings: () => ({ 'picklepost.receive.notify': true }) }, async (window) => {
    receiver = window.workbench;
    sender = await Workbench.open({
      settings: { 'picklepost.destinations': [{ name: 'Lab', host: '127.0.0.1', port: window.port }] },
      files: { 'measurement.jsonc': DOCUMENT },
    });
  });

  async function send(format: string, encryption: string): Promise<void> {
    await sender.openFile('measurement.jsonc');
    await sender.runCommand('Picklepost: Send dictionary to server');
    await sender.pick('Lab');
    await sender.pick(format);
    await sender.pick(encryption);
    await sender.notification(/Sent measurement\.\w+ .* to Lab: .*verified by the receiver/s);
    await sender.clearToasts();
  }

  it('uses a key that one window exports to a file and the other imports', async () => {
    await receiver.runCommand('Picklepost: Generate encryption key');
    await receiver.notification(/Generated the encryption key/);
    await receiver.runCommand('Picklepost: Export encryption key to file');
    await receiver.chooseFile(keyFile);
    await receiver.notification(/Exported the key "default"/);
    assert.match(fs.readFileSync(keyFile, 'ascii'), /^[\w-]{43}=\n$/);
    if (process.platform !== 'win32') assert.equal(fs.statSync(keyFile).mode & 0o777, 0o600);
    await sender.runCommand('Picklepost: Import encryption key from file');
    await sender.chooseFile(keyFile);
    await sender.notification(/Imported the encryption key "default"/);
    await receiver.clearToasts();
  });

  for (const [format, kind, title] of [
    ['Pickle', 'pickle', 'measurement.pkl'],
    ['JSON', 'JSON', 'measurement.json'],
    ['XML', 'XML', 'measurement.xml'],
  ] as const) {
    it(`arrives as ${kind} and can be inspected with the type of every value`, async () => {
      await send(format, 'Encrypt');
      await receiver.notification(new RegExp(`dictionary \\(${kind}\\).*encrypted`));
      await receiver.openContainer('Picklepost');
      const view = receiver.view('Received');
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
      await receiver.screenshot(`inspect-${kind}`);
      await view.collapse(name);
      await receiver.clearToasts();
    });
  }

  it('is readable in every theme', async () => {
    const view = receiver.view('Received');
    const [newest] = await view.labels();
    await view.row(newest ?? '', 'readings', 'voltage', 'samples', '0');
    await receiver.screenshotInThemes('inspect');
  });

  it('copies a value and the path to it', async () => {
    const view = receiver.view('Received');
    const [newest = ''] = await view.labels();
    await view.chooseFromMenu([newest, 'readings', 'voltage', 'mean'], 'Copy path');
    await clipboardHolds(receiver, 'data["readings"]["voltage"]["mean"]');
    await receiver.statusBarItem('Copied data["readings"]["voltage"]["mean"]').waitFor();
    await view.chooseFromMenu([newest, 'station'], 'Copy value');
    await clipboardHolds(receiver, 'Lab 3');
  });

  it('opens as JSON, as XML and as a Python literal', async () => {
    const view = receiver.view('Received');
    const [newest = ''] = await view.labels();
    for (const [entry, extension, text] of [
      ['Open as JSON', 'json', '"station": "Lab 3"'],
      ['Open as XML', 'xml', '<station>Lab 3</station>'],
      ['Open as Python literal', 'py', '123456789012345678901234567890'],
    ] as const) {
      await view.chooseFromMenu([newest], entry);
      await receiver.tab(new RegExp(`\\.${extension}$`)).waitFor();
      const line = receiver.page.locator('.editor-instance .view-line', { hasText: text }).first();
      await receiver.screenshot(`open-${extension}`, line);
    }
  });

  it('is saved in the folder that the person chooses, and revealed there', async () => {
    const view = receiver.view('Received');
    const [newest = ''] = await view.labels();
    const file = path.join(receiver.folder, 'kept.xml');
    await view.chooseFromMenu([newest], 'Save as');
    await receiver.pick('Original format');
    await receiver.chooseFile(file);
    await receiver.notification(/Saved .*kept\.xml/);
    assert.match(fs.readFileSync(file, 'utf8'), /<station>Lab 3<\/station>/);
    await view.chooseFromMenu([newest], 'Reveal in folder');
    await receiver.page
      .locator('.explorer-folders-view .monaco-list-row.selected[aria-label^="kept.xml"]')
      .waitFor();
    await receiver.clearToasts();
  });

  it('is still there after a restart of VS Code, as is the key', async () => {
    await receiver.openContainer('Picklepost');
    const before = (await receiver.view('Received').rows())
      .filter(({ level }) => level === 1)
      .map(({ label }) => label);
    await receiver.restart();
    await receiver.openContainer('Picklepost');
    const view = receiver.view('Received');
    await view.row(before[0] ?? '', 'readings', 'voltage', 'mean');
    assert.deepEqual(
      (await view.rows()).filter(({ level }) => level === 1).map(({ label }) => label),
      before,
    );
    await receiver.screenshot('after-restart');
  });

  it('is deleted after a question', async () => {
    const view = receiver.view('Received');
    const [first = '', ...rest] = (await view.rows())
      .filter(({ level }) => level === 1)
      .map(({ label }) => label);
    await view.chooseFromMenu([first], 'Delete');
    await receiver.answerDialog('Delete');
    await view.pane.getByText(first).waitFor({ state: 'detached' });
    await view.row(rest[0] ?? '');
    assert.ok(!(await view.labels()).includes(first));
    assert.deepEqual([...receiver.pageErrors, ...sender.pageErrors], []);
    await receiver.deleteKey('default');
  });
});

async function clipboardHolds(workbench: Workbench, text: string): Promise<void> {
  await workbench.page.waitForFunction(
    `navigator.clipboard.readText().then((text) => text === ${JSON.stringify(text)})`,
  );
}
