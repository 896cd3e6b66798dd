import './language';
import uPlot from 'uplot';

/** The meaning of the numbers along an axis. */
export interface AxisMeaning {
  readonly label: string;
  /** Whether they are seconds since the epoch. */
  readonly isMoment: boolean;
  /** The number of the column's units in one unit of the axis. */
  readonly unit: number;
}

/** A line with more points than this has no marks on them. */
const MOST_MARKED = 100;

export function lineOf(paint: string, count: number): uPlot.Series {
  return { stroke: paint, width: 1.5, points: { show: count < MOST_MARKED, fill: paint } };
}

export function pointsOf(paint: string): uPlot.Series {
  return { stroke: paint, width: 0, points: { show: true, size: 5, fill: paint }, paths: () => null };
}

export function barsOf(paint: string): uPlot.Series {
  const bars = uPlot.paths.bars?.({ size: [0.98, Infinity] });
  return { stroke: paint, fill: faded(paint, '80'), points: { show: false }, ...(bars && { paths: bars }) };
}

/** An axis in the colors of the theme. */
export function axisOf({ label, isMoment }: AxisMeaning): uPlot.Axis {
  const text = color('--vscode-editor-foreground', '#888888');
  const lines = { stroke: faded(text, '33'), width: 1 };
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  return {
    ...{ label, stroke: text, grid: lines, ticks: lines, font, labelFont: font },
    ...(isMoment && { space: 90 }),
  };
}

/** A color of the theme. */
export function color(variable: string, otherwise: string): string {
  const value = getComputedStyle(document.body).getPropertyValue(variable).trim();
  return value === '' ? otherwise : value;
}

/** @param seconds since the epoch */
export function momentText(seconds: number): string {
  const moment = new Date(seconds * 1000);
  return Number.isNaN(moment.getTime()) ? '' : moment.toISOString().slice(0, 19).replace('T', ' ');
}

/** Adds an opacity of two digits to a color, if that has six digits, as those of themes usually have. */
function faded(paint: string, opacity: string): string {
  return /^#[0-9a-f]{6}$/i.test(paint) ? paint + opacity : paint;
}
