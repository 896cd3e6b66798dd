import './language';
import uPlot from 'uplot';
import type { ColumnHeader, DataQuestions, Series, TableInfo } from '../../core/data/questions';
import type { SliceChoice } from '../../core/data/slice';
import { isInstant } from '../../core/arrays/table';
import type { DataTexts } from '../dataMessages';
import { element } from '../elements';
import { choice } from './controls';
import { ask, keep, kept, messageOf, type Asked, type PlotChoice } from './host';
import { axisOf, barsOf, color, lineOf, momentText, pointsOf, type AxisMeaning } from './plotStyle';

type Statistics = DataQuestions['statistics']['answer'];

const POINTS_AT_ONCE = 100_000;
/** Height in pixels of the line below the plot that describes the value under the pointer. It must match the style sheet. */
const LEGEND = 40;
/** Points for each pixel: the lowest and the highest. */
const POINTS_PER_BUCKET = 2;

function momentTexts(_: uPlot, splits: readonly number[]): string[] {
  return splits.map(momentText);
}

/** Plots a column of numbers as a line, as points over another column, or as a histogram. */
export class PlotView {
  readonly root = element('div', 'plotView');
  private readonly stage = element('div', 'stage');
  private readonly status = element('span', 'status');
  private plotted: PlotChoice;
  private asked: Asked<unknown> | undefined;
  private plot: uPlot | undefined;
  private redraw: (() => void) | undefined;

  constructor(
    private readonly table: TableInfo,
    private readonly slice: SliceChoice | undefined,
    private readonly texts: DataTexts,
  ) {
    this.plotted = this.restore() ?? this.guess();
    this.status.role = 'status';
    this.root.append(this.createTools(), this.stage);
    new ResizeObserver(() => this.resize()).observe(this.stage);
    // When the theme changes, VS Code changes the class of the page, and the colors must be read again.
    new MutationObserver(() => this.redraw?.()).observe(document.body, { attributeFilter: ['class'] });
  }

  /** The last chosen plot, if the table still has its columns. */
  private restore(): PlotChoice | undefined {
    const { plot } = kept();
    const isThere = (place: number | undefined): boolean =>
      place === undefined || this.header(place) !== undefined;
    return plot && isThere(plot.x) && isThere(plot.y) ? plot : undefined;
  }

  private guess(): PlotChoice {
    const { numeric } = this.table;
    const x = numeric.find(isInstant)?.place;
    const y = numeric.find(({ kind }) => kind === 'number') ?? numeric[0];
    return { kind: 'line', y: y?.place ?? 0, ...(x !== undefined && x !== y?.place && { x }) };
  }

  private createTools(): HTMLElement {
    const { texts, table, plotted } = this;
    const tools = element('div', 'tools');
    tools.role = 'toolbar';
    tools.ariaLabel = texts.plot;
    const kinds: [PlotChoice['kind'], string][] = [
      ['line', texts.line],
      ['points', texts.points],
      ['histogram', texts.histogram],
    ];
    const columns = table.numeric.map(({ place, name }): [string, string] => [String(place), name]);
    const rows: [string, string] = ['', texts.rowNumber];
    const horizontal = choice(texts.horizontal, [rows, ...columns], String(plotted.x ?? ''), (x) => {
      const { kind, y } = this.plotted;
      this.change({ kind, y, ...(x !== '' && { x: Number(x) }) });
    });
    horizontal.hidden = plotted.kind === 'histogram';
    tools.append(
      choice(texts.plot, kinds, plotted.kind, (kind) => {
        horizontal.hidden = kind === 'histogram';
        this.change({ ...this.plotted, kind: kind as PlotChoice['kind'] });
      }),
      horizontal,
      choice(texts.vertical, columns, String(plotted.y), (y) =>
        this.change({ ...this.plotted, y: Number(y) }),
      ),
      this.status,
    );
    return tools;
  }

  private change(plotted: PlotChoice): void {
    this.plotted = plotted;
    keep({ plot: plotted });
    this.update();
  }

  private resize(): void {
    const { clientWidth, clientHeight } = this.stage;
    if (clientWidth === 0) return;
    if (this.plot) this.plot.setSize(this.size);
    else if (clientHeight > 0 && !this.asked) this.update();
  }

  private get size(): { width: number; height: number } {
    return {
      width: this.stage.clientWidth - 16,
      height: Math.max(120, this.stage.clientHeight - LEGEND),
    };
  }

