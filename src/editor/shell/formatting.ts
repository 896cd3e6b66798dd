import { posix } from 'node:path';
import * as vscode from 'vscode';
import { hostOf } from '../../core/wire/address';
import { formats } from '../../core/codecs/formats';
import { isPickleName } from '../../core/codecs/fileFormat';
import { isEmptyFolder, type ReceivedItem } from '../../core/item/item';
import { protectionOf, SHARED_INBOX } from '../../core/wire/dialects';
import { madeUpName } from '../../inbox/output/safeName';

const DATE_FORMATS = {
  clock: { hour: '2-digit', minute: '2-digit' },
  date: { dateStyle: 'medium' },
  day: { dateStyle: 'full' },
  moment: {
    ...{ year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const dateFormats = new Map<keyof typeof DATE_FORMATS, Intl.DateTimeFormat>();

/** Making a format takes a third of a millisecond, which is too much for each of hundreds of rows. */
function formatDate(time: Date | number, name: keyof typeof DATE_FORMATS): string {
  const format = dateFormats.get(name) ?? new Intl.DateTimeFormat(vscode.env.language, DATE_FORMATS[name]);
  dateFormats.set(name, format);
  return format.format(time);
}

/** The time of day, with the date before it if it is not today. */
export function formatTime(milliseconds: number): string {
  const time = new Date(milliseconds);
  const clock = formatDate(time, 'clock');
  if (time.toDateString() === new Date().toDateString()) return clock;
  return `${formatDate(time, 'date')} ${clock}`;
}

/** Date and time to the second. */
export function formatMoment(milliseconds: number): string {
  return formatDate(milliseconds, 'moment');
}

/** The kind of an item: `dictionary (pickle)`, `text` or `file`. */
export function describeKind(item: ReceivedItem): string {
  switch (item.kind) {
    case 'dictionary':
      return vscode.l10n.t('dictionary ({0})', item.format === undefined ? '' : formats[item.format].title);
    case 'text':
      return vscode.l10n.t('text');
    case 'file':
      if (isEmptyFolder(item)) return vscode.l10n.t('empty folder');
      return isPickleName(item.name) ? vscode.l10n.t('pickle file') : vscode.l10n.t('file');
  }
}

/** As {@link describeKind}, in one word: for a dictionary, the name of its format. */
export function formatName(item: ReceivedItem): string {
  return item.format === undefined ? describeKind(item) : formats[item.format].title;
}

/** The name with which an item was sent, or its kind if it was sent without one. */
export function itemTitle(item: ReceivedItem): string {
  if (item.name !== madeUpName(item)) return item.name;
  return capitalize(describeKind(item));
}

export function capitalize(text: string): string {
  return text.charAt(0).toLocaleUpperCase(vscode.env.language) + text.slice(1);
}

/** A day as a person calls it. @param day `2026-01-31` */
export function formatDay(day: string): string {
  const noon = new Date(`${day}T12:00:00`);
  const date = formatDate(noon, 'day');
  const isDaysAgo = (days: number): boolean => {
    const then = new Date();
    then.setDate(then.getDate() - days);
    return then.toDateString() === noon.toDateString();
  };
  if (isDaysAgo(0)) return vscode.l10n.t('Today, {0}', date);
  if (isDaysAgo(1)) return vscode.l10n.t('Yesterday, {0}', date);
  return date;
}

/** The address of the sender without the port, which means nothing to a person. */
export function senderHost(item: ReceivedItem): string {
  return hostOf(item.from);
}

/** The number of matches of a search. @param listed the number of listed ones */
export function describeFound(count: number, listed: number, isDone: boolean): string {
  const number = count.toLocaleString(vscode.env.language);
  const all = isDone ? number : vscode.l10n.t('{0} so far', number);
  if (count <= listed) return vscode.l10n.t('{0} found', all);
  return vscode.l10n.t('the first {0} of {1}', listed.toLocaleString(vscode.env.language), all);
}

/** For a row: empty for an item that was not encrypted. */
export function protectionWords(item: ReceivedItem): string[] {
  const protection = protectionOf(item);
  if (protection === undefined) return [];
  const { key } = item;
  if (item.dialect === SHARED_INBOX.name) return [vscode.l10n.t('sealed with {0}', key ?? '')];
  if (protection === 'parts')
    return [
      key === undefined
        ? vscode.l10n.t('encrypted in parts')
        : vscode.l10n.t('encrypted in parts, from {0}', key),
    ];
  return [
    key === undefined
      ? vscode.l10n.t('encrypted, sender not verified')
      : vscode.l10n.t('encrypted, from {0}', key),
  ];
}

/** The last part of a URI. */
export function baseName(uri: vscode.Uri): string {
  return posix.basename(uri.path);
}
