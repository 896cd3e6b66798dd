import fs from 'node:fs';
import path from 'node:path';
import { type Browser, type BrowserContext, chromium, type LaunchOptions } from 'playwright-core';
import { ensureHarness, hasBundledChromium } from './setup';

const installedBrowsers = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const browserArguments = [
  '--no-sandbox', // Chromium refuses to run as root with it
  '--disable-background-networking', // without these, connections are refused many at a time
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  // A script is kept compiled only where it takes at most an eighth of the room: that of VS Code has 19 MB.
  '--disk-cache-size=1000000000',
  '--no-first-run',
  // Nothing that a page asks for leaves the machine. Playwright's own means would turn off the cache.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.localhost',
];

/** Starts the headless browser whose pages are the windows of VS Code. The caller closes it. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch(launchOptions());
}

/**
 * Starts one whose pages share a profile: what one of them has loaded and compiled, the next one from the same address has.
 * @param profile a folder of its own
 * @param scale pixels of a picture for each pixel of CSS
 */
export function launchProfile(profile: string, scale: number): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, { ...launchOptions(), deviceScaleFactor: scale });
}

function launchOptions(): LaunchOptions {
  const { executablePath, env } = findBrowser();
  return {
    executablePath,
    env: { ...process.env, ...env },
    args: [...browserArguments, ...(process.env.BROWSER_ARGUMENT ? [process.env.BROWSER_ARGUMENT] : [])],
    // Playwright's own handlers end this process before the server can be stopped.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  };
}

function findBrowser(): { executablePath: string; env: NodeJS.ProcessEnv } {
  if (process.env.CHROMIUM) return { executablePath: process.env.CHROMIUM, env: {} };
  if (hasBundledChromium) {
    const dir = path.join(ensureHarness(), 'chromium');
    const env = { LD_LIBRARY_PATH: path.join(dir, 'al2023/lib'), FONTCONFIG_PATH: path.join(dir, 'fonts') };
    return { executablePath: path.join(dir, 'chromium'), env };
  }
  const executablePath = installedBrowsers.find((file) => fs.existsSync(file));
  if (!executablePath)
    throw new Error('No Chrome or Chromium found: name one in the environment as CHROMIUM');
  return { executablePath, env: {} };
}
