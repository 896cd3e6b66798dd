#!/usr/bin/env node
// Stands in for the VS Code executable that @vscode/test-electron starts: runs the tests in the Node.js
// extension host of the VS Code server, with a page in headless Chromium as the window.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import util from 'node:util';
import type { Browser } from 'playwright-core';
import { launchBrowser } from './browser';
import { startServer, type VsCodeServer } from './server';

/** What VS Code itself says on the console of its window, and nobody wants to read among test results. */
const noise = new RegExp(
  '^(Resolv(ing|ed) connection token|Creating a socket|Updating additional builtin|Ignoring fetching additional' +
    '|No search provider registered|Timed out waiting for authentication provider' +
    '|\\[(reconnection-grace-time|Service Worker|AgentHost[^\\]]*|AccountPolicyGate|DefaultAccount|chat-stt)\\])',
);

interface Invocation {
  folder: string | undefined;
  extension: string;
  tests: string;
}

void main().then((code) => process.exit(code));

async function main(): Promise<number> {
  const { values, positionals } = util.parseArgs({ strict: false, allowPositionals: true });
  const [folder] = positionals;
  const extension = String(values.extensionDevelopmentPath);
  const tests = String(values.extensionTestsPath);
  const userData = fs.mkdtempSync(path.join(os.tmpdir(), 'picklepost-host-'));
  let server: VsCodeServer | undefined;
  let browser: Browser | undefined;
  try {
    server = await startServer({
      userData,
      extensions: path.join(userData, 'extensions'),
      smokeTestDriver: true,
    });
    browser = await launchBrowser();
    return await runTests(server, browser, { folder, extension, tests });
  } catch (error) {
    console.error(error);
    return 1;
  } finally {
    await browser?.close();
    await server?.stop();
    fs.rmSync(userData, { recursive: true, force: true });
  }
}

/** Opens the window and returns the exit code that the extension host reports through it. */
async function runTests(server: VsCodeServer, browser: Browser, invocation: Invocation): Promise<number> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const exit = new Promise<number>((resolve, reject) => {
    const end = (reason: string) => () => reject(new Error(reason));
    page.on('crash', end('The page of VS Code crashed'));
    process.on('SIGINT', end('Interrupted')).on('SIGTERM', end('Terminated'));
    void server.ended.then(end('The VS Code server ended'));
    void page.exposeFunction('codeAutomationExit', resolve);
  });
  await page.exposeFunction('codeAutomationLog', (type: string, values: unknown[]) => {
    const text = util.format(...values);
    if (!noise.test(text))
      (type === 'error' || type === 'warn' ? process.stderr : process.stdout).write(`${text}\n`);
  });
  const [code] = await Promise.all([exit, page.goto(windowUrl(server, invocation))]);
  return code;
}

function windowUrl(server: VsCodeServer, { folder, extension, tests }: Invocation): string {
  const remote = (file: string): string => `vscode-remote://127.0.0.1:${server.port}${path.resolve(file)}`;
  const payload = [
    ['extensionDevelopmentPath', remote(extension)],
    ['extensionTestsPath', remote(tests)],
    ['enableProposedApi', ''],
    ['skipWelcome', 'true'],
  ];
  const query = new URLSearchParams({ payload: JSON.stringify(payload) });
  if (folder) query.set('folder', path.resolve(folder));
  else query.set('ew', 'true');
  return `${server.url}/?${query.toString()}`;
}
