/** The messages between the extension and the view of a table, array or picture. */
import type { Tolerance } from '../core/data/difference';
import type { DataQuestion } from '../core/data/questions';

export type DataMode = 'table' | 'picture' | 'plot';

/** All texts of the page in the user's language. Values replace `{0}` and so on. */
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

/** The extension of a file in which the shown data are saved. */
export type SaveExtension = 'csv' | 'png' | 'npy';

export type MessageToDataView =
  /** Tells the page to load its data. If the page is shown again, it keeps its mode. */
  | {
      readonly kind: 'show';
      readonly mode: DataMode;
      readonly texts: DataTexts;
      /** How far numbers may be apart in a comparison. */
      readonly tolerance: Tolerance;
    }
  | { readonly kind: 'answer'; readonly request: number; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly request: number; readonly message: string };

export type MessageFromDataView =
  /** The page is ready to receive messages. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'ask'; readonly request: number; readonly question: DataQuestion }
  /** The answer is no longer needed. */
  | { readonly kind: 'cancel'; readonly request: number }
  /** Asks the extension to copy a text, because the page may not write to the clipboard. */
  | { readonly kind: 'copyText'; readonly text: string }
  /** Asks the extension to save the answer to a question, a text or bytes, in a file that the person chooses. */
  | { readonly kind: 'save'; readonly question: DataQuestion; readonly extension: SaveExtension }
  /** Sets how far numbers may be apart. The comparison is then shown again. */
  | { readonly kind: 'tolerate'; readonly absolute: number; readonly relative: number }
  | { readonly kind: 'compareAsText' };
