import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { jsonCodec } from '../../src/core/codecs/json/codec';
import { PICKLE_THAT_DROPS_A_CALL } from '../unit/core/codecs/pickle/samplePickles';
import { useSharedWindow } from './sharedWindow';
import type { TreeView } from './treeView';
import type { Workbench } from './workbench';

const PICKLE = 0x24;
const JSON_FORMAT = 0x28;

/** Sends one dictionary as a classic peer does, and waits for its OK. */
async function sendClassic(port: number, meta: number, content: Uint8Array): Promise<void> {
  const head = Buffer.from([0x0c, meta, content.length >> 8, content.length & 0xff]);
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.write(Buffer.concat([head, content]));
    socket.once('data', (part) => {
      socket.end(Buffer.from([0x10]));
      resolve(part.toString());
    });
    socket.once('error', reject);
  });
  assert.equal(answer, 'OK');
}

describe('inspecting unusual values', () => {
  let workbench: Workbench;
  let view: TreeView;
  let port: number;

  useSharedWindow({}, (window) => {
    ({ workbench, port } = window);
    view = workbench.view('Received');
  });

  it('shows a pickle that would run a command by name, and runs nothing', async () => {
    const pickle =
      "(dS'call'\ncos\nsystem\n(S'touch /tmp/picklepost-was-here'\ntRsS'tuple'\n(I1\nI2\ntsS'nothing'\nNs.";
    await sendClassic(port, PICKLE, Buffer.from(pickle, 'latin1'));
    await view.row('Dictionary (pickle)', 'Python would call or change os.system');
    const call = await view.row('Dictionary (pickle)', 'call');
    assert.match((await call.getAttribute('aria-label')) ?? '', /object, os\.system\("touch/);
    await view.row('Dictionary (pickle)', 'call', 'args', '0');
    await view.row('Dictionary (pickle)', 'tuple', '1');
    await workbench.screenshotInThemes('inspect-call');
    await view.chooseFromMenu(['Dictionary (pickle)'], 'Open as JSON');
    await workbench.answerNotification(/JSON cannot hold data\["call"\]/, 'Open as Python literal');
    await workbench.tab(/\.py$/).waitFor();
    const line = workbench.page.locator('.editor-instance .view-line', { hasText: 'os.system' }).first();
    await workbench.screenshot('open-call', line);
    await workbench.deleteReceived();
    await workbench.page.locator('.tab .monaco-icon-label.strikethrough').waitFor();
    await workbench.closeEditors();
  });

  it('warns of a call whose result is not part of the value', async () => {
    await sendClassic(port, PICKLE, PICKLE_THAT_DROPS_A_CALL);
    const dropped = 'Not part of the value: os.system("touch /tmp/picklepost-was-here")';
    await view.row('Dictionary (pickle)', `Python would call or change os.system. ${dropped}`);
    await view.row('Dictionary (pickle)', 'a');
    await workbench.screenshot('inspect-dropped-call');
    await workbench.deleteReceived();
  });

  it('says why a value cannot be shown, and shows a long list in ranges', async () => {
    const list = Array.from({ length: 10_000 }, (_, i) => BigInt(i));
    await sendClassic(port, JSON_FORMAT, jsonCodec.encode(list, { nestingDepth: 10 }).subarray(0, 20_000));
    const notice = await view.row('Dictionary (JSON)');
    await notice.locator('.monaco-tl-twistie').click();
    await view.pane.getByText(/Invalid JSON/).waitFor();
    const marked = '.monaco-list-row[aria-label^="Dictionary (JSON)"][aria-label*="Invalid JSON"]';
    await view.pane.locator(`${marked} .codicon-warning`).waitFor();
    await workbench.readableScreenshot('undecodable');
    await workbench.deleteReceived();
    const short = list.slice(0, 5_000);
    await sendClassic(port, JSON_FORMAT, jsonCodec.encode(short, { nestingDepth: 10 }));
    await view.row('Dictionary (JSON)', '[4900 … 4999]', '4999');
    await workbench.readableScreenshot('ranges');
    assert.deepEqual(workbench.pageErrors, []);
  });
});
