import { useSharedWindow } from './sharedWindow';
import { itWalksThrough, MEASUREMENTS } from './walkthrough';
import type { Workbench } from './workbench';

describe('the walkthrough', () => {
  let workbench: Workbench;
  let port: number;

  const wishes = {
    files: { 'measurements.json': MEASUREMENTS },
    settings: () => ({ 'picklepost.receive.notify': true }),
    isReceiving: false,
  };
  useSharedWindow(wishes, async (window) => {
    ({ workbench, port } = window);
    // Others have done what ticks a step.
    await workbench.runCommand('Developer: Reset Welcome Page Walkthrough Progress');
  });

  itWalksThrough(() => ({ workbench, port, server: '127.0.0.1' }));
});
