import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

let environment: NodeJS.ProcessEnv | undefined;

/** What a program is started with that must not write into the data folder of the user: a home of its own, until this process ends. */
export function ownHome(): NodeJS.ProcessEnv {
  environment ??= makeHome();
  return environment;
}

function makeHome(): NodeJS.ProcessEnv {
  const home = mkdtempSync(path.join(os.tmpdir(), 'picklepost-home-'));
  process.once('exit', () => rmSync(home, { recursive: true, force: true }));
  // Each system looks elsewhere for it (inbox/keys/inboxKey.ts).
  return { HOME: home, XDG_DATA_HOME: path.join(home, 'data'), LOCALAPPDATA: path.join(home, 'local') };
}
