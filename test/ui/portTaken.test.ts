import { createServer, type AddressInfo, type Server } from 'node:net';
import { useSharedWindow } from './sharedWindow';
import type { Workbench } from './workbench';

describe('a port that another program uses', () => {
  let workbench: Workbench;
  let other: Server;
  let port: number;

  before(async () => {
    other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    ({ port } = other.address() as AddressInfo);
  });
  after(() => other.close());

  const settings = () => ({ 'picklepost.receive.port': port, 'picklepost.receive.startOnLaunch': true });
  useSharedWindow({ settings, isReceiving: false }, async (window) => {
    workbench = window.workbench;
    await workbench.reload();
  });

  it('is named in the message when a window starts the server, which offers the next free one', async () => {
    const toast = workbench.toast(String(port));
    await toast.waitFor();
    await workbench.statusBarItem('Picklepost').waitFor();
    await workbench.screenshot('port-taken');
    await workbench.answerNotification(String(port), 'Use port');
    await workbench.statusBarItem(/\d{4,5}/).waitFor();
    await workbench.statusBarItem('Picklepost').waitFor({ state: 'detached' });
  });
});
