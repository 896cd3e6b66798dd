// Runs the suite beside this file in the extension host of a real VS Code: the desktop one where it can be
// downloaded and shown, else the VS Code server of the harness.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { downloadAndUnzipVSCode, runTests, SilentReporter } from '@vscode/test-electron';
import { projectRoot } from '../harness/setup';

const shim = path.join(projectRoot, 'out/test/harness/vscodeShim.js');
const idleTimeoutMs = 10_000;

void main();

async function main(): Promise<void> {
  const { grep } = parseArgs({ options: { grep: { type: 'string' } } }).values;
  const vscodeExecutablePath = await findVsCode();
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'picklepost-vscode-'));
  const workspace = path.join(dir, 'workspace');
  fs.cpSync(path.join(projectRoot, 'test/sample-workspace'), workspace, { recursive: true });
  try {
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: projectRoot,
      extensionTestsPath: path.join(projectRoot, 'out/test/vscode/index.js'),
      extensionTestsEnv: { MOCHA_GREP: grep },
      launchArgs: [workspace, '--disable-extensions', `--user-data-dir=${path.join(dir, 'user-data')}`],
    });
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  } finally {
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

/** VSCODE_TEST_HOST=electron insists on the desktop VS Code, =server on the harness; VSCODE_EXECUTABLE names one. */
async function findVsCode(): Promise<string> {
  const { VSCODE_EXECUTABLE, VSCODE_TEST_HOST, VSCODE_VERSION = 'stable' } = process.env;
  if (VSCODE_EXECUTABLE) return VSCODE_EXECUTABLE;
  if (VSCODE_TEST_HOST === 'server') return shim;
  if (VSCODE_TEST_HOST !== 'electron' && !hasDisplay()) return useServer('there is no display');
  try {
    const options = { version: VSCODE_VERSION, timeout: idleTimeoutMs, reporter: new SilentReporter() };
    return await downloadAndUnzipVSCode(options);
  } catch (error) {
    if (VSCODE_TEST_HOST === 'electron') throw error;
    return useServer(`desktop VS Code cannot be downloaded: ${String(error)}`);
  }
}

function useServer(reason: string): string {
  console.log(`Running in the VS Code server of the harness, as ${reason}.`);
  return shim;
}

function hasDisplay(): boolean {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
}
