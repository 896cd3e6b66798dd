import { isInstant } from '../../core/arrays/table';
import type { ColumnHeader, DataQuestions, Place, ShownCell, ViewState } from '../../core/data/questions';
import type { DataTexts } from '../dataMessages';
import { element } from '../elements';
import { button, field, labelled, numberText } from './controls';
import { ask, fill, messageOf, type Asked } from './host';

type Statistics = DataQuestions['statistics']['answer'];

export interface ColumnPanelParts {
  readonly texts: DataTexts;
  /** @param isAdded whether the rows stay sorted by other columns first */
  readonly onSort: (column: number, descending: boolean | undefined, isAdded: boolean) => void;
  readonly onFilter: (column: number, text: string) => void;
  readonly onClose: () => void;
}

/** A panel that describes one column, and sorts and filters the rows by it. */
export class ColumnPanel {
  readonly root = element('aside', 'panel');
  private asked: Asked<Statistics> | undefined;
  private shown: string | undefined;
  private reading: Asked<ShownCell> | undefined;
  private readonly cell = element('pre', 'whole');

  constructor(private readonly parts: ColumnPanelParts) {
    this.root.hidden = true;
  }

  /** Closes the panel, and cancels what is being computed for it. */
  close(): void {
    this.root.hidden = true;
    this.asked?.cancel();
    this.reading?.cancel();
    this.shown = undefined;
  }

  show(view: ViewState, place: Place, header: ColumnHeader): void {
    this.read(view, place);
    this.describe(view, place.column, header);
  }

  /** Reads a cell with its complete text. The grid shows only the beginning. */
  private read(view: ViewState, place: Place): void {
    this.reading?.cancel();
    const reading = ask('cell', { view, ...place });
    this.reading = reading;
    reading.answer.then(
      ({ text, before }) => {
        if (this.reading !== reading) return;
        this.cell.textContent = before === undefined ? text : fill(this.parts.texts.wasBefore, text, before);
        this.cell.hidden = this.cell.textContent === '';
      },
      () => this.reading === reading && (this.cell.hidden = true),
    );
  }

  private describe(view: ViewState, column: number, header: ColumnHeader): void {
    const key = JSON.stringify([view, column, header]);
    if (key === this.shown) return;
    this.shown = key;
    this.root.hidden = false;
    this.asked?.cancel();
    const { texts } = this.parts;
    const facts = element('div', 'facts', texts.working);
    facts.role = 'status';
    const heading = element('h2', '', header.name);
    heading.append(element('span', 'type', ` ${header.type}`));
    const top = element('div', 'top');
    top.append(heading, button(texts.close, this.parts.onClose, '✕'));
    this.root.ariaLabel = header.name;
    this.root.replaceChildren(
      top,
      this.cell,
      this.createSorting(view, column),
      this.createFilter(view, column),
      facts,
    );
    const asked = ask('statistics', { view, column });
    this.asked = asked;
    asked.answer.then(
      (statistics) => this.asked === asked && facts.replaceChildren(...this.createFacts(statistics, header)),
      (error: unknown) => this.asked === asked && (facts.textContent = messageOf(error)),
    );
  }

  private createSorting({ arrangement }: ViewState, column: number): HTMLElement {
    const { texts, onSort } = this.parts;
    const row = element('div', 'buttons');
    const added = element('input', '') as HTMLInputElement;
    added.type = 'checkbox';
    added.checked = arrangement.sort.length > 1;
    const turn = (descending: boolean | undefined) => () => onSort(column, descending, added.checked);
    row.append(
      button(texts.sortAscending, turn(false), `▲ ${texts.sortAscending}`),
      button(texts.sortDescending, turn(true), `▼ ${texts.sortDescending}`),
      button(texts.sortNone, turn(undefined)),
    );
    const isByOthers = arrangement.sort.some((key) => key.column !== column);
    if (isByOthers) row.append(labelled(texts.sortAdded, added));
    return row;
  }

  private createFilter({ arrangement }: ViewState, column: number): HTMLElement {
    const { texts, onFilter } = this.parts;
    const input = field(texts.filter, texts.filterHint, 18);
    input.value = arrangement.filters.find((one) => one.column === column)?.text ?? '';
    input.addEventListener('change', () => onFilter(column, input.value));
    return input;
  }

  private createFacts(statistics: Statistics, header: ColumnHeader): HTMLElement[] {
    const { texts } = this.parts;
    const { rows, missing, distinct, hasMoreDistinct, minimum, maximum, mean, deviation } = statistics;
    const share = rows === 0 ? '' : ` (${numberText((100 * missing) / rows)} %)`;
    const count = distinct.toLocaleString();
    const facts: [string, string | undefined][] = [
      [texts.rows, rows.toLocaleString()],
      [texts.missing, `${missing.toLocaleString()}${missing > 0 ? share : ''}`],
      [texts.distinct, hasMoreDistinct ? fill(texts.moreThan, count) : count],
      [texts.minimum, minimum],
      [texts.maximum, maximum],
      [texts.mean, mean === undefined ? undefined : numberText(mean)],
      [texts.deviation, deviation === undefined ? undefined : numberText(deviation)],
    ];
    const list = element('dl', '');
    for (const [name, value] of facts)
      if (value !== undefined) list.append(element('dt', '', name), element('dd', '', value));
    return [list, ...this.createDistribution(statistics, header)];
  }

  private createDistribution({ histogram, frequent }: Statistics, header: ColumnHeader): HTMLElement[] {
    const heading = element('h3', '', this.parts.texts.distribution);
    if (histogram) {
      const { low, high, counts } = histogram;
      const most = Math.max(...counts, 1);
      const chart = element('div', 'bars');
      for (const [bin, count] of counts.entries()) {
        const bar = element('div', 'bar');
        bar.style.height = `${String(count === 0 ? 0 : Math.max(2, Math.round((64 * count) / most)))}px`;
        const [from, to] = [bin, bin + 1].map((edge) => place(low + ((high - low) * edge) / counts.length));
        bar.title = `${from ?? ''} … ${to ?? ''}: ${count.toLocaleString()}`;
        chart.append(bar);
      }
      chart.role = 'img';
      chart.ariaLabel = counts.join(', ');
      const ends = element('div', 'ends');
      ends.append(element('span', '', place(low)), element('span', '', place(high)));
      return [heading, chart, ends];
    }
    if (!frequent || frequent.length === 0) return [];
    const most = Math.max(...frequent.map(({ count }) => count));
    const list = element('ul', 'frequent');
    for (const { text, count } of frequent) {
      const item = element('li', '');
      const bar = element('span', 'share');
      bar.style.width = `${String(Math.round((100 * count) / most))}%`;
      item.append(
        bar,
        element('span', 'what', text === '' ? '""' : text),
        element('span', 'count', count.toLocaleString()),
      );
      list.append(item);
    }
    return [heading, list];

    function place(at: number): string {
      return isInstant(header) ? new Date(at).toISOString().slice(0, 19).replace('T', ' ') : numberText(at);
    }
  }
}
