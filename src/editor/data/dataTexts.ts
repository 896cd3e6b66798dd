import * as vscode from 'vscode';
import type { DataTexts } from '../../webview/dataMessages';

/** Every text of the view of tables, pictures and plots. */
export function dataTexts(): DataTexts {
  return { ...toolTexts(), ...cellTexts(), ...drawingTexts(), ...differenceTexts() };
}

/** Texts of the bar above each of them. */
function toolTexts() {
  return {
    table: vscode.l10n.t('Table'),
    picture: vscode.l10n.t('Picture'),
    plot: vscode.l10n.t('Plot'),
    column: vscode.l10n.t('Column'),
    find: vscode.l10n.t('Find'),
    notFound: vscode.l10n.t('Nothing found'),
    goTo: vscode.l10n.t('Go to row, column'),
    copy: vscode.l10n.t('Copy'),
    copyText: vscode.l10n.t('As text'),
    copyCsv: vscode.l10n.t('As CSV'),
    copyMarkdown: vscode.l10n.t('As Markdown'),
    copyPython: vscode.l10n.t('As Python'),
    save: vscode.l10n.t('Save'),
    saveCsv: vscode.l10n.t('As CSV...'),
    saveNpy: vscode.l10n.t('As .npy...'),
    savePng: vscode.l10n.t('As PNG...'),
    close: vscode.l10n.t('Close'),
    working: vscode.l10n.t('Working...'),
    axes: vscode.l10n.t('Axes'),
    axisOf: vscode.l10n.t('Axis {0} (0 to {1})'),
    channels: vscode.l10n.t('Channels'),
    none: vscode.l10n.t('None'),
  } satisfies Partial<DataTexts>;
}

/** Texts of a table and its columns. */
function cellTexts() {
  return {
    filter: vscode.l10n.t('Filter'),
    filterHint: vscode.l10n.t('Text, > 3, == "x", is missing'),
    rowsOf: vscode.l10n.t('{0} of {1} rows'),
    rows: vscode.l10n.t('Rows'),
    sortAscending: vscode.l10n.t('Ascending'),
    sortDescending: vscode.l10n.t('Descending'),
    sortNone: vscode.l10n.t('Unsorted'),
    sortAdded: vscode.l10n.t('Sort by other columns first'),
    missing: vscode.l10n.t('Missing'),
    distinct: vscode.l10n.t('Distinct'),
    moreThan: vscode.l10n.t('more than {0}'),
    minimum: vscode.l10n.t('Minimum'),
    maximum: vscode.l10n.t('Maximum'),
    mean: vscode.l10n.t('Mean'),
    deviation: vscode.l10n.t('Standard deviation'),
    distribution: vscode.l10n.t('Distribution'),
    removeFilter: vscode.l10n.t('Remove filter'),
    gridLabel: vscode.l10n.t(
      'Cells. Arrow keys move, Shift extends the selection, Enter describes the column.',
    ),
  } satisfies Partial<DataTexts>;
}

/** Texts of pictures and plots. */
function drawingTexts() {
  return {
    low: vscode.l10n.t('Low'),
    high: vscode.l10n.t('High'),
    coloring: vscode.l10n.t('Colors'),
    gray: vscode.l10n.t('Gray'),
    rgb: vscode.l10n.t('RGB'),
    bgr: vscode.l10n.t('BGR'),
    heat: vscode.l10n.t('Heat map'),
    zoomIn: vscode.l10n.t('Zoom in'),
    zoomOut: vscode.l10n.t('Zoom out'),
    fit: vscode.l10n.t('Fit'),
    line: vscode.l10n.t('Line'),
    points: vscode.l10n.t('Points'),
    histogram: vscode.l10n.t('Histogram'),
    horizontal: vscode.l10n.t('Horizontal'),
    vertical: vscode.l10n.t('Vertical'),
    rowNumber: vscode.l10n.t('Row number'),
    nothingToPlot: vscode.l10n.t('There are no numbers to plot.'),
    pictureLabel: vscode.l10n.t('Picture. Plus and minus zoom, arrow keys move, 0 fits it into the window.'),
    seconds: vscode.l10n.t('seconds'),
  } satisfies Partial<DataTexts>;
}

/** Texts of two tables that are compared. */
function differenceTexts() {
  return {
    onlyDiffering: vscode.l10n.t('Only differences'),
    compareAsText: vscode.l10n.t('Compare as text'),
    absolute: vscode.l10n.t('Tolerance'),
    relative: vscode.l10n.t('Relative tolerance'),
    differences: vscode.l10n.t('Differences'),
    previousDifference: vscode.l10n.t('Previous difference'),
    nextDifference: vscode.l10n.t('Next difference'),
    changedCells: vscode.l10n.t('Changed cells: {0}, in rows: {1}'),
    addedRows: vscode.l10n.t('Rows added: {0}'),
    removedRows: vscode.l10n.t('Rows removed: {0}'),
    addedColumns: vscode.l10n.t('Columns added: {0}'),
    removedColumns: vscode.l10n.t('Columns removed: {0}'),
    changedTypes: vscode.l10n.t('Types changed: {0}'),
    noDifferences: vscode.l10n.t('No differences'),
    byLabel: vscode.l10n.t('Rows matched by label'),
    byPosition: vscode.l10n.t('Rows matched by position'),
    wasBefore: vscode.l10n.t('{0}, was {1}'),
    added: vscode.l10n.t('added'),
    removed: vscode.l10n.t('removed'),
    changed: vscode.l10n.t('changed'),
  } satisfies Partial<DataTexts>;
}
