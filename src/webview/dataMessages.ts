/** The messages between the extension and the view of a table, array or picture. */
import type { Tolerance } from '../core/data/difference';
import type { DataQuestion } from '../core/data/questions';

export type DataMode = 'table' | 'picture' | 'plot';

/** Every text of the page, in the user's language. `{0}` stands for what is inserted. */
export interface DataTexts {
  readonly table: string;
  readonly picture: string;
  readonly plot: string;
  readonly column: string;
  readonly filter: string;
  readonly filterHint: string;
  readonly find: string;
  readonly notFound: string;
  readonly goTo: string;
  readonly rowsOf: string;
  readonly rows: string;
  readonly sortAscending: string;
  readonly sortDescending: string;
  readonly sortNone: string;
  readonly sortAdded: string;
  readonly copy: string;
  readonly copyText: string;
  readonly copyCsv: string;
  readonly copyMarkdown: string;
  readonly copyPython: string;
  readonly save: string;
  readonly saveCsv: string;
  readonly saveNpy: string;
  readonly savePng: string;
  readonly missing: string;
  readonly distinct: string;
  readonly moreThan: string;
  readonly minimum: string;
  readonly maximum: string;
  readonly mean: string;
  readonly deviation: string;
  readonly distribution: string;
  readonly removeFilter: string;
  readonly close: string;
  readonly low: string;
  readonly high: string;
  readonly coloring: string;
  readonly gray: string;
  readonly rgb: string;
  readonly bgr: string;
  readonly heat: string;
  readonly zoomIn: string;
  readonly zoomOut: string;
  readonly fit: string;
  readonly line: string;
  readonly points: string;
  readonly histogram: string;
  readonly horizontal: string;
  readonly vertical: string;
  readonly rowNumber: string;
  readonly onlyDiffering: string;
  readonly compareAsText: string;
  readonly absolute: string;
  readonly relative: string;
  readonly differences: string;
  readonly previousDifference: string;
  readonly nextDifference: string;
  readonly changedCells: string;
  readonly addedRows: string;
  readonly removedRows: string;
  readonly addedColumns: string;
  readonly removedColumns: string;
  readonly changedTypes: string;
  readonly noDifferences: string;
  readonly byLabel: string;
  readonly byPosition: string;
  readonly wasBefore: string;
  readonly added: string;
  readonly removed: string;
  readonly changed: string;
  readonly nothingToPlot: string;
  readonly gridLabel: string;
  readonly pictureLabel: string;
  readonly working: string;
  readonly axes: string;
  readonly axisOf: string;
  readonly channels: string;
  readonly none: string;
  readonly seconds: string;
}

/** Extension of a file to which what is shown is saved. */
export type SaveExtension = 'csv' | 'png' | 'npy';

export type MessageToDataView =
  /** The data to show first. If the page is shown again, the mode is left as it was. */
  | {
      readonly kind: 'show';
      readonly mode: DataMode;
      readonly texts: DataTexts;
      /** How far apart numbers may be, of a comparison. */
      readonly tolerance: Tolerance;
    }
  | { readonly kind: 'answer'; readonly request: number; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly request: number; readonly message: string };

export type MessageFromDataView =
  /** The page listens. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'ask'; readonly request: number; readonly question: DataQuestion }
  /** Nobody waits for the answer any more. */
  | { readonly kind: 'cancel'; readonly request: number }
  /** The page may not write to the clipboard itself. */
  | { readonly kind: 'copyText'; readonly text: string }
  /** Answers a question and saves the answer, a text or bytes, to a file that the person names. */
  | { readonly kind: 'save'; readonly question: DataQuestion; readonly extension: SaveExtension }
  /** How far numbers may be apart; what was shown is asked for again. */
  | { readonly kind: 'tolerate'; readonly absolute: number; readonly relative: number }
  | { readonly kind: 'compareAsText' };
