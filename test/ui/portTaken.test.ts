import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { useSharedWindow } from './sharedWindow';
import type { Workbench } from './workbench';

describe('a port that another program uses', () => {
  let workbench: Workbench;
  let other: Server | undefined;
  let port: number;

  after(() => other?.close());

  /** Takes the port as soon as nothing listens there. */
  async function takePort(): Promise<void> {
    while (!other?.listening) {
      other = createServer().listen(port, '127.0.0.1');
      await once(other, 'listening').catch(() => undefined);
    }
  }

  useSharedWindow({ settings: () => ({ 'picklepost.receive.startOnLaunch': true }) }, async (window) => {
    ({ workbench, port } = window);
    await workbench.killExtensions({ whileAway: takePort });
  });

  it('is named in the message when a window starts the server, which offers the next free one', async () => {
    const toast = workbench.toast(String(port));
    await toast.waitFor();
    await workbench.statusBarItem('Picklepost').waitFor();
    await workbench.screenshot('port-taken');
    await workbench.answerNotification(String(port), 'Use port');
    await workbench.receiving.waitFor();
    await workbench.statusBarItem('Picklepost').waitFor({ state: 'detached' });
  });
});
