import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../harness/setup';
import { PICKLE_THAT_DROPS_A_CALL } from '../unit/core/codecs/pickle/samplePickles';
import { assertReadable, DIMMED_CONTRAST } from './readability';
import { sendNative } from './sending';
import type { Workbench } from './workbench';

/** A language of the texts of the extension: none is English, which it has without a translation. */
export type Language = 'de' | undefined;

/** A file that differs from what was committed last. */
export const FILES = { 'measured.pkl': measured(2.5, false) };

/** Commits a folder that has {@link FILES}, and changes the file. */
export function commitAndMeasure(folder: string): void {
  commitAll(folder);
  writeFileSync(path.join(folder, 'measured.pkl'), measured(2.75, true));
}

/** Tests that the extension speaks one language, in a window in which nothing has been received and which shows the folder prepared. */
export function itSpeaks(language: Language, window: () => { workbench: Workbench; port: number }): void {
  let workbench: Workbench;
  let port: number;
  const title = manifestTexts(language === undefined ? 'package.nls.json' : `package.nls.${language}.json`);
  const shot = (what: string): string => `language-${language ?? 'en'}-${what}`;

  before(() => {
    ({ workbench, port } = window());
  });

  it('is used in the side bar, the status bar and notifications', async () => {
    await workbench.openContainer('Picklepost');
    const welcome = workbench.page.locator('.part.sidebar .welcome-view-content').first();
    await welcome.locator('.monaco-button', { hasText: title('command.startServer') }).click();
    await workbench.statusBarItem(String(port)).waitFor();
    await sendNative(
      port,
      { kind: 'dictionary', format: 'binary', name: 'calls.pkl', bytes: PICKLE_THAT_DROPS_A_CALL },
      { kind: 'text', name: 'greeting', bytes: Buffer.from('Hello!') },
    );
    const view = workbench.view(title('view.received'));
    await view.pane.locator('.monaco-list-row').nth(1).waitFor();
    const toast = workbench.page.locator('.notifications-toasts .notification-list-item').first();
    await workbench.screenshot(shot('sidebar'), toast);
    await assertReadable(view.pane, DIMMED_CONTRAST);
    assertLanguage(await toast.innerText(), language);
    await workbench.clearToasts();
  });

  it('is used on the settings page', async () => {
    await workbench.runCommand('Preferences: Open Settings (UI)');
    const { page } = workbench;
    await page.locator('.settings-editor .monaco-editor').first().click();
    await page.keyboard.type('@ext:picklepost.picklepost ');
    // What has the scope of the machine is on the page of the server.
    await page
      .locator('.settings-editor .settings-target-container .action-label', { hasText: 'Remote' })
      .click();
    const description = page.locator('.settings-editor .setting-item-description', {
      hasText: title('setting.receive.port').slice(0, 30),
    });
    await workbench.screenshot(shot('settings'), description.first());
    await workbench.closeEditors();
  });

  it('shows how a pickle differs in source control, as values', async () => {
    const { page } = workbench;
    await workbench.openContainer('Source Control');
    const row = page.locator('.scm-view .monaco-list-row', { hasText: 'measured.pkl' }).first();
    await row.click();
    const pages = page.locator('iframe.webview.ready');
    await pages.nth(1).waitFor();
    const shown = [0, 1].map((index) =>
      pages.nth(index).contentFrame().frameLocator('#active-frame').locator('body'),
    );
    await Promise.all(shown.map((body) => body.getByText('sensor').first().waitFor()));
    const [before, after] = await Promise.all(shown.map((body) => body.innerText()));
    await workbench.screenshot(shot('difference'));
    assert.match(before ?? '', /false|False/i);
    assert.match(after ?? '', /true|True/i);
    assertLanguage(after ?? '', language);
    assert.ok(after?.includes(PREVIEW[language ?? 'en']), after);
  });
}

/** How the preview of a dictionary with three keys begins. */
const PREVIEW = { en: '3 keys', de: '3 Schlüssel' };

/** `{"sensor": "north", "values": [1.5, last], "checked": checked}`, in protocol 0. */
function measured(last: number, checked: boolean): string {
  return `(dVsensor\nVnorth\nsVvalues\n(lF1.5\naF${last}\nasVchecked\nI0${checked ? 1 : 0}\ns.`;
}

function commitAll(folder: string): void {
  const git = (...args: string[]): unknown => execFileSync('git', ['-C', folder, ...args]);
  git('init', '--quiet');
  git('add', '.');
  git('-c', 'user.name=test', '-c', 'user.email=test@localhost', 'commit', '--quiet', '--message=First');
}

/** Texts of package.json by their key, in one language. */
function manifestTexts(file: string): (key: string) => string {
  const texts = JSON.parse(readFileSync(path.join(projectRoot, file), 'utf8')) as Record<string, string>;
  return (key) => texts[key] ?? key;
}

/** Words that every sentence of a language has one of. */
const WORDS = {
  en: /\b(the|of|it|is|from|in|and)\b/,
  de: /\b(der|die|das|von|ist|und|ein|eine|in|aus)\b/,
};

function assertLanguage(text: string, language: keyof typeof WORDS = 'en'): void {
  assert.match(text, WORDS[language]);
}
