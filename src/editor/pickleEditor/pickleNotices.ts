import * as vscode from 'vscode';
import { runsCode, type CallSummary, type PickleActions } from '../../core/codecs/pickle/codec';
import type { Button, Notice, NoticeItem } from '../../webview/messages';
import type { DecodedPickleFile } from '../../worker/protocol';

/** What is to be said of a file above its tree, the worst first. */
export function fileNotices(file: DecodedPickleFile): Notice[] {
  const problem = file.problem === undefined ? [] : [problemNotice(file.problem, file.count)];
  const hasActions = file.count > 0 || runsCode(file.actions);
  return [...problem, ...(hasActions ? [actionsNotice(file.actions)] : [])];
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

/** In one line that says the most at its beginning, for a narrow row; undefined for plain data. */
export function actionsSentence(actions: PickleActions): string | undefined {
  if (!runsCode(actions)) return undefined;
  const what = actions.calls.length > 0 ? actions.calls.map(({ callable }) => callable) : actions.names;
  const list = `${what.slice(0, 3).join(', ')}${what.length > 3 ? ', …' : ''}`;
  const dropped = actions.calls.filter((call) => call.dropped > 0).map(({ example }) => example);
  const sentence =
    actions.calls.length > 0
      ? vscode.l10n.t('Python would call {0}', list)
      : vscode.l10n.t('Python would import {0}', list);
  if (dropped[0] === undefined) return sentence;
  return `${sentence}. ${vscode.l10n.t('Not part of the value: {0}', dropped.slice(0, 3).join(', '))}`;
}

function problemNotice(problem: string, count: number): Notice {
  if (count === 0) return failureNotice(problem);
  return {
    level: 'error',
    title:
      count === 1
        ? vscode.l10n.t('Only the first pickle of this file can be read.')
        : vscode.l10n.t('Only the first {0} pickles of this file can be read.', count),
    text: problem,
    items: [],
    buttons: [asText()],
  };
}

function actionsNotice(actions: PickleActions): Notice {
  if (!runsCode(actions)) {
    return {
      level: 'information',
      title: vscode.l10n.t('Plain data: loading it in Python runs no code of others.'),
      text: '',
      items: [],
      buttons: [],
    };
  }
  const called = new Set(actions.calls.map(({ callable }) => callable));
  const imported = actions.names.filter((name) => !called.has(name));
  return {
    level: 'warning',
    title: vscode.l10n.t('Loading this file in Python would run code.'),
    text: vscode.l10n.t('Picklepost only reads it: nothing of this is run here.'),
    items: [
      ...actions.calls.map(callItem),
      ...imported.map((code) => ({ code, remark: vscode.l10n.t('imported') })),
      ...(actions.isCut ? [{ code: '…', remark: vscode.l10n.t('and more') }] : []),
    ],
    buttons: [],
  };
}

function callItem({ example, count, dropped }: CallSummary): NoticeItem {
  const remarks = count > 1 ? [vscode.l10n.t('{0} calls', count)] : [];
  if (dropped > 0 && dropped === count) remarks.push(vscode.l10n.t('result dropped: not in the tree'));
  else if (dropped > 0) remarks.push(vscode.l10n.t('{0} results dropped: not in the tree', dropped));
  return { code: example, remark: remarks.join(', ') };
}

function asText(): Button {
  return { title: vscode.l10n.t('Open with text editor'), action: 'openAsText' };
}
