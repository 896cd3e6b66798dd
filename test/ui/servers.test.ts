import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { FernetKey } from '../../src/core/crypto/keys';
import { freePort } from '../unit/net/sending';
import { ServerFixture } from '../unit/net/serverFixture';
import { useSharedWindow } from './sharedWindow';
import type { Workbench } from './workbench';

const LINK = '[Show why](command:picklepost.showLog)';

describe('servers that answer differently', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'picklepost-ui-'));
  const others: Server[] = [];
  let destinations: readonly object[];
  let workbench: Workbench;

  async function answering(text: string): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(text));
    }).listen(0, '127.0.0.1');
    others.push(server);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  before(async () => {
    const key = FernetKey.generate();
    writeFileSync(path.join(folder, 'lab.key'), `${key.toText()}\n`);
    const [own, other, strict] = await Promise.all([
      ServerFixture.start({ key }),
      ServerFixture.start({ key: FernetKey.generate() }),
      ServerFixture.start({ key, requireEncryption: true }),
    ]);
    const host = '127.0.0.1';
    destinations = [
      { name: 'Lab', host, port: own.port, key: 'default' },
      { name: 'Lab without a key', host, port: own.port },
      { name: 'Other key', host, port: other.port, key: 'default' },
      { name: 'Strict', host, port: strict.port },
      { name: 'Away', host, port: await freePort() },
      { name: 'Website', host, port: await answering('HTTP/1.1 400 Bad Request\r\n\r\n') },
      { name: 'Busy', host, port: await answering("ERROR: Busy('Try again later')") },
      { name: 'Misspelt', host: 'nobody.invalid', port: 6868 },
      { name: 'Hostile', host, port: await answering(`ERROR: InvalidToken('${LINK}')`), dialect: 'classic' },
    ];
  });
  after(async () => {
    await ServerFixture.stopAll();
    for (const server of others) server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const settings = () => ({
    'picklepost.destinations': destinations,
    'picklepost.send.encryption': 'never',
  });
  useSharedWindow({ files: { [`${LINK}.txt`]: 'Hello' }, settings, isReceiving: false }, (window) => {
    workbench = window.workbench;
  });

  it('are shown with their texts, and a text that looks like a link cannot be clicked', async () => {
    await workbench.openContainer('Explorer');
    await workbench.chooseFromMenu(workbench.file(`${LINK}.txt`), 'Send file to server');
    await workbench.pick('Hostile');
    const toast = workbench.toast(/The receiver refused/);
    await toast.waitFor();
    assert.match(await toast.innerText(), /InvalidToken\('\[Show why\] \(command:picklepost\.showLog\)'\)/);
    assert.equal(await toast.locator('.notification-list-item-message a').count(), 0);
    await workbench.screenshot('hostile-server', toast);
    await workbench.clearToasts();
  });

  it('can be tested, and the view shows the result of each in words and by an icon, in every theme', async () => {
    await workbench.runCommand('Picklepost: Import encryption key from file');
    await workbench.chooseFile(path.join(folder, 'lab.key'));
    await workbench.notification(/key/);
    await workbench.clearToasts();
    await workbench.openContainer('Picklepost');
    await workbench.setSideBarWidth(520);
    const servers = workbench.view('Servers');
    // The rows need the room.
    await workbench.view('Received').setOpen(false);
    await servers.setOpen(true);
    const row = (label: string) => servers.pane.locator(`.monaco-list-row[aria-label^="${label},"]`);
    await row('Lab').click();
    await row('Misspelt').click({ modifiers: ['Shift'] });
    await workbench.chooseFromMenu(row('Website'), 'Test connection');
    const found: [name: string, words: RegExp][] = [
      ['Lab', /Reachable, key verified, [\d.]+ ms/],
      ['Lab without a key', /Reachable, encrypted, not verified, /],
      ['Other key', /Reachable, but it has a different key/],
      ['Strict', /Declined: it requires a key/],
      ['Away', /Not reachable: nothing listens there/],
      ['Website', /Not Picklepost: it speaks HTTP/],
      ['Busy', /Reachable, but busy/],
      ['Misspelt', /Not reachable: the host is not known/],
    ];
    for (const [name, words] of found) await row(name).filter({ hasText: words }).waitFor();
    // As it looks where nothing is selected.
    await row('Receive server of this window').click();
    await workbench.screenshotInThemes('servers');
    assert.deepEqual(workbench.pageErrors, []);
    await workbench.view('Received').setOpen(true);
    await workbench.setSideBarWidth(300);
    await workbench.deleteKey('default');
  });
});
