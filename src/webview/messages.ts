/** The messages between the view of a pickle file and the extension. All texts are in the user's language. */

/** A range of the children of the value at a path. */
export interface RowSource {
  readonly path: readonly number[];
  readonly start: number;
  readonly count: number;
}

/** A row of the tree: a value, or a range of the children of a large one. */
export interface Row {
  /** An id that stays the same for the same place, also if the file changes. */
  readonly id: string;
  readonly key: string;
  /** Python's name of the type; empty for a range, or if the text contains it. */
  readonly type: string;
  readonly text: string;
  /** The text for screen readers. */
  readonly label: string;
  readonly tooltip: string;
  /** The path of its value; undefined for a range. */
  readonly path?: readonly number[];
  /** For a recognized value, whether it is shown as that value or as its stored call. */
  readonly recognition?: 'known' | 'stored';
  /** Whether it can be shown as a table or a picture. */
  readonly isData?: boolean;
  /** The rows below it; undefined if there are none. */
  readonly children?: RowSource;
}

/** A notice above the tree, with its details and actions. */
export interface Notice {
  readonly level: 'information' | 'warning' | 'error';
  readonly title: string;
  readonly text: string;
  readonly items: readonly NoticeItem[];
  readonly buttons: readonly Button[];
}

export interface NoticeItem {
  /** Python source. */
  readonly code: string;
  readonly remark: string;
}

export interface Button {
  readonly title: string;
  readonly action: Action;
}

/** Actions that the view asks the extension for. */
export type Action = 'openData' | 'openAsText' | 'openAsPython' | 'openAsJson' | 'openAsXml' | 'reload';

/** Commands on the row of a value. They are the same in every view that shows values. */
export const ROW_COMMANDS = [
  'copyValue',
  'copyPath',
  'copyAsJson',
  'copyAsPython',
  'openAsTable',
  'openAsPicture',
  'openAsPlot',
  'showAsStored',
  'showRecognized',
  'selectForCompare',
  'compareWithSelected',
  'compareWithFile',
] as const;

export type RowCommand = (typeof ROW_COMMANDS)[number];

export type MessageToView =
  /** The content of the file. It is sent each time the file has been read. */
  | {
      readonly kind: 'file';
      readonly title: string;
      readonly notices: readonly Notice[];
      readonly buttons: readonly Button[];
      readonly rows: readonly Row[];
    }
  | { readonly kind: 'rows'; readonly request: number; readonly rows: readonly Row[] }
  | { readonly kind: 'failed'; readonly request: number; readonly message: string }
  /** The number of matches so far that the person can go to, and a text about the search. */
  | { readonly kind: 'found'; readonly search: number; readonly count: number; readonly text: string }
  /** The ids of the rows that lead to a match, from the top, and a text about its position. */
  | { readonly kind: 'reveal'; readonly ids: readonly string[]; readonly text: string }
  /** A command on the focused row. The view answers with the path of its value. */
  | { readonly kind: 'askRow'; readonly command: RowCommand }
  /** A text that the view asked for, to be copied. */
  | { readonly kind: 'copied'; readonly text: string };

export type MessageToExtension =
  /** The view is ready to receive messages. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'rows'; readonly request: number; readonly source: RowSource }
  /** A command on the row of the value at a path. */
  | { readonly kind: 'row'; readonly command: RowCommand; readonly path: readonly number[] }
  /** Begins a search, which replaces the previous one. */
  | { readonly kind: 'find'; readonly search: number; readonly text: string }
  | { readonly kind: 'goTo'; readonly search: number; readonly index: number }
  /** Asks the extension to copy a text, because the page may not write to the clipboard. */
  | { readonly kind: 'copyText'; readonly text: string }
  | { readonly kind: 'do'; readonly action: Action };
