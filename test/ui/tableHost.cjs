// Stands for the extension in the page of a table: a million rows and ten columns whose cells say where they are, after 15 ms each. There is a column of each kind.
(() => {
  const [ROWS, COLUMNS] = [1_000_000, 10];
  const list = (count, make) => Array.from({ length: count }, (_, i) => make(i));
  // Kinds as packed cells have them.
  const KINDS = '2201345622';
  const header = (column) => ({
    name: `c${column}`,
    type: 'float64',
    kind: KINDS[column] === '5' ? 'text' : 'number',
  });
  const table = {
    rowCount: ROWS,
    columnCount: COLUMNS,
    index: [],
    names: list(COLUMNS, (i) => `c${i}`),
    widths: list(COLUMNS, () => 12),
    numeric: [],
  };
  const window = ({ rows, columns }) => {
    const height = Math.min(rows.count, ROWS - rows.start);
    const width = Math.min(columns.count, COLUMNS - columns.start);
    const text = (row, column) => `${rows.start + row}.${columns.start + column}`;
    return {
      rows: { start: rows.start, count: height },
      columns: { start: columns.start, count: width },
      headers: list(width, (i) => header(columns.start + i)),
      labels: list(height, (i) => [String(rows.start + i)]),
      cells: {
        texts: list(height, (row) => list(width, (column) => text(row, column))).flat(),
        kinds: KINDS.slice(columns.start, columns.start + width).repeat(height),
      },
    };
  };
  const answers = { open: () => ({ fitsNpy: false, table }), count: () => ROWS, window };
  const say = (data, delay) =>
    setTimeout(() => globalThis.dispatchEvent(new globalThis.MessageEvent('message', { data })), delay);
  const texts = new Proxy({}, { get: (_, name) => (typeof name === 'string' ? name : undefined) });
  globalThis.acquireVsCodeApi = () => ({
    postMessage(message) {
      if (message.kind === 'ready')
        say({ kind: 'show', mode: 'table', texts, tolerance: { absolute: 0, relative: 0 } }, 0);
      if (message.kind !== 'ask') return;
      const answer = answers[message.question.name]?.(message.question);
      say({ kind: 'answer', request: message.request, answer }, 15);
    },
    getState: () => ({}),
    setState: () => undefined,
  });
})();
