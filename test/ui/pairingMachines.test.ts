import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import type { Locator } from 'playwright-core';
import { needsTwoMachines, startTwoMachines, type TwoMachines } from '../harness/twoMachines';
import { PROGRAM } from '../unit/cli/program';
import { Workbench } from './workbench';

/** What persons may need from "Start receive server" on both sides until the first file has arrived. */
const MOST_CLICKS = 6;
const MOST_SECONDS = 30;
const PORT = 6868;

/** As in `pairing.test.ts`, and with a network between the two sides: each has addresses of its own, and Anna is asked about Ben. */
describe('pairing by a short code across a network', () => {
  let network: TwoMachines;
  let anna: Workbench;
  let ben: Workbench;
  let clicks = 0;
  let start = 0;

  before(async function () {
    needsTwoMachines(this);
    network = await startTwoMachines();
    const [first, second] = network.machines;
    const settings = { 'picklepost.receive.port': PORT };
    anna = await Workbench.open({ settings, within: first });
    ben = await Workbench.open({ settings, within: second });
    for (const side of [anna, ben]) {
      await side.openContainer('Picklepost');
      await button(side, 'Start receive server').click();
      await side.statusBarItem(String(PORT)).waitFor();
    }
  });
  after(async () => {
    for (const side of [anna, ben]) await side.close();
    await network.dispose();
  });

  function button(side: Workbench, title: string): Locator {
    return side.page.locator('.welcome-view-content').getByRole('button', { name: title, exact: true });
  }

  function begin(): void {
    clicks = 0;
    start = Date.now();
  }

  async function click(target: Locator, options: Parameters<Locator['click']>[0] = {}): Promise<void> {
    clicks++;
    await target.click(options);
  }

  /** Takes pictures, which is not counted: no person waits for that. */
  async function picture(side: Workbench, name: string, ...shown: Locator[]): Promise<void> {
    const before = Date.now();
    await side.screenshot(`network-${name}`, ...shown);
    start += Date.now() - before;
  }

  function end(): void {
    const seconds = (Date.now() - start) / 1000;
    console.log(`      ${String(clicks)} clicks, ${seconds.toFixed(1)} s`);
    assert.ok(clicks <= MOST_CLICKS, `${String(clicks)} clicks`);
    assert.ok(seconds <= MOST_SECONDS * Number(process.env.TIME_FACTOR ?? 1), `${String(seconds)} s`);
  }

  async function shownCode(): Promise<string> {
    const notification = await anna.notification(/Pairing code \d/);
    const said = await notification.innerText();
    assert.match(said, new RegExp(`for ${network.address.replaceAll('.', '\\.')}:${String(PORT)}`));
    return /Pairing code (\d+ [a-z]+ [a-z]+)/.exec(said)?.[1] ?? '';
  }

  async function accept(sender: string): Promise<void> {
    const question = await anna.notification(new RegExp(`${sender}.* wants to send: greeting\\.txt`));
    await picture(anna, `question-${sender}`, question);
    await click(question.locator('.monaco-button', { hasText: 'Accept' }));
  }

  it('needs six clicks and thirty seconds until a window has sent one on another machine an encrypted file', async () => {
    const server = `${network.address}:${String(PORT)}`;
    begin();
    await click(button(anna, 'Pair: show a code'));
    await anna.answer('Anna', 'Your name for other people');
    // What is said of the network does not hold up the code.
    await anna.quickInput.filter({ hasText: 'Where should Picklepost listen' }).waitFor();
    await anna.quickInputBox.fill(network.address);
    await picture(anna, '1-where-to-listen', anna.quickPickItem(network.address));
    await anna.page.keyboard.press('Enter');
    const code = await shownCode();
    await picture(anna, '2-code', anna.statusBarItem(code));

    await click(button(ben, 'Pair: type a code'));
    await ben.answer(server, 'Pair with whom?');
    await ben.quickInput.filter({ hasText: 'Pairing code of' }).waitFor();
    await ben.quickInputBox.fill(code);
    await ben.quickPickItem(code).waitFor();
    await picture(ben, '3-typed');
    await ben.page.keyboard.press('Enter');
    await ben.answer('Ben', 'Your name for other people');
    const told = [await anna.notification(/Paired with Ben/), await ben.notification(/Paired with Anna/)];
    const [shown = '', typed] = await Promise.all(told.map((one) => one.innerText()));
    const digits = /show (\d{3} \d{3});/.exec(shown)?.[1] ?? 'none';
    assert.ok(typed?.includes(digits), `${shown} ${String(typed)}`);
    await picture(anna, '4-paired-host');
    await picture(ben, '4-paired-guest');

    await ben.openContainer('Explorer');
    await click(ben.file('greeting.txt'), { button: 'right' });
    clicks++;
    await ben.clickUntilGone(ben.menuItems.filter({ hasText: 'Send file to server' }).first());
    await ben.quickPickItem('Anna').filter({ hasText: server }).waitFor();
    await picture(ben, '5-destination');
    await click(ben.quickPickItem('Anna'));
    await accept('Ben');
    await ben.notification(/Sent greeting\.txt .*to Anna/s);
    await anna.notification(/greeting\.txt.*encrypted,\s+from Ben/s);
    await picture(anna, '6-received');
    end();
  });

  it('needs as few steps between a window and the command line on another machine', async () => {
    const server = `${network.address}:${String(PORT)}`;
    const keyFile = path.join(ben.directory, 'anna.key');
    const [, [program = '', ...enter]] = network.machines;
    const args = [...enter, process.execPath, PROGRAM];
    await anna.clearToasts();
    begin();
    clicks++;
    await anna.runFromPalette('Picklepost: Pair: show a code');
    const code = await shownCode();
    await picture(anna, 'command-line-1-code');
    const pairing = spawn(program, [...args, 'pair', server, '--key-file', keyFile, '--name', 'Script']);
    pairing.stdin.end(`${code}\n`);
    const [digits] = /\d{3} \d{3}/.exec(await text(pairing.stdout)) ?? ['none'];
    const told = await anna.notification(new RegExp(`Paired with Script.*${digits}`));
    await picture(anna, 'command-line-2-paired', told);
    const file = path.join(ben.folder, 'greeting.txt');
    const sending = promisify(execFile)(program, [
      ...args,
      'send',
      file,
      '--to',
      server,
      '--key-file',
      keyFile,
    ]);
    await accept('Script');
    assert.match((await sending).stdout, /^Sent greeting\.txt .* verified/);
    await anna.notification(/greeting\.txt.*encrypted,\s+from Script/s);
    await picture(anna, 'command-line-3-received');
    end();
    assert.deepEqual([...anna.pageErrors, ...ben.pageErrors], []);
  });
});
