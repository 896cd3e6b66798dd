import assert from 'node:assert/strict';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Content } from '../../../../src/core/item/item';
import { ReceivedItems } from '../../../../src/editor/items/receivedItems';
import { openInbox, store, temporaryDirectory } from '../../inbox/temporary';
import { ValueWorker } from '../../../../src/worker/valueWorker';
import { inEnglish } from '../../../../src/core/text';

const SCRIPT = path.join(__dirname, '../../../../src/worker/worker.js');
const JSON_CONTENT: Content = { kind: 'dictionary', format: 'json', name: 'data.json' };

describe('the received items', () => {
  const newDirectory = temporaryDirectory();
  let worker: ValueWorker;
  let items: ReceivedItems;
  let told: string[];
  beforeEach(() => {
    worker = new ValueWorker(SCRIPT, 100);
    const directory = newDirectory();
    items = new ReceivedItems(() => openInbox(directory), worker);
    told = [];
    items.onDidChangeProblem((id) => told.push(id));
  });
  afterEach(() => {
    items.dispose();
    worker.dispose();
  });

  it('remember why a value cannot be shown after the first attempt, and report it once', async () => {
    const { id } = await store(await items.inbox(), '{"a": ', JSON_CONTENT);
    assert.equal(items.knownProblem(id), undefined);
    await items.problem(id);
    await items.problem(id);
    assert.match(inEnglish(items.knownProblem(id) ?? ''), /Invalid JSON/);
    assert.deepEqual(told, [id]);
    await items.delete([id]);
    assert.equal(items.knownProblem(id), undefined);
  });

  it('remember no problem for a value that can be shown, or cannot be found', async () => {
    const { id } = await store(await items.inbox(), '{"a": 1}', JSON_CONTENT);
    assert.equal(await items.problem(id), undefined);
    await items.delete([id]);
    assert.notEqual(await items.problem(id), undefined);
    assert.equal(items.knownProblem(id), undefined);
    assert.deepEqual(told, []);
  });
});
