import * as vscode from 'vscode';
import type { NodeInfo } from '../../core/inspection/inspection';
import type { MessageToView } from '../../webview/messages';
import type { PickleFiles } from './pickleFiles';
import { rowIdsTo } from './pickleRows';
import { searchValue, type FindProgress } from '../inspect/valueSearch';
import { describeFound } from '../shell/formatting';

/** Finds keys and values for one view of a pickle file, and goes to them. */
export class PickleSearch {
  /** The view's number of the current search; results of other searches are not sent. */
  private current = 0;
  private places: readonly NodeInfo[] = [];

  constructor(
    private readonly files: PickleFiles,
    private readonly address: string,
    private readonly send: (message: MessageToView) => Promise<void>,
    /** Makes sure that the row of a value exists. */
    private readonly uncover: (path: readonly number[]) => Promise<void>,
  ) {}

  /** Reports the number of matches to the view step by step. An empty text only ends the previous search. */
  async find(search: number, text: string): Promise<void> {
    this.current = search;
    this.places = [];
    if (text === '') return;
    for await (const progress of searchValue(this.files, this.address, [], { text, where: 'both' })) {
      if (this.current !== search) return;
      this.places = progress.places;
      await this.send({ kind: 'found', search, count: this.places.length, text: describe(progress) });
    }
  }

  async goTo(search: number, index: number): Promise<void> {
    const place = this.places[index];
    if (this.current !== search || !place) return;
    const ids = await this.files.use(this.address, (file) => rowIdsTo(file, place.path));
    const text = vscode.l10n.t('{0} of {1}', index + 1, this.places.length);
    if (this.current !== search) return;
    await this.uncover(place.path);
    await this.send({ kind: 'reveal', ids, text });
  }

  dispose(): void {
    this.current = 0;
  }
}

function describe({ places, count, isDone }: FindProgress): string {
  if (isDone && count === 0) return vscode.l10n.t('Nothing found');
  return describeFound(count, places.length, isDone);
}
