import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { AdmissionControl } from '../../src/core/admission/admissionControl';
import type { Arrival } from '../../src/core/item/item';
import type { ItemOffer } from '../../src/core/item/itemStore';
import { SenderSettings } from '../../src/editor/items/senderSettings';
import {
  offeredRows,
  offeredTreeItem,
  type QuestionNode,
  QuestionRows,
  questionTreeItem,
} from '../../src/editor/received/questionRows';
import { answersTo, SenderAnswers } from '../../src/editor/server/senderAnswers';
import { senderRows } from '../../src/editor/server/senderManager';
import { SenderQuestions } from '../../src/editor/server/senderQuestions';
import { describeServer } from '../../src/editor/server/statusBar';
import { configure, RecordingReporter } from './senderFixture';

const REMOTE: Arrival = { dialect: 'native', from: '10.0.0.7:5000', encrypted: false };
const ANNA: Arrival = { dialect: 'native', from: '10.0.0.8:5000', encrypted: true, key: 'Anna' };
/** A name that would run a command, turn the text around, and have no end. */
const HOSTILE = `[open](command:workbench.action.quit)\u202etxt.exe\n$(bug)${'x'.repeat(5000)}.txt`;

function offer(name: string, size = 1_200_000): ItemOffer {
  return { kind: 'file', name, size, transfer: name.length.toString(16).padStart(32, '0') };
}

