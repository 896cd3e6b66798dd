import * as vscode from 'vscode';
import type { AdmissionControl } from '../../core/admission/admissionControl';
import { keyOfId, normalizedId } from '../../core/admission/sender';
import type { SenderList, SenderSettings } from '../items/senderSettings';
import { inertText, withoutIcons } from '../shell/foreignText';
import { EXTENSION } from '../shell/names';
import { readSettings } from '../shell/settings';

interface Row extends vscode.QuickPickItem {
  readonly list?: SenderList;
  /** As it is written in the list. */
  readonly entry?: string;
}

/** Shows the senders that are always accepted or blocked; the person can remove them from their list. */
export async function manageSenders(
  settings: SenderSettings,
  admissionControl: AdmissionControl,
): Promise<void> {
  await settings.settled();
  const { alwaysAccept, block } = readSettings().receive;
  if (alwaysAccept.length + block.length === 0) {
    await vscode.commands.executeCommand('workbench.action.openSettings', `@id:${EXTENSION}.receive.accept`);
    return;
  }
  const picked = await vscode.window.showQuickPick(senderRows(alwaysAccept, block, admissionControl), {
    title: vscode.l10n.t('Accepted and blocked senders'),
    placeHolder: vscode.l10n.t('Select senders to remove from their list'),
    canPickMany: true,
  });
  for (const { list, entry } of picked ?? [])
    if (list !== undefined && entry !== undefined) await settings.remove(list, entry);
}

export function senderRows(
  alwaysAccept: readonly string[],
  block: readonly string[],
  admissionControl: Pick<AdmissionControl, 'refusalsOf'>,
): Row[] {
  const separator = (label: string): Row => ({ label, kind: vscode.QuickPickItemKind.Separator });
  return [
    separator(vscode.l10n.t('Always accepted')),
    ...alwaysAccept.map((entry): Row => ({ ...keyRow(entry), list: 'alwaysAccept', entry })),
    separator(vscode.l10n.t('Blocked')),
    ...block.map((entry): Row => ({ ...blockedRow(entry, admissionControl), list: 'block', entry })),
  ];
}

function keyRow(name: string): Row {
  return { label: `$(key) ${withoutIcons(inertText(name))}` };
}

function blockedRow(entry: string, admissionControl: Pick<AdmissionControl, 'refusalsOf'>): Row {
  const id = normalizedId(entry);
  const key = keyOfId(id);
  const description = vscode.l10n.t('refused since the server started: {0}', admissionControl.refusalsOf(id));
  return {
    ...(key === undefined ? { label: `$(globe) ${withoutIcons(inertText(id))}` } : keyRow(key)),
    description,
  };
}
