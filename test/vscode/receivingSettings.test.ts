import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { DEFAULT_LIMITS } from '../../src/core/limits';
import type { OutgoingItem } from '../../src/core/item/item';
import { bytesItem } from '../../src/core/wire/outgoing';
import { findFreePort } from '../../src/net/ports';
import { sendItems } from '../../src/net/sendClient';
import { configure } from './senderFixture';

/** `{'a': 1}` as Python's pickle. */
const PICKLE = Buffer.from('80047d94612e', 'hex');

describe('an item under the settings of the receiver', () => {
  let port: number;
  let folder: string;

  const defaults = {
    'receive.pickle': undefined,
    'receive.maximumItemSize': undefined,
    'receive.encryption': undefined,
    'receive.saveToFolder': undefined,
    'receive.fileName': undefined,
    'receive.print': undefined,
  };

  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'picklepost-saved-'));
    port = await findFreePort('127.0.0.1', 27_000);
    await configure({ 'receive.port': port, 'receive.notify': false });
    await vscode.commands.executeCommand('picklepost.startServer');
  });
  afterEach(() => configure(defaults));
  after(async () => {
    await vscode.commands.executeCommand('picklepost.stopServer');
    fs.rmSync(folder, { recursive: true });
  });

  async function send(item: OutgoingItem): Promise<void> {
    await sendItems([item], {
      host: '127.0.0.1',
      port,
      dialect: 'native',
      localPort: 0,
      bufferSize: 65_536,
      limits: DEFAULT_LIMITS,
    });
  }

  const note = (content: string): OutgoingItem =>
    bytesItem({ kind: 'file', name: 'note.txt', bytes: Buffer.from(content) });
  const pickle = (): OutgoingItem =>
    bytesItem({ kind: 'dictionary', format: 'binary', name: 'data.pkl', bytes: PICKLE });

  it('is saved to the folder, with the name by the pattern in the settings', async () => {
    await configure({ 'receive.saveToFolder': folder, 'receive.fileName': '{source} {name}' });
    await send(note('saved'));
    assert.equal(fs.readFileSync(path.join(folder, '127.0.0.1 note.txt'), 'utf8'), 'saved');
  });

  it('also fails for the sender if it cannot be saved', async () => {
    fs.writeFileSync(path.join(folder, 'file'), '');
    await configure({ 'receive.saveToFolder': path.join(folder, 'file', 'inside') });
    await assert.rejects(send(note('not saved')));
  });

  it('is refused if it is a pickle and these are disabled', async () => {
    await send(pickle());
    await configure({ 'receive.pickle': false });
    await assert.rejects(send(pickle()), { code: 'refused' });
    await send(note('no pickle'));
  });

  it('is refused if it is too large', async () => {
    await configure({ 'receive.maximumItemSize': 1 });
    await send(note('x'.repeat(1_000_000)));
    await assert.rejects(send(note('x'.repeat(1_000_001))), { code: 'refused' });
  });

  it('is refused without encryption if encryption is required', async () => {
    await configure({ 'receive.encryption': 'required' });
    await assert.rejects(send(note('plain')), { code: 'encryption-required' });
  });

  it('is printed, and a long dictionary is cut', async () => {
    await configure({ 'receive.print': true });
    const values = Array.from({ length: 10_000 }, (_, index) => index);
    const json = Buffer.from(JSON.stringify({ values }));
    await send(bytesItem({ kind: 'dictionary', format: 'json', name: 'long.json', bytes: json }));
    const printed = await outputOf('Picklepost: Received');
    assert.match(printed, /── long\.json · dictionary \(JSON\) · 127\.0\.0\.1/);
    assert.match(printed, /"values": \[/);
    assert.match(printed, /… \(\d+ bytes in all\)/);
  });
});

/** The text of an output channel, once it shows some. */
async function outputOf(name: string): Promise<string> {
  const show = await commandOf(name);
  return new Promise((resolve) => {
    const check = (): void => {
      const { textDocuments } = vscode.workspace;
      const shown = textDocuments.find(({ uri }) => uri.scheme === 'output' && uri.path.endsWith(name));
      if (!shown || shown.getText() === '') return;
      subscription.dispose();
      resolve(shown.getText());
    };
    const subscription = vscode.Disposable.from(
      vscode.workspace.onDidOpenTextDocument(check),
      vscode.workspace.onDidChangeTextDocument(check),
    );
    void vscode.commands.executeCommand(show);
  });
}

/** The command that shows an output channel, which VS Code has some time after the channel has been made. */
async function commandOf(channel: string): Promise<string> {
  for (;;) {
    const commands = await vscode.commands.getCommands(true);
    const show = commands.find((command) => command.endsWith(channel));
    if (show !== undefined) return show;
  }
}
