import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { outputOf } from '../../src/editor/sending/foundTexts';
import { sendingCommands } from '../../src/editor/sending/sendingCommands';
import { SentTree } from '../../src/editor/sending/sentTree';
import { findFreePort } from '../../src/net/ports';
import { ServerFixture } from '../unit/net/serverFixture';
import { configure, SenderFixture, sendTo } from './senderFixture';

/** No text in UTF-8, so that the classic dialect does not carry it. */
const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

async function show(uri: vscode.Uri, column: vscode.ViewColumn): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(uri, { viewColumn: column, preview: false });
}

function select(editor: vscode.TextEditor, text: string): void {
  const { document } = editor;
  const start = document.getText().indexOf(text);
  assert.notEqual(start, -1);
  editor.selection = new vscode.Selection(
    document.positionAt(start),
    document.positionAt(start + text.length),
  );
}

describe('sending from the extension host', () => {
  let server: ServerFixture;
  let fixture: SenderFixture;

  beforeEach(async () => {
    server = await ServerFixture.start();
    fixture = new SenderFixture();
    await sendTo({ port: server.port });
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    fixture.dispose();
    await ServerFixture.stopAll();
  });

  it('sends the file of the chosen tab, not of the active one', async () => {
    const [chosen, active] = [fixture.write('a.txt', 'chosen'), fixture.write('b.txt', 'active')];
    await show(chosen, vscode.ViewColumn.One);
    await show(active, vscode.ViewColumn.One);
    await vscode.commands.executeCommand('picklepost.sendFile', chosen, { groupId: 0, editorIndex: 0 });
    assert.deepEqual(server.store.texts, ['chosen']);
  });

  it('sends the files of the selected changes in source control, except changes without a file', async () => {
    const changes = ['a.txt', 'b.txt'].map((name) => ({ resourceUri: fixture.write(name, name) }));
    await sendingCommands(fixture).sendFile(...changes, { resourceUri: undefined }, undefined);
    assert.deepEqual(
      // Small files that are sent together may be stored in any order.
      server.store.items.map(({ name }) => name).toSorted(),
      ['a.txt', 'b.txt'],
    );
  });

  it('sends a selected text as a text with the name of its source', async () => {
    await fixture.sender.sendText({
      uri: vscode.Uri.from({ scheme: 'untitled', path: 'terminal.txt' }),
      text: 'dill',
    });
    const [item] = server.store.items;
    assert.deepEqual([item?.kind, item?.name, ...server.store.texts], ['text', 'terminal.txt', 'dill']);
  });

  it('sends each output of a cell in its plainest form, and an error as Python prints it', () => {
    const item = vscode.NotebookCellOutputItem;
    const outputs = [
      new vscode.NotebookCellOutput([item.stdout('one\n')]),
      new vscode.NotebookCellOutput([item.text('<b>two</b>', 'text/html'), item.text('two\n', 'text/plain')]),
      new vscode.NotebookCellOutput([
        item.error({ name: 'KeyError', message: 'x', stack: '\u001b[31mKeyError\u001b[0m: x' }),
      ]),
    ];
    const notebook = { uri: vscode.Uri.file('/w/jars.ipynb') } as vscode.NotebookDocument;
    const { uri, text } = outputOf({ notebook, index: 2, outputs });
    assert.deepEqual([uri.path, text], ['jars output 3.txt', 'one\ntwo\nKeyError: x\n']);
    const picture = [new vscode.NotebookCellOutput([new item(new Uint8Array(3), 'image/png')])];
    assert.throws(() => outputOf({ notebook, index: 0, outputs: picture }), /no output that is text/);
  });

  it('sends the dictionary of the editor whose title bar was used', async () => {
    const [chosen, active] = [fixture.write('a.json', '{"a": 1}'), fixture.write('b.json', '{"b": 2}')];
    await show(chosen, vscode.ViewColumn.One);
    await show(active, vscode.ViewColumn.Two);
    await vscode.commands.executeCommand('picklepost.sendDictionary', chosen, { groupId: 0 });
    assert.deepEqual(server.store.texts, ['{"a": 1}']);
  });

  it('sends the selection of the active editor if a document has two', async () => {
    const uri = fixture.write('split.json', '[{"left": 1}, {"right": 2}]');
    select(await show(uri, vscode.ViewColumn.One), '{"left": 1}');
    select(await show(uri, vscode.ViewColumn.Two), '{"right": 2}');
    await fixture.sender.sendDictionary();
    assert.deepEqual(server.store.texts, ['{"right": 2}']);
  });

  it('repeats a selection as it was when it was sent', async () => {
    const editor = await show(
      fixture.write('part.json', '[{"first": 1}, {"second": 2}]'),
      vscode.ViewColumn.One,
    );
    select(editor, '{"first": 1}');
    await fixture.sender.sendDictionary();
    select(editor, '{"second": 2}');
    await fixture.sender.repeat();
    await fixture.sender.sendAgain(fixture.entry);
    fixture.restart();
    await fixture.sender.repeat();
    assert.deepEqual(server.store.texts, Array(4).fill('{"first": 1}'));
  });

  it('does not keep a long selection over a restart, and says so', async () => {
    const long = JSON.stringify('x'.repeat(40_000));
    select(await show(fixture.write('long.json', `[${long}, 1]`), vscode.ViewColumn.One), long);
    await fixture.sender.sendDictionary();
    await fixture.sender.repeat();
    assert.deepEqual(server.store.texts, [long, long]);
    fixture.restart();
    await assert.rejects(fixture.sender.repeat(), /too long to keep/);
  });

  it('sends the content of documents without a file', async () => {
    const scheme = 'picklepost-test';
    const registration = vscode.workspace.registerTextDocumentContentProvider(scheme, {
      provideTextDocumentContent: () => 'computed',
    });
    await fixture.sender.sendFiles([vscode.Uri.parse(`${scheme}:/report.txt`)]);
    registration.dispose();
    assert.deepEqual(server.store.texts, ['computed']);
    assert.equal(server.store.items[0]?.name, 'report.txt');
  });

  it('sends the content of a changed document, also among several files', async () => {
    const [one, two] = [fixture.write('one.txt', 'old'), fixture.write('two.txt', 'two')];
    const editor = await show(one, vscode.ViewColumn.One);
    await editor.edit((edit) => edit.replace(new vscode.Range(0, 0, 0, 3), 'new'));
    await fixture.sender.sendFiles([one, two]);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    assert.deepEqual(server.store.texts, ['new', 'two']);
  });

  it('requires that a changed notebook is saved first', async () => {
    const uri = fixture.write(
      'notes.ipynb',
      '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
    );
    const serializer = vscode.workspace.registerNotebookSerializer('jupyter-notebook', {
      deserializeNotebook: () => new vscode.NotebookData([]),
      serializeNotebook: ({ cells }) => Buffer.from(cells.map(({ value }) => value).join('\n')),
    });
    const notebook = await vscode.workspace.openNotebookDocument(uri);
    await vscode.window.showNotebookDocument(notebook);
    const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, '1 + 1', 'python');
    const edit = new vscode.WorkspaceEdit();
    edit.set(uri, [vscode.NotebookEdit.insertCells(0, [cell])]);
    await vscode.workspace.applyEdit(edit);
    await assert.rejects(fixture.sender.sendFiles([]), /"notes\.ipynb" has changes that are not saved/);
    await notebook.save();
    await fixture.sender.sendFiles([]);
    serializer.dispose();
    assert.deepEqual(server.store.texts, ['1 + 1']);
  });

  it('is shown with a readable label', async () => {
    await fixture.sender.sendFiles([fixture.write('a.txt', 'a')]);
    const { accessibilityInformation } = new SentTree(fixture.outbox).getTreeItem(fixture.entry);
    assert.match(accessibilityInformation?.label ?? '', /^a\.txt, verified, Test, .*, 1 B$/);
  });

  it('is shown by the name of the chosen folder, and the number of its files', async () => {
    const file = fixture.write('photos/a.png', 'a');
    fixture.write('photos/b.png', 'b');
    await fixture.sender.sendFiles([vscode.Uri.file(path.dirname(file.fsPath))]);
    const { label, description } = new SentTree(fixture.outbox).getTreeItem(fixture.entry);
    assert.equal(label, 'photos');
    assert.match(String(description), /^verified · 2 files · Test/);
  });

  it('reports files that cannot be read', async () => {
    const gone = vscode.Uri.file(path.join(fixture.folder, 'gone.txt'));
    await assert.rejects(fixture.sender.sendFiles([gone]), /Cannot read "gone\.txt": it is no longer there/);
  });

  it('sends the other files if some cannot be read, and names those', async () => {
    const good = fixture.write('good.txt', 'good');
    const gone = vscode.Uri.file(path.join(fixture.folder, 'gone.txt'));
    await fixture.sender.sendFiles([gone, good]);
    assert.deepEqual(server.store.texts, ['good']);
    assert.equal(fixture.entry.state, 'failed');
    assert.match(
      fixture.reporter.last.message,
      /^1 of 2 sent\. Cannot read "gone\.txt": it is no longer there\. Check its path\.$/,
    );
    fixture.write('gone.txt', 'back');
    await fixture.reporter.press('Send the rest');
    assert.deepEqual([server.store.texts, fixture.entry.state], [['good', 'back'], 'sent']);
  });

  it('sends a file whose name is not UTF-8, and the others in its folder', async function () {
    if (process.platform !== 'linux') return this.skip();
    fixture.write('folder/a.txt', 'a');
    const folder = path.join(fixture.folder, 'folder');
    fs.writeFileSync(Buffer.concat([Buffer.from(`${folder}/latin`), Buffer.of(0xe9)]), 'latin');
    await fixture.sender.sendFiles([vscode.Uri.file(folder)]);
    await fixture.sender.sendFiles([vscode.Uri.file(path.join(folder, 'latin\ufffd'))]);
    assert.deepEqual(server.store.items.map(({ name }) => name).sort(), [
      'a.txt',
      'latin\\xe9',
      'latin\\xe9',
    ]);
  });

  describe('a folder', () => {
    it('is sent without broken links and pipes in it, which are named', async function () {
      if (process.platform === 'win32') return this.skip();
      fixture.write('folder/inner/a.txt', 'a');
      const folder = path.join(fixture.folder, 'folder');
      fs.symlinkSync('nowhere', path.join(folder, 'dangling'));
      fs.symlinkSync('inner/a.txt', path.join(folder, 'link.txt'));
      execFileSync('mkfifo', [path.join(folder, 'pipe')]);
      await fixture.sender.sendFiles([vscode.Uri.file(folder)]);
      assert.deepEqual(server.store.items.map(({ name }) => name).sort(), ['a.txt', 'link.txt']);
      assert.match(
        fixture.reporter.last.message,
        / Left out: folder\/dangling \(a link that leads nowhere\), folder\/pipe \(a pipe\)\.$/,
      );
    });

    it('is sent once if a file in it is chosen as well', async () => {
      const file = fixture.write('folder/a.txt', 'a');
      await fixture.sender.sendFiles([vscode.Uri.file(path.dirname(file.fsPath)), file]);
      assert.deepEqual(server.store.texts, ['a']);
    });
  });

  describe('several files, one of which fails', () => {
    let files: vscode.Uri[];

    beforeEach(async () => {
      await sendTo({ port: server.port, dialect: 'classic' });
      files = [
        fixture.write('first.txt', 'first'),
        fixture.write('photo.png', PNG),
        fixture.write('third.txt', 'third'),
      ];
      await fixture.sender.sendFiles(files);
    });

    it('are reported with the failed one, the reason, and the number of sent ones', () => {
      assert.deepEqual(server.store.texts, ['first', 'third']);
      assert.match(fixture.reporter.last.message, /^2 of 3 sent\. "photo\.png" is not UTF-8/);
      assert.equal(fixture.entry.state, 'failed');
      assert.match(fixture.entry.reason ?? '', /^2 of 3 sent/);
    });

    it('are shown with their names, and the number of sent ones', () => {
      const row = new SentTree(fixture.outbox).getTreeItem(fixture.entry);
      assert.equal(row.label, 'first.txt, photo.png, third.txt');
      assert.match(String(row.description), /^failed, 2 of 3 sent · 3 files · Test/);
      assert.ok(row.tooltip instanceof vscode.MarkdownString);
      assert.match(row.tooltip.value.replaceAll('&nbsp;', ' '), /What: first\.txt, photo\.png, third\.txt/);
    });

    it('are repeated without the sent ones', async () => {
      fs.writeFileSync(path.join(fixture.folder, 'photo.png'), 'now text');
      await fixture.sender.sendAgain(fixture.entry);
      assert.deepEqual(server.store.texts, ['first', 'third', 'now text']);
      const { state, size, title } = fixture.entry;
      assert.deepEqual({ state, size, title }, { state: 'sent', size: 18, title: '3 files' });
    });

    it('are repeated without the sent ones in another dialect', async () => {
      await fixture.reporter.press('Send as native');
      assert.deepEqual(
        server.store.items.map(({ bytes }) => bytes.toString('latin1')),
        ['first', 'third', PNG.toString('latin1')],
      );
    });

    it('are all repeated once all were sent', async () => {
      fs.writeFileSync(path.join(fixture.folder, 'photo.png'), 'text');
      await fixture.sender.sendAgain(fixture.entry);
      await fixture.sender.sendAgain(fixture.entry);
      assert.deepEqual(server.store.texts, ['first', 'third', 'text', 'first', 'text', 'third']);
    });
  });

  it('reports once why the server refuses all of several files', async () => {
    await sendTo({ port: await findFreePort('127.0.0.1', 24_000) });
    await fixture.sender.sendFiles([fixture.write('a.txt', 'a'), fixture.write('b.txt', 'b')]);
    assert.match(fixture.reporter.last.message, /^Nothing listens at 127\.0\.0\.1/);
    assert.match(fixture.entry.reason ?? '', /^Nothing listens/);
  });

  describe('if encryption is required', () => {
    it('uses a key for a receiver to which items were sent without one before', async () => {
      await fixture.sender.sendFiles([fixture.write('secret.txt', 'secret')]);
      server.options = { key: await fixture.makeKey('default') };
      await configure({ 'send.encryption': 'always' });
      await fixture.sender.repeat();
      await fixture.sender.sendAgain(fixture.entry);
      assert.deepEqual(
        server.store.items.map(({ key }) => key !== undefined),
        [false, true, true],
      );
    });

    it('sends no queued item without encryption', async () => {
      const port = await findFreePort('127.0.0.1', 24_000);
      await sendTo({ port });
      await configure({ 'send.wait': true });
      await fixture.sender.sendFiles([fixture.write('secret.txt', 'secret')]);
      assert.equal(fixture.entry.state, 'waiting');
      await configure({ 'send.encryption': 'always' });
      await fixture.reaches('failed');
      assert.match(fixture.entry.reason ?? '', /requires encryption/);
    });

    it('sends no item without encryption that was queued over a restart', async () => {
      const port = await findFreePort('127.0.0.1', 24_000);
      await sendTo({ port });
      await configure({ 'send.wait': true });
      await fixture.sender.sendFiles([fixture.write('secret.txt', 'secret')]);
      const { state } = fixture;
      const kept = state.get('sent');
      await fixture.outbox.stop(fixture.entry.id);
      await fixture.reaches('cancelled');
      await state.update('sent', kept);
      await configure({ 'send.encryption': 'always' });
      fixture.restart();
      await fixture.sender.resume();
      assert.equal(fixture.entry.state, 'failed');
    });
  });
});
