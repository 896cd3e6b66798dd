import * as vscode from 'vscode';
import { runsCode, type Effect, type PickleActions } from '../../core/codecs/pickle/format';
import type { Button, Notice, NoticeItem } from '../../webview/messages';
import type { DecodedPickleFile } from '../../worker/answers';

/** The notices above the tree of a file, the worst first. */
export function fileNotices(file: DecodedPickleFile): Notice[] {
  const problem = file.problem === undefined ? [] : [problemNotice(file.problem, file)];
  // A file that could not be read to its end is never called harmless.
  const hasActions = file.problem === undefined || runsCode(file.actions);
  return [...problem, ...(hasActions ? actionsNotices(file.actions) : [])];
}

/** For a file of which nothing can be shown. */
export function failureNotice(reason: string): Notice {
  return {
    level: 'error',
    title: vscode.l10n.t('This file cannot be shown as a pickle.'),
    text: reason,
    items: [],
    buttons: [asText(), { title: vscode.l10n.t('Read again'), action: 'reload' }],
  };
}

/** On one line, with the most important part first, for a narrow row. */
export function actionsSentence(actions: PickleActions): string {
  const { level, effects, isAmbiguous } = actions;
  const serious = effects.filter((effect) => effect.level === level);
  const subjects = [...new Set(serious.map(({ subject }) => subject))];
  const list = `${subjects.slice(0, 3).join(', ')}${subjects.length > 3 ? ', …' : ''}`;
  const dropped = serious.filter((effect) => effect.dropped > 0).map(({ text }) => text);
  const parts = [
    ...(isAmbiguous ? [vscode.l10n.t('Crafted to be read in two ways')] : []),
    levelSentence(level, list),
    ...(level === 'calls' && dropped.length > 0
      ? [vscode.l10n.t('Not part of the value: {0}', dropped.slice(0, 3).join(', '))]
      : []),
  ];
  return parts.join('. ');
}

function levelSentence(level: PickleActions['level'], list: string): string {
  switch (level) {
    case 'plain':
      return vscode.l10n.t('Plain data');
    case 'known':
      return vscode.l10n.t('Data of known libraries');
    case 'classes':
      return vscode.l10n.t('Python would import {0}', list);
    case 'calls':
      return vscode.l10n.t('Python would call or change {0}', list);
  }
}

function problemNotice(problem: string, { count, isRepaired }: DecodedPickleFile): Notice {
  if (count === 0) return failureNotice(problem);
  return {
    level: isRepaired ? 'warning' : 'error',
    title: isRepaired
      ? vscode.l10n.t('This file was damaged in transit. Showing the repaired content.')
      : onlyFirst(count),
    text: problem,
    items: [],
    buttons: [asText()],
  };
}

function onlyFirst(count: number): string {
  return count === 1
    ? vscode.l10n.t('Only the first pickle of this file can be read.')
    : vscode.l10n.t('Only the first {0} pickles of this file can be read.', count);
}

function actionsNotices(actions: PickleActions): Notice[] {
  const twofold: Notice = {
    level: 'error',
    title: vscode.l10n.t('This file is crafted to be read in two ways.'),
    text: vscode.l10n.t(
      'In Python, pickle.load on the file and pickle.loads on its bytes behave differently.',
    ),
    items: [],
    buttons: [],
  };
  return [...(actions.isAmbiguous ? [twofold] : []), levelNotice(actions)];
}

function levelNotice(actions: PickleActions): Notice {
  const { level, effects, unlisted } = actions;
  const harmless = effects.filter(isHarmless);
  const items = effects.filter((effect) => !isHarmless(effect)).map(effectItem);
  if (unlisted > 0)
    items.push({
      code: '…',
      remark: vscode.l10n.t('{0} more: "picklepost show --file … --calls" lists all', unlisted),
    });
  if (harmless.length > 0) items.push(foldedItem(harmless));
  return { level: NOTICE_LEVELS[level], ...levelTexts(level), items, buttons: [] };
}

const NOTICE_LEVELS = {
  plain: 'information',
  known: 'information',
  classes: 'warning',
  calls: 'error',
} as const satisfies Record<PickleActions['level'], Notice['level']>;

function levelTexts(level: PickleActions['level']): Pick<Notice, 'title' | 'text'> {
  const onlyRead = vscode.l10n.t('Picklepost only reads it: nothing of this is run here.');
  switch (level) {
    case 'plain':
      return { title: vscode.l10n.t('Plain data: loading it in Python runs no third-party code.'), text: '' };
    case 'known':
      return {
        title: vscode.l10n.t(
          'Data of known libraries: loading it in Python imports them, and calls nothing else.',
        ),
        text: '',
      };
    case 'classes':
      return {
        title: vscode.l10n.t('Names unknown classes, which Python would import.'),
        text: onlyRead,
      };
    case 'calls':
      return {
        title: vscode.l10n.t('Loading this file in Python would call functions or change imported objects.'),
        text: onlyRead,
      };
  }
}

function isHarmless({ level }: Effect): boolean {
  return level === 'plain' || level === 'known';
}

/** Harmless ones, in one line. */
function foldedItem(effects: readonly Effect[]): NoticeItem {
  const listed = effects
    .slice(0, MAX_FOLDED)
    .map(({ subject, count }) => (count > 1 ? `${subject} (${count})` : subject));
  if (effects.length > MAX_FOLDED) listed.push('…');
  return { code: listed.join(', '), remark: vscode.l10n.t('known data') };
}

const MAX_FOLDED = 20;

function effectItem({ kind, level, subject, text, count, dropped, only }: Effect): NoticeItem {
  const remarks: string[] = [];
  if (kind === 'change') remarks.push(vscode.l10n.t('changes an imported object'));
  if (kind === 'import') remarks.push(vscode.l10n.t('imported'));
  if (kind === 'reference') remarks.push(vscode.l10n.t('refers to something outside of the file'));
  if (kind === 'call' && level === 'classes')
    remarks.push(text === subject ? vscode.l10n.t('makes objects of it') : vscode.l10n.t('called'));
  if (count > 1) remarks.push(vscode.l10n.t('{0} times', count));
  if (dropped > 0 && dropped === count) remarks.push(vscode.l10n.t('result dropped: not in the tree'));
  else if (dropped > 0) remarks.push(vscode.l10n.t('results dropped (not in the tree): {0}', dropped));
  if (only !== undefined) remarks.push(onlyRemark(only));
  return { code: text, remark: remarks.join(', ') };
}

function onlyRemark(only: NonNullable<Effect['only']>): string {
  switch (only) {
    case 'file':
      return vscode.l10n.t('only when loaded from a file');
    case 'memory':
      return vscode.l10n.t('only in some ways of loading it');
    case 'pickle':
      return vscode.l10n.t('only when loaded without the library that wrote it');
    case 'rest':
      return vscode.l10n.t('after an error: Python may run it');
  }
}

function asText(): Button {
  return { title: vscode.l10n.t('Open with text editor'), action: 'openAsText' };
}
