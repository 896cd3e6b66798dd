import fs from 'node:fs';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';
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
  '--no-first-run',
  // Nothing that a page asks for leaves the machine. Playwright's own means would turn off the cache.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.localhost',
];

/** Starts the headless browser whose pages are the windows of VS Code. The caller closes it. */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, env } = findBrowser();
  return chromium.launch({
    executablePath,
    env: { ...process.env, ...env },
    args: browserArguments,
    // Playwright's own handlers end this process before the server can be stopped.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
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
