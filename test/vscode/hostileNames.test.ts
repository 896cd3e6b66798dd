import assert from 'node:assert/strict';
import { FernetKey } from '../../src/core/crypto/keys';
import { Keyring } from '../../src/editor/keys/keyring';
import { keyRow } from '../../src/editor/keys/keyNames';
import { keepPeer, tellPaired } from '../../src/editor/pairing/peerKeys';
import { itemTooltip, receivedTreeItem } from '../../src/editor/received/treeItems';
import { serverItem } from '../../src/editor/servers/serverRows';
import type { ServerRow } from '../../src/editor/servers/serverNodes';
import { SentTree } from '../../src/editor/sending/sentTree';
import { withoutLinks } from '../../src/editor/shell/foreignText';
import { itemMetadata } from '../../src/inbox/items/itemMetadata';
import { displayNameOf, instanceName } from '../../src/net/discovery/service';
import { MemorySecrets } from '../harness/memorySecrets';
import { freePort } from '../unit/net/sending';
import { configure, RecordingReporter, SenderFixture } from './senderFixture';

/** A link that runs a command, a name that is read backwards, lines, an icon, markup, and no end. */
const HOSTILE = `[open](command:workbench.action.quit)\u202etxt.exe\n# $(bug) <img src=x>\u0000${'x'.repeat(5000)}`;

/** What a view shows may be any of these. */
type Shown =
  | string
  | { readonly label: string }
  | { readonly value: string; readonly isTrusted?: unknown; readonly supportHtml?: boolean }
  | undefined;

/** Nothing of it acts on a list or a tooltip, and it comes to an end. */
function assertInert(...shown: readonly unknown[]): void {
  for (const one of shown as readonly Shown[]) {
    if (one === undefined || one === '') continue;
    if (typeof one === 'string' || 'label' in one) {
      const text = typeof one === 'string' ? one : one.label;
      assert.doesNotMatch(text, /\p{C}/u);
      assert.ok(text.length < 1200, 'it has no end');
    } else {
      assert.ok(!one.isTrusted && !one.supportHtml, 'its links would run commands, and its markup be drawn');
      assert.doesNotMatch(one.value, /(^|[^\\])\]\(command|[\u202e\0]/);
    }
  }
}

describe('hostile names', () => {
  let keyring: Keyring;
  beforeEach(() => (keyring = new Keyring(new MemorySecrets())));
  afterEach(() => keyring.dispose());

  function assertServerIsInert(row: ServerRow): void {
    const { label, description, tooltip, accessibilityInformation } = serverItem(row, { kind: 'not-tested' });
    assertInert(label, description, tooltip, accessibilityInformation?.label);
  }

  it('have no effect in the view of servers, if one was found nearby', () => {
    const label = displayNameOf(instanceName(HOSTILE));
    assert.ok(label);
    assertServerIsInert({
      ...{ kind: 'server', source: 'nearby' },
      target: { label, host: '10.0.0.2', port: 6868, dialect: 'native' },
    });
  });

  it('have no effect in lists of keys and servers, or in a message, if a peer has paired', async () => {
    const key = FernetKey.generate();
    const name = await keepPeer(keyring, { name: HOSTILE, key, digits: '123456' }, undefined);
    const entry = await keyring.entry(name);
    assert.ok(entry);
    const { label } = keyRow(entry);
    assertInert(label);
    assert.doesNotMatch(label, /[^\\]\$\(bug\)/);
    const target = { name, host: '10.0.0.2', port: 6868, dialect: 'native', isPaired: true } as const;
    assertServerIsInert({ kind: 'server', source: 'paired', target });
    const reporter = new RecordingReporter();
    await tellPaired({ name, digits: '123456' }, keyring, reporter);
    assertInert(withoutLinks(reporter.last.message));
    assert.doesNotMatch(withoutLinks(reporter.last.message), /\]\(/);
  });

  it('have no effect in the view of received items', () => {
    const arrival = { dialect: 'native', from: '10.0.0.7:5000', encrypted: true, key: 'Anna' };
    const offer = { kind: 'file', name: HOSTILE, path: `a/${HOSTILE}`, message: HOSTILE } as const;
    const item = itemMetadata(arrival, offer, { size: 1, sha256: 'ab'.repeat(32) });
    const state = { isUnread: true, savedPath: undefined, problem: undefined, isStored: false };
    const { label, description, accessibilityInformation } = receivedTreeItem(item, state);
    assertInert(label, description, accessibilityInformation?.label, itemTooltip(item, state));
  });

  it('have no effect in the view of sent items, or in the message that one failed', async () => {
    const fixture = new SenderFixture();
    await configure({ 'send.encryption': 'never', 'send.wait': false });
    const label = displayNameOf(instanceName(HOSTILE));
    assert.ok(label);
    const target = { label, host: '127.0.0.1', port: await freePort(), dialect: 'native' } as const;
    await fixture.sender.sendFiles([fixture.write('a.txt', 'x')], [target]);
    await fixture.reporter.tells(/./);
    const row = new SentTree(fixture.outbox).getTreeItem(fixture.entry);
    assertInert(row.label, row.description, row.tooltip, withoutLinks(fixture.reporter.last.message));
    fixture.dispose();
  });
});
