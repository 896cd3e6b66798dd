import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as vscode from 'vscode';
import type { ServerState } from '../../src/editor/server/server';
import { findFreePort } from '../../src/net/ports';

/** Sends bytes and gives the answer up to the end of the connection. */
function exchange(port: number, bytes: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
    socket.on('data', (part) => (answer += part.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}

describe('receiving in the extension host', () => {
  let port: number;

  before(async () => {
    port = await findFreePort('127.0.0.1', 22_000);
    const settings = vscode.workspace.getConfiguration('picklepost');
    await settings.update('receive.port', port, vscode.ConfigurationTarget.Global);
    await settings.update('receive.notify', false, vscode.ConfigurationTarget.Global);
  });
  after(() => vscode.commands.executeCommand('picklepost.stopServer'));

  it('activates', async () => {
    const extension = vscode.extensions.getExtension('picklepost.picklepost');
    assert.ok(extension);
    await extension.activate();
  });

  it('registers every command of package.json', async () => {
    const registered = new Set(await vscode.commands.getCommands(true));
    const manifest = vscode.extensions.getExtension('picklepost.picklepost')?.packageJSON as {
      contributes: { commands: { command: string }[] };
    };
    for (const { command } of manifest.contributes.commands) assert.ok(registered.has(command), command);
  });

  it('starts the server at the port of the settings, and shows where it listens', async () => {
    const state = await vscode.commands.executeCommand<ServerState>('picklepost.startServer');
    assert.deepEqual(state, { kind: 'listening', host: '127.0.0.1', port });
  });

  it('answers a classic transfer with OK', async () => {
    const text = Buffer.from('0c00000c48656c6c6f20576f726c642110', 'hex');
    assert.equal(await exchange(port, text), 'OK');
  });

  it('stays responsive while a dictionary of ten megabytes arrives', async () => {
    const entry = '"key": {"values": [1, 2.5, "three", null], "name": "a measurement"}';
    const json = `{${Array.from({ length: 140_000 }, (_, i) => entry.replace('key', `key ${i}`)).join(', ')}}`;
    const delay = monitorEventLoopDelay({ resolution: 2 });
    delay.enable();
    assert.equal(await exchange(port, Buffer.from(json)), 'OK');
    delay.disable();
    console.log(
      `      ${(json.length / 1e6).toFixed(1)} MB received; event loop delay p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms, longest ${(delay.max / 1e6).toFixed(1)} ms`,
    );
  });

  it('stops the server', async () => {
    await vscode.commands.executeCommand('picklepost.stopServer');
    await assert.rejects(exchange(port, Buffer.from('10', 'hex')), { code: 'ECONNREFUSED' });
  });
});
