import './language';
import uPlot from 'uplot';
import type { ColumnHeader, DataQuestions, Series, TableInfo } from '../../core/data/questions';
import type { SliceChoice } from '../../core/data/slice';
import type { DataTexts } from '../dataMessages';
import { element } from '../elements';
import { choice } from './controls';
import { ask, type Asked } from './host';

type Kind = 'line' | 'points' | 'histogram';
type Statistics = DataQuestions['statistics']['answer'];

const POINTS_AT_ONCE = 100_000;

/** Columns of numbers as a line, as points over another column, or as a histogram. */
export class PlotView {
  readonly root = element('div', 'plotView');
  private readonly stage = element('div', 'stage');
  private readonly status = element('span', 'status');
  private kind: Kind = 'line';
  private x: number | undefined;
  private y: number;
  private asked: Asked<unknown> | undefined;
  private plot: uPlot | undefined;
  private redraw: (() => void) | undefined;

  constructor(
    private readonly table: TableInfo,
    private readonly slice: SliceChoice | undefined,
    private readonly texts: DataTexts,
  ) {
    this.x = table.numeric.find(({ kind }) => kind === 'time')?.place;
    this.y = table.numeric.find(({ kind }) => kind === 'number')?.place ?? table.numeric[0]?.place ?? 0;
    this.status.role = 'status';
    this.root.append(this.createTools(), this.stage);
    new ResizeObserver(() => this.resize()).observe(this.stage);
    // Colours are those of the theme, which VS Code tells by the class of the page.
    new MutationObserver(() => this.redraw?.()).observe(document.body, { attributeFilter: ['class'] });
  }

  private createTools(): HTMLElement {
    const { texts, table } = this;
    const tools = element('div', 'tools');
    tools.role = 'toolbar';
    if (table.numeric.length === 0) {
      this.status.textContent = texts.nothingToPlot;
      tools.append(this.status);
      return tools;
    }
    const kinds: [Kind, string][] = [['line', texts.line], ['points', texts.points], ['histogram', texts.histogram]]; // prettier-ignore
    const columns = table.numeric.map(({ place, name }): [string, string] => [String(place), name]);
    tools.append(
      choice(texts.plot, kinds, this.kind, (kind) => {
        this.kind = kind as Kind;
        this.update();
      }),
      choice(
        texts.horizontal,
        [['', texts.rowNumber], ...columns],
        this.x === undefined ? '' : String(this.x),
        (x) => {
          this.x = x === '' ? undefined : Number(x);
          this.update();
        },
      ),
      choice(texts.vertical, columns, String(this.y), (y) => {
        this.y = Number(y);
        this.update();
      }),
      this.status,
    );
    return tools;
  }

  private resize(): void {
    const { clientWidth, clientHeight } = this.stage;
    if (clientWidth === 0) return;
    if (this.plot) this.plot.setSize(this.size);
    else if (this.table.numeric.length > 0 && clientHeight > 0 && !this.asked) this.update();
  }

  private get size(): { width: number; height: number } {
    return { width: this.stage.clientWidth, height: Math.max(120, this.stage.clientHeight - 40) };
  }

  private update(): void {
    this.asked?.cancel();
    this.status.textContent = this.texts.working;
    const sight = { slice: this.slice, arrangement: { sort: [], filters: [] } };
    if (this.kind === 'histogram') {
      const asked = ask('statistics', { sight, column: this.y });
      this.wait(asked, (statistics) => this.drawHistogram(statistics));
      return;
    }
    const points = this.kind === 'points' ? POINTS_AT_ONCE / 2 : Math.max(200, this.stage.clientWidth);
    const x = this.x ?? undefined;
    this.wait(ask('series', { sight, ...(x !== undefined && { x }), y: [this.y], points }), (series) =>
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
        if (this.asked === asked)
          this.status.textContent = error instanceof Error ? error.message : String(error);
      },
    );
  }

  private drawSeries({ x, y, isTime, total }: Series): void {
    const [heights = []] = y;
    // uPlot wants numbers that ascend, and counts time in seconds.
    const places = [...x.keys()].filter((at) => x[at] !== null && x[at] !== undefined);
    places.sort((a, b) => (x[a] ?? 0) - (x[b] ?? 0));
    const across = places.map((at) => (isTime ? (x[at] ?? 0) / 1000 : (x[at] ?? 0)));
    const isLine = this.kind === 'line';
    const name = this.nameOf(this.x) ?? this.texts.rowNumber;
    this.draw([across, places.map((at) => heights[at] ?? null)], isTime, name, {
      label: this.nameOf(this.y) ?? '',
      stroke: color('--vscode-charts-blue', '#3794ff'),
      width: isLine ? 1.5 : 0,
      points: isLine
        ? { show: across.length < 100 }
        : { show: true, size: 5, fill: color('--vscode-charts-blue', '#3794ff') },
      ...(!isLine && { paths: () => null }),
    });
    this.status.textContent = total.toLocaleString();
  }

  private drawHistogram({ histogram, rows }: Statistics): void {
    if (!histogram) {
      this.status.textContent = this.texts.nothingToPlot;
      return;
    }
    const { low, high, counts } = histogram;
    const width = (high - low) / counts.length;
    const header = this.header(this.y);
    const isTime = header?.kind === 'time';
    const middles = counts.map((_, bin) => (low + width * (bin + 0.5)) / (isTime ? 1000 : 1));
    const bars = uPlot.paths.bars?.({ size: [0.98, Infinity] });
    this.draw([middles, [...counts]], isTime, header?.name ?? '', {
      label: this.texts.rows,
      stroke: color('--vscode-charts-blue', '#3794ff'),
      fill: `${color('--vscode-charts-blue', '#3794ff')}80`,
      points: { show: false },
      ...(bars && { paths: bars }),
    });
    this.status.textContent = rows.toLocaleString();
  }

  private draw(data: uPlot.AlignedData, isTime: boolean, name: string, series: uPlot.Series): void {
    this.plot?.destroy();
    const axis: uPlot.Axis = {
      stroke: color('--vscode-editor-foreground', '#888'),
      grid: { stroke: color('--vscode-editorIndentGuide-background1', '#8884'), width: 1 },
      ticks: { stroke: color('--vscode-editorIndentGuide-background1', '#8884'), width: 1 },
      font: `12px ${getComputedStyle(document.body).fontFamily}`,
    };
    const isHistogram = this.kind === 'histogram';
    this.plot = new uPlot(
      {
        ...this.size,
        scales: {
          x: { time: isTime },
          ...(isHistogram && { y: { range: (_, __, most) => [0, most * 1.05] } }),
        },
        axes: [
          { ...axis, label: name, labelFont: axis.font ?? '' },
          { ...axis, size: 70 },
        ],
        series: [{ label: name }, series],
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
      },
      data,
      this.stage,
    );
    this.plot.root.role = 'img';
    this.plot.root.ariaLabel = `${series.label as string}, ${name}`;
  }

  private header(place: number | undefined): ColumnHeader | undefined {
    return this.table.numeric.find((one) => one.place === place);
  }

  private nameOf(place: number | undefined): string | undefined {
    return this.header(place)?.name;
  }
}

function color(variable: string, otherwise: string): string {
  const value = getComputedStyle(document.body).getPropertyValue(variable).trim();
  return value === '' ? otherwise : value;
}