describe('senders that wait for acceptance by a window', () => {
  let settings: SenderSettings;
  let admissionControl: AdmissionControl;
  let reporter: RecordingReporter;
  let questions: SenderQuestions;
  let outcomes: Promise<PromiseSettledResult<void>[]>;
  let items: Promise<void>[];

  beforeEach(() => {
    settings = new SenderSettings(assert.ifError);
    admissionControl = new AdmissionControl(settings);
    reporter = new RecordingReporter();
    questions = new SenderQuestions(admissionControl, reporter, 0);
    items = [];
  });
  afterEach(async () => {
    questions.dispose();
    admissionControl.close();
    await Promise.allSettled(items);
    await configure({ 'receive.alwaysAccept': undefined, 'receive.block': undefined });
  });

  const wait = (arrival: Arrival, ...offers: ItemOffer[]): void => {
    for (const one of offers) items.push(admissionControl.admit(arrival, one));
    outcomes = Promise.allSettled(items);
  };
  const changes = (name: string): Promise<void> =>
    new Promise((resolve) => {
      const subscription = vscode.workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration(`picklepost.${name}`)) return;
        subscription.dispose();
        resolve();
      });
    });
  const firstRow = (): QuestionNode => {
    const [row] = new QuestionRows(admissionControl, () => undefined).rows();
    assert.ok(row);
    return row;
  };

  it('are shown in one notification for all their offers, with names, sizes and whether they are verified', async () => {
    wait(REMOTE, ...['a.txt', 'b.txt', 'c.txt', 'd.txt'].map((name) => offer(name)));
    await reporter.tells(
      /^10\.0\.0\.7 \(not verified\) wants to send: a\.txt, b\.txt, c\.txt, 1 more \(4\.8 MB\)\.$/,
    );
    assert.deepEqual(
      reporter.last.actions.map(({ title }) => title),
      ['Accept', 'Decline', 'More...'],
    );
    assert.equal(reporter.told.length, 1);
    wait(ANNA, { ...offer('a.txt'), message: 'As promised' });
    await reporter.tells(/^Anna \(verified\) wants to send: a\.txt \(1\.2 MB\)\. “As promised”$/);
  });

  it('are listed in the view with their offers, and counted in the status bar', () => {
    wait(ANNA, offer('a.txt'), offer('b.txt'));
    const row = firstRow();
    const shown = questionTreeItem(row);
    assert.equal(shown.label, 'Anna (verified)');
    assert.equal(shown.description, 'waits for your answer · 2.4 MB');
    assert.deepEqual(
      offeredRows(row).map((one) => offeredTreeItem(one).label),
      ['a.txt', 'b.txt'],
    );
    const state = { kind: 'listening', host: '127.0.0.1', port: 6868 } as const;
    assert.equal(describeServer(state, undefined, 1).text, '$(inbox) 6868 $(bell-dot) 1');
  });

  it('can be answered from the view, the notification or the palette', async () => {
    const answers = new SenderAnswers(admissionControl);
    wait(REMOTE, offer('a.txt'));
    const { question } = firstRow();
    await answers.accept({ question });
    assert.deepEqual(
      (await outcomes).map(({ status }) => status),
      ['fulfilled'],
    );
    await assert.rejects(answers.decline({ question }), /no longer waits for an answer/);
    items = [];
    wait(ANNA, offer('b.txt'));
    await answers.decline();
    assert.deepEqual(
      (await outcomes).map(({ status }) => status),
      ['rejected'],
    );
    await assert.rejects(answers.accept(), /No sender waits/);
  });

  it('are always accepted or blocked by a setting that lists them, until they are removed from it', async () => {
    wait(ANNA, offer('a.txt'));
    const always = changes('receive.alwaysAccept');
    const answer = await answersTo(firstRow().question)
      .find(({ label }) => label.includes('Always'))
      ?.answer();
    assert.ok(answer && admissionControl.answer(firstRow().question, answer));
    await always;
    assert.deepEqual(settings.rules().alwaysAccepted, ['Anna']);
    admissionControl.close();
    await admissionControl.admit({ ...ANNA, from: '10.0.0.9:1' }, offer('b.txt'));

    wait(REMOTE, offer('a.txt'));
    const blocked = changes('receive.block');
    admissionControl.answer(firstRow().question, { kind: 'block' });
    await blocked;
    assert.ok(admissionControl.refusesAddress('10.0.0.7'));
    const rows = senderRows(settings.rules().alwaysAccepted, settings.rules().blocked, admissionControl);
    assert.deepEqual(
      rows.flatMap(({ entry, description }) => (entry === undefined ? [] : [[entry, description]])),
      [
        ['Anna', undefined],
        ['10.0.0.7', 'refused since the server started: 1'],
      ],
    );
    await settings.remove('block', '10.0.0.7');
    assert.ok(!admissionControl.refusesAddress('10.0.0.7'));
  });

  it('cannot be always accepted if their identity is unknown', () => {
    wait(REMOTE, offer('a.txt'));
    const labels = answersTo(firstRow().question).map(({ label }) => label);
    assert.ok(!labels.some((label) => label.includes('Always')));
  });

  it('have names without any effect', async () => {
    wait({ ...ANNA, key: HOSTILE }, { ...offer(HOSTILE), message: HOSTILE });
    await reporter.tells(/wants to send/);
    const row = firstRow();
    const [offered] = offeredRows(row);
    const shown = [questionTreeItem(row), offeredTreeItem(offered!)];
    const texts = [
      reporter.last.message,
      ...shown.flatMap(({ label, description, tooltip }) => [label, description, tooltip]),
      ...answersTo(row.question).map(({ label }) => label),
      ...senderRows([HOSTILE], [`key:${HOSTILE}`], admissionControl).map(({ label }) => label),
    ];
    for (const text of texts) {
      assert.equal(typeof text, 'string');
      assert.doesNotMatch(text as string, /\p{C}/u);
      assert.ok((text as string).length < 600, 'it has no end');
    }
    // In labels of quick picks, icons would be drawn.
    for (const { label } of answersTo(row.question)) assert.doesNotMatch(label, /[^\\]\$\(bug\)/);
  });

  it('share one notification after the first few', async () => {
    questions.dispose();
    reporter = new OpenReporter();
    questions = new SenderQuestions(admissionControl, reporter, 0);
    for (let host = 1; host <= 20; host++) wait({ ...REMOTE, from: `10.1.${host}.1:1` }, offer('a.txt'));
    await reporter.tells(/^20 senders wait for your answer/);
    assert.equal(reporter.told.length, 4);
  });

  it('cause no further notifications if they repeat their offers', async () => {
    for (let time = 0; time < 3; time++) {
      wait(REMOTE, offer('a.txt'));
      await reporter.tells(/10\.0\.0\.7/);
      admissionControl.close();
    }
    wait(REMOTE, offer('a.txt'));
    wait(ANNA, offer('b.txt'));
    await reporter.tells(/Anna/);
    assert.equal(reporter.told.length, 2);
  });
});

/** Whose notifications stay open. */
class OpenReporter extends RecordingReporter {
  override async information(...told: Parameters<RecordingReporter['information']>): Promise<void> {
    await super.information(...told);
    await new Promise(() => undefined);
  }
}
