// A window that receives, for windowRegistry.test.ts: receivingWindow.js DIRECTORY [deaf | -] [waits]. Stops when it is asked to, unless it is deaf.
import { WindowRegistry } from '../../../src/inbox/windows/windowRegistry';

const [directory = '', hearing, waiting] = process.argv.slice(2);
const open = ['abc'];

void WindowRegistry.join(directory).then(async (windows) => {
  windows.onDidAskToStop(() => {
    if (hearing === 'deaf') process.send?.('asked');
    else void windows.tell({ open });
  });
  process.on('message', () => {
    windows.dispose();
    process.disconnect();
  });
  const receiving = { host: '127.0.0.1', port: 6868 };
  await windows.tell(waiting === 'waits' ? { waits: true, open } : { receiving, open });
  process.send?.('ready');
});
