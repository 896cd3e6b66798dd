import path from 'node:path';
import { PicklepostError } from '../core/errors';
import type { AnnouncedItem } from '../core/item/item';
import type { ItemStore } from '../core/item/itemStore';
import { type StoreHooks, withHooks } from '../core/item/storeHooks';
import { formatSize } from '../core/amounts';
import { say } from '../core/text';
import { diskError, hasErrorCode } from '../inbox/disk/diskError';
import { makeFolder } from '../inbox/disk/durableFile';
import type { Inbox } from '../inbox/inbox';
import { removeLeftovers } from '../inbox/output/anchoredFolder';
import { FolderOutput } from '../inbox/output/folderOutput';
import { withOutput } from '../inbox/output/itemOutput';
import { toolName } from '../inbox/output/safeName';
import type { Context } from './command';
import { ItemPrinter } from './itemPrinter';
import type { Output } from './output';
import { Progress } from './progress';
import { protectionOf, traitsOf } from '../core/wire/dialects';
import { onOneLine } from '../inbox/output/screenText';
import { describe, describeProtection } from './describe';

/** How arriving items are handled. */
export interface ArrivalOptions {
  /** A folder in which each is also saved, unencrypted. */
  readonly saveTo: string | undefined;
  readonly allowsToolFolders: boolean;
  /** Whether texts and dictionaries are printed. */
  readonly print: boolean;
  /** Whether only one is taken. */
  readonly once: boolean;
}

/** Stores arriving items, and reports them. */
export class Arrivals {
  readonly store: ItemStore;
  /** The files in which items have been saved, by their ids. */
  private readonly saved = new Map<string, string>();
  private readonly output: Output;
  private readonly printer: ItemPrinter;
  /** Settles when everything so far has been reported and printed. */
  private reported: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: ArrivalOptions,
    private readonly inbox: Inbox,
    { output, workerScript }: Context,
  ) {
    this.output = output;
    this.printer = new ItemPrinter(inbox, output, workerScript);
    this.store = this.makeStore();
  }

  /**
   * Reports a durable item, and prints it if that was requested.
   * @param about goes into the event, too
   */
  report(item: AnnouncedItem, about: object = {}, more: readonly string[] = []): void {
    const { output } = this;
    const savedTo = this.saved.get(item.id);
    this.saved.delete(item.id);
    const { print, allowsToolFolders } = this.options;
    const disarmed = savedTo === undefined || allowsToolFolders ? undefined : toolName(item);
    const report = { item, savedTo, disarmed };
    const isPrinted = print && this.printer.tryQueue();
    const tell = (): void => [...arrivalLines(report), ...more].forEach((line) => output.line(line));
    // Programs do not wait while something else is decoded to be printed.
    output.event({ ...arrivalEvent(report), ...about });
    if (print && !isPrinted) {
      tell();
      output.note(`The content of ${item.id} is not printed: too many items came at once.`);
      return;
    }
    // The printed content of an item comes before the report of the next one.
    this.reported = this.reported.then(async () => {
      tell();
      if (isPrinted) await this.printer.print(item);
    });
  }

  /** Settles when everything has been reported and printed. */
  async close(): Promise<void> {
    await this.reported;
    this.printer.dispose();
  }

  private makeStore(): ItemStore {
    const { saveTo, once } = this.options;
    const progress = new Progress(this.output);
    const shown = withHooks(this.inbox, {
      progress: ({ from }, bytes) => progress.update(() => `Receiving from ${from}: ${formatSize(bytes)}`),
    });
    const store = saveTo === undefined ? shown : this.savingTo(path.resolve(saveTo), shown);
    // The outermost step: an item that could not be saved is not stored.
    return once ? withHooks(store, onlyOne()) : store;
  }

  private savingTo(directory: string, store: ItemStore): ItemStore {
    const { inbox, saved } = this;
    const { allowsToolFolders } = this.options;
    const folder = { directory, fileName: '{name}', keepsPlaces: true, allowsToolFolders };
    const output = new FolderOutput();
    return withOutput(store, {
      async write(item, existed) {
        const { file, told } = await output.save(folder, item, { existed, content: inbox.read(item.id) });
        saved.set(item.id, file);
        return told;
      },
      remove: ({ id }) => inbox.delete(id),
    });
  }
}

/** Checks before anything arrives that items can be saved. @throws PicklepostError `disk` */
export async function makePlainFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
    await removeLeftovers(folder);
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST'))
      throw new PicklepostError('disk', `Cannot save to ${folder}: it is a file. Name a folder.`);
    throw diskError(say`Cannot make the folder ${folder}`, error);
  }
}

/** A received item, with the data to report. */
interface ArrivalReport {
  readonly item: AnnouncedItem;
  /** The file in which it has been saved, unencrypted. */
  readonly savedTo: string | undefined;
  /** A folder in its path whose name was changed, since programs run commands from it. */
  readonly disarmed: string | undefined;
}

/** The event of `receive --json`. */
function arrivalEvent({ item, savedTo, disarmed }: ArrivalReport): object {
  const { id, kind, name, sentName, path, mode, format = null, encrypted, size, from, sha256 } = item;
  const { key = null } = item;
  const about = { id, kind, name, sentName, path, mode, format, encrypted, key };
  const protection = protectionOf(item) ?? null;
  const { note, message, existed, savedAs } = item;
  const proof = { verified: isVerified(item), existed, note, message, savedTo, savedAs, disarmed };
  return { event: 'received', ...about, protection, size, from, sha256, ...proof };
}

/** The same for people, one line each. */
function arrivalLines({ item, savedTo, disarmed }: ArrivalReport): string[] {
  const { id, from, sha256, name, path, sentName, savedAs, note, message, existed } = item;
  const again = existed ? ' again, which was here already,' : '';
  const lines = [`Received ${describe(item)}${again} from ${from}: ${id}, ${proofOf(item)}SHA-256 ${sha256}`];
  if (message !== undefined) lines.push(`Its sender says: ${onOneLine(message)}`);
  if (sentName !== undefined)
    lines.push(`It came with a name that cannot be kept here: ${onOneLine(sentName)}`);
  if (savedTo !== undefined) lines.push(`Saved ${savedTo}`);
  if (savedAs !== undefined)
    lines.push(`A name in it had to change: it was sent as ${onOneLine(path ?? sentName ?? name)}`);
  if (disarmed !== undefined)
    lines.push(
      `Programs run commands from ${disarmed}, so its name was changed. --allow-tool-folders keeps it.`,
    );
  if (note !== undefined) lines.push(note);
  const protection = protectionOf(item);
  if (protection === 'parts') lines.push(`${item.name} was ${describeProtection(protection)}.`);
  return lines;
}

function isVerified(item: AnnouncedItem): boolean {
  return (traitsOf(item)?.verifies ?? false) && !item.isHashClaimed;
}

function proofOf(item: AnnouncedItem): string {
  if (isVerified(item)) return 'verified: ';
  return item.isHashClaimed ? 'checked piece by piece; of the sender: ' : '';
}

/**
 * Makes a store take only one item: the first that is complete, as a sender that stops in the middle must not keep the
 * others out. Other items are refused, unless that one fails.
 */
function onlyOne(): StoreHooks {
  let isTaken = false;
  const check = (): void => {
    if (isTaken)
      throw new PicklepostError('refused', 'This receiver takes one item and ends. Send the others later.');
  };
  return {
    admit: check,
    async confirm(_arrival, store) {
      check();
      isTaken = true;
      try {
        return await store();
      } catch (error) {
        isTaken = false;
        throw error;
      }
    },
  };
}
