import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { SettingNotices } from '../../src/editor/shell/settingNotices';
import { readSettings, wrongSettings } from '../../src/editor/shell/settings';
import { KnownTargets } from '../../src/editor/sending/knownTargets';
import { TargetPicker } from '../../src/editor/sending/targetPicker';
import { configure, MemoryState, RecordingReporter } from './senderFixture';

describe('invalid settings', () => {
  const names = [
    'bufferSize',
    'receive.encryption',
    'receive.pickle',
    'send.encryption',
    'send.format',
    'send.defaultDestination',
    'destinations',
  ];
  afterEach(() => configure(Object.fromEntries(names.map((name) => [name, undefined]))));

  it('are replaced by the default, or by the strictest value if that protects', async () => {
    assert.deepEqual(wrongSettings(), []);
    const { bufferSize } = readSettings();
    await configure({
      bufferSize: 0,
      'receive.encryption': 'require',
      'receive.pickle': 'no',
      'send.encryption': 'allways',
      destinations: { name: 'Lab' },
    });
    const { receive, send, ...settings } = readSettings();
    assert.equal(settings.bufferSize, bufferSize);
    assert.deepEqual(settings.destinations, []);
    assert.deepEqual([receive.requireEncryption, receive.pickle, send.encryption], [true, false, 'always']);
  });

  it('do not include the name of pickles in protocols', async () => {
    for (const format of ['pickle', 'binary']) {
      await configure({ 'send.format': format });
      assert.deepEqual(wrongSettings(), []);
      assert.equal(readSettings().send.format, 'binary');
    }
  });

  it('are reported once for each value, with the valid ones', async () => {
    const reporter = new RecordingReporter();
    const notices = new SettingNotices(reporter);
    for (const bufferSize of [0, 1111, 0, 'large']) await configure({ bufferSize });
    notices.dispose();
    const rest = 'for "picklepost.bufferSize" (expected a whole number from 1 to 16777216). Using 524288.';
    assert.deepEqual(
      reporter.told.map(({ message }) => message),
      ['0', '"large"'].map((value) => `Invalid value ${value} ${rest}`),
    );
  });

  it('do not affect sending to another server', async () => {
    const destinations = [
      null,
      'lab',
      {},
      { name: 'Half' },
      { host: 'lab' },
      { name: 'Whole', host: '127.0.0.1' },
    ];
    await configure({ destinations, 'send.defaultDestination': '' });
    const picked = new TargetPicker(new KnownTargets(new MemoryState())).pick(readSettings());
    await vscode.commands.executeCommand('workbench.action.quickOpenSelectNext');
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await assert.rejects(picked, /Cancelled/);
    await configure({ 'send.defaultDestination': 'Whole' });
    assert.equal(
      (await new TargetPicker(new KnownTargets(new MemoryState())).pick(readSettings())).target.host,
      '127.0.0.1',
    );
  });
});
