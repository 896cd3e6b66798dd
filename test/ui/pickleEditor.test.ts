import assert from 'node:assert/strict';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import {
  PICKLE_THAT_DROPS_A_CALL,
  PICKLE_WITH_CLASSES,
  PLAIN_PICKLE,
} from '../unit/core/codecs/pickle/samplePickles';
import { assertReadable, DIMMED_CONTRAST, TEXT_CONTRAST } from './readability';
import { useSharedWindow } from './sharedWindow';
import type { Theme, Workbench } from './workbench';

const CALLS = 'Loading this file in Python would call functions or change imported objects.';

const JAR_TEXT = 'Jar(label="dill", pickles=[1, 2.5, None])';
const JAR = `jar, ${JAR_TEXT}`;

/** One for each thing that a banner can say, by its title. */
const LEVELS: Record<string, { title: string; content: string | Buffer }> = {
  plain: {
    title: 'Plain data: loading it in Python runs no third-party code.',
    content:
      '(dp0\nVname\nVdill\nsVopened\ncdatetime\ndate\n(c_codecs\nencode\n(V\\u0007\\u00ea\x01\x1f\nVlatin1\ntRtRs.',
  },
  known: {
    title: 'Data of known libraries: loading it in Python imports them, and calls nothing else.',
    // An element type of numpy, in the form in which numpy writes it.
    content: Buffer.from('cnumpy\ndtype\n(Vf8\nI00\nI01\ntR(I3\nV<\nNNNI-1\nI-1\nI0\ntb.', 'latin1'),
  },
  classes: {
    title: 'Names unknown classes, which Python would import.',
    content: Buffer.from(
      '(Vjar\ncshop\nJar\n)\x81}Vlabel\nVdill\nsbVcolor\ncshop\nColor\nK\x01\x85Rd.',
      'latin1',
    ),
  },
  calls: {
    title: CALLS,
    content:
      `0cshop\nJar\n}Vprice\nI0\nsb0${['ls', `ls ${' '.repeat(300)}; rm -r shop`].map((command) => `cos\nsystem\n(V${command}\ntR0`).join('')}cbuiltins\neval\n(V1 + 1\ntR.`.slice(
        1,
      ),
  },
  twofold: {
    title: 'This file is crafted to be read in two ways.',
    content: Buffer.from(
      `\x80\x05\x95\x01${'\0'.repeat(7)}B\x06\0\0\0\x01\0\0\0xN0cshop\nclose\n)R0}Va\nI1\ns.`,
      'latin1',
    ),
  },
  damaged: {
    title: 'This file was damaged in transit. Showing the repaired content.',
    content: "(dp0\r\nS'name'\r\np1\r\nS'dill'\r\ns.",
  },
};

describe('the editor for pickle files', () => {
  let workbench: Workbench;

  const files = {
    'jars.pkl': PICKLE_WITH_CLASSES,
    'evil.pickle': PICKLE_THAT_DROPS_A_CALL,
    'several.pkl': Buffer.concat([PLAIN_PICKLE, PICKLE_WITH_CLASSES, PLAIN_PICKLE]),
    'cut.pkl': PICKLE_THAT_DROPS_A_CALL.subarray(0, -3),
    'changing.pkl': PLAIN_PICKLE,
    ...Object.fromEntries(
      Object.entries(LEVELS).map(([name, { content }]) => [`level-${name}.pkl`, content]),
    ),
    'markup.pkl': Buffer.from("(dS'<b>bold</b>'\nS'<img src=x>'\ns."),
    'data.p': PLAIN_PICKLE,
  };
  useSharedWindow({ files }, (window) => {
    ({ workbench } = window);
  });
  beforeEach(() => workbench.closeEditors());

  /** The page inside of the editor that is open. */
  function page(): FrameLocator {
    return workbench.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  }

  /** The row that a screen reader calls so. */
  function row(label: string | RegExp): Locator {
    return page().getByRole('treeitem', { name: label, exact: true });
  }

  async function open(name: string): Promise<void> {
    await workbench.openFile(name);
    await page().locator('#title').waitFor();
  }

  it('shows a typed tree that expands step by step, and where a shared value occurs first', async () => {
    await open('jars.pkl');
    const root = row(/^data, dict, 9 keys/);
    await root.waitFor();
    assert.equal(await root.getAttribute('aria-expanded'), 'true');
    await row('name, str, "pickling"').waitFor();
    await row(`again, same as data["jar"] · ${JAR_TEXT}`).waitFor();
    const jar = row(JAR);
    assert.equal(await jar.getAttribute('aria-level'), '2');
    assert.equal(await jar.getAttribute('aria-posinset'), '2');
    assert.equal(await jar.getAttribute('aria-setsize'), '9');
    await jar.click();
    await row(/^pickles, list/).click();
    assert.equal(await row('1, float, 2.5').getAttribute('aria-level'), '4');
    await row(/^samples, list, 250 items/).click();
    await row('entries 200 to 249').click();
    await row('249, int, 249').waitFor();
    assert.equal(await row('249, int, 249').locator('.line').getAttribute('title'), 'data["samples"][249]');
  });

  it('can be navigated with the keyboard alone', async () => {
    await open('jars.pkl');
    await focused(/^data, dict/);
    await press('ArrowDown', 'name, str, "pickling"');
    await press('ArrowDown', JAR);
    await press('ArrowRight', JAR);
    await row(/^label, str/).waitFor();
    await press('ArrowRight', /^label, str/);
    await press('ArrowLeft', JAR);
    await press('ArrowLeft', JAR);
    assert.equal(await row(JAR).getAttribute('aria-expanded'), 'false');
    await press('ArrowDown', /^again, same as/);
    await press('ArrowUp', JAR);
    await press('End', /^samples, list/);
    await press('Enter', /^samples, list/);
    await row('entries 0 to 99').waitFor();
    await press('End', 'entries 200 to 249');
    await press('Home', /^data, dict/);
    await press('ArrowLeft', /^data, dict/);
    await row('name, str, "pickling"').waitFor({ state: 'hidden' });
  });

  it('keeps the focus on a row while the rows below it are being loaded', async () => {
    await open('jars.pkl');
    const jar = row(JAR);
    await jar.focus();
    // Both before there is an answer to the first.
    await jar.evaluate((item: PressedElement) => {
      const { KeyboardEvent } = item.ownerDocument.defaultView;
      for (let presses = 0; presses < 2; presses++)
        item.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
    });
    await row(/^label, str/).waitFor();
    await focused(JAR);
  });

  it('copies the value and the path of a row, and the value in another form', async () => {
    await open('jars.pkl');
    const clipboardHas = (text: string) =>
      expectSoon(() => workbench.page.evaluate<unknown>('navigator.clipboard.readText()'), text);
    await row('point, tuple, 2 items (1, -2.5)').click();
    await workbench.page.keyboard.press('ControlOrMeta+C');
    await clipboardHas('(1, -2.5)');
    await workbench.page.keyboard.press('ControlOrMeta+Shift+C');
    await clipboardHas('data["point"]');
    await workbench.chooseFromMenu(row(/^name, str/), 'Copy as JSON');
    await clipboardHas('"pickling"');
  });

  it('finds keys and values, shows their paths, and steps through all matches', async () => {
    await open('jars.pkl');
    await row(/^data, dict/).press('ControlOrMeta+f');
    await workbench.page.keyboard.type('24');
    await page().getByText('13 found').waitFor();
    await workbench.page.keyboard.press('Enter');
    await focused('24, int, 24');
    await page().getByText('1 of 13').waitFor();
    await workbench.page.keyboard.press('F3');
    await focused('124, int, 124');
    await row('entries 100 to 199').waitFor();
    await workbench.page.keyboard.press('Shift+F3');
    await press('Shift+F3', '249, int, 249');
    await photograph('find');
    await page().getByRole('searchbox').fill('no such text');
    await page().getByText('Nothing found').waitFor();
  });

  it('goes to the row whose key is typed, and moves by pages', async () => {
    await open('jars.pkl');
    await row('name, str, "pickling"').waitFor();
    await row(/^data, dict/).press('ArrowDown');
    await workbench.page.keyboard.type('sam');
    await focused(/^samples, list/);
    await press('PageUp', /^data, dict/);
    await press('PageDown', /^samples, list/);
    await press('n', 'name, str, "pickling"');
  });

  it('warns of the calls that Python would make to load the file, even if their results are not part of the value', async () => {
    await open('evil.pickle');
    const warning = page().getByRole('alert', { name: CALLS });
    await warning.getByText('os.system("touch /tmp/picklepost-was-here")').waitFor();
    await warning.getByText('result dropped: not in the tree').waitFor();
    await row('a, int, 1').waitFor();
    assert.equal(existsSync('/tmp/picklepost-was-here'), false);
  });

  it('shows markup as plain text, in a page that must not load anything', async () => {
    await open('markup.pkl');
    await row('"<b>bold</b>", str, "<img src=x>"').waitFor();
    assert.equal(await page().locator('b, img').count(), 0);
    const policy = page().locator('meta[http-equiv="Content-Security-Policy"]');
    assert.match((await policy.getAttribute('content')) ?? '', /^default-src 'none'; style-src 'nonce-/);
  });

  it('shows all pickles of a file, one after another', async () => {
    await open('several.pkl');
    await row('Pickle 1, dict, 1 key {"a": 1}').waitFor();
    await row(/^Pickle 2, dict, 9 keys/).click();
    await row('point, tuple, 2 items (1, -2.5)').waitFor();
    await row('Pickle 3, dict, 1 key {"a": 1}').waitFor();
    await page()
      .getByText(/3 pickles$/)
      .waitFor();
  });

  it('says why a file is not a pickle, and offers the text editor', async () => {
    await open('cut.pkl');
    const error = page().getByRole('alert', { name: 'This file cannot be shown as a pickle.' });
    await error.getByText('Invalid pickle: it ends too early').waitFor();
    await page().getByRole('alert', { name: CALLS }).waitFor();
    await workbench.readableScreenshot('pickle-editor-cut');
    await error.getByRole('button', { name: 'Open with text editor' }).click();
    await page().locator('body').waitFor({ state: 'hidden' });
    await workbench.tab('cut.pkl').waitFor();
  });

  it('shows the new content when the file changes, with the same rows expanded', async () => {
    await open('changing.pkl');
    await row('a, int, 1').waitFor();
    const file = path.join(workbench.folder, 'changing.pkl');
    writeFileSync(`${file}.new`, PICKLE_WITH_CLASSES);
    renameSync(`${file}.new`, file);
    await row(/^samples, list/).click();
    await row('entries 0 to 99').waitFor();
    writeFileSync(file, Buffer.concat([PICKLE_WITH_CLASSES, PLAIN_PICKLE.subarray(0, 3)]));
    await page().getByRole('alert', { name: 'Only the first pickle of this file can be read.' }).waitFor();
    await row('entries 0 to 99').waitFor();
    await focused(/^samples, list/);
  });

  it('writes a value as text, or says why it cannot', async () => {
    await open('evil.pickle');
    await page().getByRole('button', { name: 'Open as JSON' }).click();
    await workbench.tab('evil.json').waitFor();
    assert.match(await workbench.editorText(), /"a": 1/);
    await workbench.closeEditors();
    await open('jars.pkl');
    await page().getByRole('button', { name: 'Open as JSON' }).click();
    await workbench.notification(/JSON cannot hold data\["jar"\].*Show it as a Python literal/);
    await workbench.clearToasts();
  });

  it('shows a pickle that is clicked in the explorer, and leaves the focus there', async () => {
    await workbench.runCommand('View: Show Explorer');
    await workbench.file('data.p').click();
    await row('a, int, 1').waitFor();
    assert.equal(await workbench.file('data.p').and(workbench.page.locator('.focused')).count(), 1);
    await workbench.page.keyboard.press('ArrowDown');
    await workbench.file('evil.pickle').and(workbench.page.locator('.focused')).waitFor();
    assert.deepEqual(await workbench.tabNames(), ['data.p']);
  });

  it('has the right colors in every theme', async () => {
    await open('jars.pkl');
    await row(JAR).click();
    await row(/^samples, list/).click();
    await row(/^counts, collections\.OrderedDict/).click();
    await photograph('jars');
  });

  for (const [name, { title }] of Object.entries(LEVELS)) {
    it(`shows the level of a pickle: ${name}`, async () => {
      await open(`level-${name}.pkl`);
      await row(/^data, /).waitFor();
      await page()
        .getByRole(['calls', 'twofold'].includes(name) ? 'alert' : 'note', { name: title })
        .waitFor();
      // The others have the colors of these, and of "jars".
      if (name === 'plain' || name === 'calls') await photograph(`level-${name}`);
      else await workbench.readableScreenshot(`pickle-editor-level-${name}`);
    });
  }

  async function photograph(name: string): Promise<void> {
    for (const theme of ['light', 'dark', 'hc-dark', 'hc-light'] satisfies Theme[]) {
      await workbench.setTheme(theme);
      await page().locator(`body.${BODY_CLASSES[theme]}`).waitFor();
      await workbench.screenshot(`pickle-editor-${name}-${theme}`);
      await assertReadable(page().locator('body'), theme.startsWith('hc') ? TEXT_CONTRAST : DIMMED_CONTRAST);
    }
    await workbench.setTheme('light');
  }

  async function press(key: string, expected: string | RegExp): Promise<void> {
    await workbench.page.keyboard.press(key);
    await focused(expected);
  }

  /** Waits until the row has the focus. */
  async function focused(label: string | RegExp): Promise<void> {
    await row(label).and(page().locator(':focus')).waitFor();
  }
});

/** What of a DOM element is used inside the page; the types of the DOM are not part of this project. */
interface PressedElement {
  readonly ownerDocument: {
    readonly defaultView: { readonly KeyboardEvent: new (type: string, init: object) => object };
  };
  dispatchEvent(event: object): void;
}

const BODY_CLASSES: Record<Theme, string> = {
  light: 'vscode-light',
  dark: 'vscode-dark',
  'hc-dark': 'vscode-high-contrast',
  'hc-light': 'vscode-high-contrast-light',
};

/** Waits until something has the value. */
async function expectSoon<T>(read: () => Promise<T>, expected: T): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end;) if ((await read()) === expected) return;
  assert.deepEqual(await read(), expected);
}
