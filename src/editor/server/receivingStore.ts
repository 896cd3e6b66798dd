import * as vscode from 'vscode';
import type { AnnouncedItem, ReceivedItem } from '../../core/item/item';
import type { AdmissionControl } from '../../core/admission/admissionControl';
import { withHooks } from '../../core/item/storeHooks';
import type { ItemStore } from '../../core/item/itemStore';
import { withOutput } from '../../inbox/output/itemOutput';
import { FolderOutput } from '../../inbox/output/folderOutput';
import { textForScreen } from '../../inbox/output/screenText';
import type { ReceivedItems } from '../items/receivedItems';
import type { SavedPaths } from '../items/savedPaths';
import { readSettings } from '../shell/settings';
import { describeKind, formatTime, senderHost } from '../shell/formatting';

/** Longest text of one value that is printed, in UTF-16 units; long ones are shortened further for the screen. */
const MAXIMUM_WRITTEN = 1024 * 1024;

/**
 * The store for arriving items of this window's server: the inbox, and, as the settings say, a folder and the output
 * channel.
 */
export class ReceivingStore implements vscode.Disposable {
  private channel: vscode.OutputChannel | undefined;
  private readonly folder = new FolderOutput();

  constructor(
    private readonly items: ReceivedItems,
    private readonly saved: SavedPaths,
    private readonly admissionControl: AdmissionControl,
  ) {}

  /** For items that anybody may send: the person may have to accept their sender. */
  async open(): Promise<ItemStore> {
    return withHooks(await this.openForOwn(), { admit: (...item) => this.admissionControl.admit(...item) });
  }

  /** For items of an inbox that the person's settings name, with its key, so that no question is needed. */
  async openForOwn(): Promise<ItemStore> {
    const inbox = await this.items.inbox();
    return withOutput(inbox, {
      write: (item, existed) => this.output(item, existed),
      remove: ({ id }) => inbox.delete(id),
    });
  }

  dispose(): void {
    this.channel?.dispose();
  }

  private async output(item: ReceivedItem, existed: boolean): Promise<Pick<AnnouncedItem, 'savedAs'>> {
    const { saveToFolder, fileName, toolFolders, print } = readSettings().receive;
    const inbox = await this.items.inbox();
    let savedAs: Pick<AnnouncedItem, 'savedAs'> = {};
    if (saveToFolder !== undefined) {
      const place = { ...saveToFolder, fileName, keepsPlaces: true, allowsToolFolders: toolFolders };
      const saving = this.folder.save(place, item, { existed, content: inbox.read(item.id) });
      const { file, told } = await saving;
      this.saved.set(item.id, file);
      savedAs = told;
    }
    if (print && !existed) await this.print(item);
    return savedAs;
  }

  private async print(item: ReceivedItem): Promise<void> {
    this.channel ??= vscode.window.createOutputChannel(vscode.l10n.t('Picklepost: Received'));
    const inbox = await this.items.inbox();
    const text = await textForScreen(item, inbox.read(item.id), () =>
      this.items.values.use(item.id, (value) => value.ask('text', [], 'python', MAXIMUM_WRITTEN)),
    );
    const heading = [item.name, describeKind(item), senderHost(item), formatTime(item.receivedAt)].join(
      ' · ',
    );
    this.channel.appendLine(`── ${heading}\n${text}\n`);
  }
}
