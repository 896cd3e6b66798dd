import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { Workbench } from './workbench';

const LINK = '[Show why](command:picklepost.showLog)';

describe('a server that says what would be a link', () => {
  let server: Server;
  let workbench: Workbench;

  before(async () => {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(`ERROR: InvalidToken('${LINK}')`));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const entry = { name: 'Hostile', host: '127.0.0.1', port, dialect: 'classic' };
    workbench = await Workbench.open({
      files: { [`${LINK}.txt`]: 'Hello' },
      settings: { 'picklepost.destinations': [entry], 'picklepost.send.encryption': 'never' },
    });
  });
  after(async () => {
    await workbench.close();
    server.close();
  });

  it('is shown as it is, and nothing can be clicked in it', async () => {
    await workbench.openContainer('Explorer');
    await workbench.chooseFromMenu(workbench.file(`${LINK}.txt`), 'Send file to server');
    await workbench.pick('Hostile');
    const toast = workbench.toast(/The receiver refused/);
    await toast.waitFor();
    assert.match(await toast.innerText(), /InvalidToken\('\[Show why\] \(command:picklepost\.showLog\)'\)/);
    assert.equal(await toast.locator('.notification-list-item-message a').count(), 0);
    await workbench.screenshot('hostile-server', toast);
  });
});
