import type { OutgoingItem } from '../core/item/item';
import { formatSize } from '../core/amounts';
import { inEnglish } from '../core/text';
import { onOneLine } from '../inbox/output/screenText';
import { LEFT_OUT_WORDS, type LeftOut } from '../net/folderFiles';
import type { Waiting } from '../net/persistentSend';
import type { Output } from './output';
import { Progress } from './progress';
import type { Sources } from './sources';

/** Identifies an item for programs. */
export function describeItem({ name, path }: OutgoingItem): object {
  return { name, ...(path !== undefined && { path }) };
}

function progressEvent(item: OutgoingItem, bytes: number): object {
  return { event: 'progress', ...describeItem(item), bytes, size: item.size ?? null };
}

/** Programs get an event for each item, people are told once. */
export function askedReport(output: Output): (item: OutgoingItem) => void {
  let isTold = false;
  return (item) => {
    output.event({ event: 'asked', ...describeItem(item) });
    if (!isTold) output.note('Waiting for the receiver to accept...');
    isTold = true;
  };
}

export function reportWaiting({ error, milliseconds }: Waiting, output: Output): void {
  const seconds = Math.ceil(milliseconds / 1000);
  output.event({ event: 'waiting', seconds, code: error.code, message: error.message });
  output.note(`${error.message} Trying again in ${seconds} s.`);
}

function describeProgress({ name, size }: OutgoingItem, bytes: number): string {
  if (size === undefined || size === 0) return `Sending ${name}: ${formatSize(bytes)}`;
  const percent = Math.floor((bytes / size) * 100);
  return `Sending ${name}: ${formatSize(bytes)} of ${formatSize(size)} (${percent} %)`;
}

/** Reports the progress of items. */
export function progressReport(output: Output): (item: OutgoingItem, bytes: number) => void {
  const progress = new Progress(output);
  return (item, bytes) =>
    progress.update(
      () => describeProgress(item, bytes),
      () => progressEvent(item, bytes),
      bytes === item.size,
    );
}

/** Reports the findings of reading the paths. */
export function reportSources(
  { notices, leftOut }: Pick<Sources, 'notices' | 'leftOut'>,
  output: Output,
): void {
  for (const notice of notices) output.note(notice);
  for (const one of leftOut) reportLeftOut(one, output);
}

function reportLeftOut({ path, reason }: LeftOut, output: Output): void {
  output.event({ event: 'left-out', path, reason });
  const advice =
    reason === 'empty-folder' ? ', which only the native protocol carries, with --keep-paths' : '';
  output.note(`Left out ${onOneLine(path)}: it is ${inEnglish(LEFT_OUT_WORDS[reason])}${advice}.`);
}