  private update(): void {
    this.asked?.cancel();
    this.status.textContent = this.texts.working;
    const view = { slice: this.slice, arrangement: kept().arrangement ?? { sort: [], filters: [] } };
    const { kind, x, y } = this.plotted;
    if (kind === 'histogram') {
      this.wait(ask('statistics', { view, column: y }), (statistics) => this.drawHistogram(statistics));
      return;
    }
    const most =
      kind === 'points' ? POINTS_AT_ONCE / POINTS_PER_BUCKET : Math.max(200, this.stage.clientWidth);
    const points = Math.ceil(most * (kind === 'points' ? 1 : window.devicePixelRatio));
    this.wait(ask('series', { view, ...(x !== undefined && { x }), y: [y], points }), (series) =>
      this.drawSeries(series),
    );
  }

  private wait<Answer>(asked: Asked<Answer>, draw: (answer: Answer) => void): void {
    this.asked = asked;
    asked.answer.then(
      (answer) => {
        if (this.asked !== asked) return;
        this.redraw = () => draw(answer);
        draw(answer);
      },
      (error: unknown) => {
        if (this.asked === asked) this.status.textContent = messageOf(error);
      },
    );
  }

  private drawSeries({ x, y, total }: Series): void {
    const { x: over, y: place, kind } = this.plotted;
    const [across, up] = [this.meaning(over), this.meaning(place)];
    const heights = y[0]?.map((value) => (value === null ? null : value / up.unit)) ?? [];
    const data: uPlot.AlignedData = [x.map((value) => (value ?? 0) / across.unit), heights];
    const paint = color('--vscode-charts-blue', '#3794ff');
    this.draw(data, across, up, kind === 'line' ? lineOf(paint, x.length) : pointsOf(paint));
    this.status.textContent = `${this.texts.rows}: ${total.toLocaleString()}`;
  }

  private drawHistogram({ histogram, rows, missing }: Statistics): void {
    const { texts } = this;
    if (!histogram) {
      this.plot?.destroy();
      this.plot = undefined;
      this.status.textContent = texts.nothingToPlot;
      return;
    }
    const { low, high, counts } = histogram;
    const across = this.meaning(this.plotted.y);
    const width = (high - low) / counts.length;
    const middles = counts.map((_, bin) => (low + width * (bin + 0.5)) / across.unit);
    const up = { label: texts.rows, isMoment: false, unit: 1 };
    this.draw([middles, [...counts]], across, up, barsOf(color('--vscode-charts-blue', '#3794ff')));
    const without = missing > 0 ? ` · ${texts.missing}: ${missing.toLocaleString()}` : '';
    this.status.textContent = `${texts.rows}: ${rows.toLocaleString()}${without}`;
  }

  private draw(data: uPlot.AlignedData, across: AxisMeaning, up: AxisMeaning, series: uPlot.Series): void {
    this.plot?.destroy();
    const isHistogram = this.plotted.kind === 'histogram';
    const shown = (meaning: AxisMeaning) => (_: uPlot, value: number | null) =>
      value === null ? '' : meaning.isMoment ? momentText(value) : String(Number(value.toPrecision(9)));
    this.plot = new uPlot(
      {
        ...this.size,
        legend: { live: true },
        cursor: { drag: { x: true, y: true, uni: 30 } },
        scales: {
          x: { time: across.isMoment },
          ...(isHistogram && { y: { range: (_, __, most) => [0, most * 1.05] } }),
        },
        axes: [
          axisOf(across),
          { ...axisOf(up), size: up.isMoment ? 150 : 80, ...(up.isMoment && { values: momentTexts }) },
        ],
        series: [
          { label: across.label, value: shown(across) },
          { ...series, label: up.label, value: shown(up) },
        ],
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
      },
      data,
      this.stage,
    );
    this.plot.root.role = 'img';
    this.plot.root.ariaLabel = `${up.label}, ${across.label}`;
  }

  /** The meaning of the numbers of a column. uPlot counts time in seconds, and columns in milliseconds. */
  private meaning(place: number | undefined): AxisMeaning {
    const header = this.header(place);
    if (!header) return { label: this.texts.rowNumber, isMoment: false, unit: 1 };
    if (isInstant(header)) return { label: `${header.name} (UTC)`, isMoment: true, unit: 1000 };
    if (header.kind !== 'time') return { label: header.name, isMoment: false, unit: 1 };
    return { label: `${header.name} (${this.texts.seconds})`, isMoment: false, unit: 1000 };
  }

  private header(place: number | undefined): ColumnHeader | undefined {
    return this.table.numeric.find((one) => one.place === place);
  }
}
