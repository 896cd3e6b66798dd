/** What the view of a pickle file and the extension say to one another. All text is ready to be shown, in the user's language. */

/** A run of children of the value that a path leads to. */
export interface RowSource {
  readonly path: readonly number[];
  readonly start: number;
  readonly count: number;
}

/** A row of the tree: a value, or a range of the children of a large one. */
export interface Row {
  /** The same for the same place, also when the file has changed. */
  readonly id: string;
  readonly key: string;
  /** Python's name of the type; empty for a range, and where the text says it. */
  readonly type: string;
  readonly text: string;
  /** What a screen reader says. */
  readonly label: string;
  readonly tooltip: string;
  /** Where its value is; undefined for a range. */
  readonly path?: readonly number[];
  /** For a value that a stored call is known to make: whether it is shown as that value, or as the call. */
  readonly recognition?: 'known' | 'stored';
  /** Whether it can be shown as a table or a picture. */
  readonly isData?: boolean;
  /** What it expands to; undefined where there is nothing. */
  readonly children?: RowSource;
}

/** A sentence above the tree, with what belongs to it. */
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

/** What the extension does for the view. */
export type Action = 'openData' | 'openAsText' | 'openAsPython' | 'openAsJson' | 'openAsXml' | 'reload';

/** Commands on the row of a value, the same in every view that shows values. */
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
  /** The file, sent each time it has been read. */
  | {
      readonly kind: 'file';
      readonly title: string;
      readonly notices: readonly Notice[];
      readonly buttons: readonly Button[];
      readonly rows: readonly Row[];
    }
  | { readonly kind: 'rows'; readonly request: number; readonly rows: readonly Row[] }
  | { readonly kind: 'failed'; readonly request: number; readonly message: string }
  /** How many places a search has found so far that one can go to, and what to say of it. */
  | { readonly kind: 'found'; readonly search: number; readonly count: number; readonly text: string }
  /** Ids of the rows that lead to one, from the top, and what to say of it. */
  | { readonly kind: 'reveal'; readonly ids: readonly string[]; readonly text: string }
  /** A command on the row that has the focus: the view answers with the place of its value. */
  | { readonly kind: 'askRow'; readonly command: RowCommand }
  /** What was asked for to be copied. */
  | { readonly kind: 'copied'; readonly text: string };

export type MessageToExtension =
  /** The view listens. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'rows'; readonly request: number; readonly source: RowSource }
  /** A command on the row of the value at this place. */
  | { readonly kind: 'row'; readonly command: RowCommand; readonly path: readonly number[] }
  /** Begins a search in place of the one before. */
  | { readonly kind: 'find'; readonly search: number; readonly text: string }
  | { readonly kind: 'goTo'; readonly search: number; readonly index: number }
  /** The page may not write to the clipboard itself. */
  | { readonly kind: 'copyText'; readonly text: string }
  | { readonly kind: 'do'; readonly action: Action };
