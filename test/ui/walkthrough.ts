import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { Workbench } from './workbench';

export const MEASUREMENTS = `{
  "station": "Lab 3",
  "voltage": { "mean": 4.75, "samples": [4.5, 5, 4.75] },
  "jars": ["dill", "kosher"],
  "valid": true
}
`;

/** What of a picture is asked inside the page; the types of the DOM are not part of this project. */
interface Picture {
  readonly naturalWidth: number;
  decode(): Promise<void>;
}

interface Walk {
  readonly workbench: Workbench;
  readonly port: number;
  /** What the picker says of the server of the window. */
  readonly server: string;
}

/**
 * Does each step as a person does it, after which it is ticked. Nothing has been received or sent, and the server does not run.
 * @param picture takes those that the steps show
 */
export function itWalksThrough(
  walk: () => Walk,
  picture?: (name: string, ...shown: Locator[]) => Promise<void>,
): void {
  let workbench: Workbench;
  let port: number;
  let server: string;

  before(() => {
    ({ workbench, port, server } = walk());
  });

  const stepRow = (id: string): Locator =>
    workbench.page.locator(`.getting-started-step[data-step-id="picklepost.picklepost#start#${id}"]`);

  /** Opens the walkthrough at a step. */
  async function open(id: string): Promise<void> {
    await workbench.runCommand('Welcome: Open Walkthrough...');
    await workbench.pick('Get started with Picklepost');
    const row = stepRow(id);
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) !== 'true') await row.locator('.step-title').click();
    // A narrow window does not show it, but loads it.
    const picture = workbench.page.locator('.getting-started-media img');
    await picture.waitFor({ state: 'attached' });
    assert.ok(await picture.evaluate((image: Picture) => image.decode().then(() => image.naturalWidth > 0)));
  }

  async function press(id: string, button: string): Promise<void> {
    await stepRow(id).getByRole('button', { name: button, exact: true }).click();
  }

  async function isTicked(id: string): Promise<void> {
    await open(id);
    await stepRow(id).locator('.getting-started-step-checkbox.complete, .codicon.complete').first().waitFor();
  }

  it('starts the receive server', async () => {
    const listening = workbench.statusBarItem(String(port));
    // A second try begins where the first one ended, and only starting the server ticks the step.
    if (await listening.isVisible()) await workbench.runCommand('Picklepost: Stop receive server');
    await listening.waitFor({ state: 'hidden' });
    await open('start');
    await press('start', 'Start receive server');
    await listening.waitFor();
    await isTicked('start');
    await workbench.closeEditors();
    await workbench.openContainer('Picklepost');
    await workbench.clearToasts();
    const welcome = workbench.page.getByText('The receive server is running.');
    await welcome.waitFor();
    await picture?.('walkthrough-start', welcome);
  });

  it('shows a code to pair with', async () => {
    await open('pair');
    await press('pair', 'Pair: show a code');
    await workbench.answer('Anna', 'Your name for other people');
    await workbench.quickInput.filter({ hasText: 'Where should Picklepost listen' }).waitFor();
    await workbench.page.keyboard.press('Enter');
    await workbench.closeEditors();
    const toast = await workbench.notification(/Pairing code \d/);
    await picture?.('walkthrough-pair', toast);
    await isTicked('pair');
    await workbench.runCommand('Picklepost: Pair: cancel');
    await workbench.statusBarItem(/Pairing code|\d+ [a-z]+ [a-z]+ ·/).waitFor({ state: 'detached' });
  });

  it('sends a file, and asks for one if none is open', async () => {
    await open('send');
    await press('send', 'Send file to server');
    await workbench.quickInput.locator('.monaco-list-row[aria-label^=".."]').waitFor();
    await workbench.pick('measurements.json');
    await workbench.quickPickItem(server).waitFor();
    await picture?.('walkthrough-send', workbench.quickInput);
    await workbench.pick(server);
    await workbench.pick('Send without a key');
    await workbench.notification(/Sent measurements\.json/);
    await isTicked('send');
  });

  it('leads to the received dictionary, with the types of its values', async () => {
    await workbench.openFile('measurements.json');
    await workbench.runCommand('Picklepost: Send dictionary to server');
    await workbench.pick(server);
    await workbench.pick('Pickle');
    await workbench.pick('Send without a key');
    await workbench.notification(/Sent measurements\.pkl/);
    await workbench.notification(/Received from .*: measurements\.pkl/);
    await workbench.clearToasts();
    await workbench.openContainer('Explorer');
    await open('inspect');
    await press('inspect', 'Show received items');
    const view = workbench.view('Received');
    await view.expand('measurements.pkl', 'voltage', 'samples');
    await view.expand('measurements.pkl', 'jars');
    await isTicked('inspect');
    await workbench.closeEditors();
    await workbench.clearToasts();
    await picture?.('walkthrough-inspect', await view.row('measurements.pkl'));
  });
}
