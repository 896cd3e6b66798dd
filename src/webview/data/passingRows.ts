import { element } from '../elements';
import { lookOf } from './cellLook';
import type { GridRowsParts, Viewport } from './gridRows';

export interface PassingRowsParts extends Pick<
  GridRowsParts,
  'layout' | 'blocks' | 'selection' | 'rowHeight'
> {
  /** Pixels between the top of a row and the baseline of its text. */
  readonly baseline: number;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Pixels between the edge of a cell and its text on the left, and with the border on the right. */
const LEFT = 8;
const RIGHT = 9;
/** Milliseconds after which styles are read again: the theme, the focus or the screen may have changed. */
const BELIEVED = 250;
/** No column is as wide as this number of characters. */
const LONGEST = 500;

/**
 * The visible rows as a picture, while they pass faster than elements can be filled. It shows what the elements of `GridRows`
 * would show, in their styles, but for the ellipsis of texts that do not fit. Screen readers do not see it.
 */
export class PassingRows {
  readonly root = element('div', 'passing');
  private readonly canvas = document.createElement('canvas');
  private readonly pen = this.canvas.getContext('2d', { alpha: false });
  private readonly styles = new CellStyles();
  /** Pixels of the screen for one of CSS. */
  private ratio = 1;
  /** When the styles and the size were read, by the clock of `performance`. */
  private begun = 0;

  constructor(private readonly parts: PassingRowsParts) {
    this.root.hidden = true;
    this.root.setAttribute('aria-hidden', 'true');
    this.root.append(this.canvas, this.styles.root);
  }

  get isShown(): boolean {
    return !this.root.hidden;
  }

  hide(): void {
    this.root.hidden = true;
  }

  /** @param top height in pixels of the rows above the visible part @param size of the area for rows, in pixels */
  draw(viewport: Viewport, top: number, size: { readonly width: number; readonly height: number }): void {
    const { pen, parts } = this;
    if (!pen) return;
    if (!this.isShown || performance.now() - this.begun > BELIEVED) this.begin(pen, size.width, size.height);
    const rows = Array.from({ length: viewport.count }, (_, place) => viewport.first + place);
    const boxes = rows.map((row) => {
      const y = row * parts.rowHeight - top;
      return { row, box: { x: 0, y, width: size.width, height: parts.rowHeight } };
    });
    this.fillBox(pen, this.styles.background, { x: 0, y: 0, ...size });
    for (const { row, box } of boxes) if (row % 2 === 0) this.fill(pen, 'row odd', box);
    // A column after the other, as most of its cells have one style.
    for (let column = viewport.from; column < viewport.to; column++) {
      const x = parts.layout.indexWidth + parts.layout.left(column) - viewport.scrollLeft;
      const width = parts.layout.columnWidth(column);
      for (const { row, box } of boxes) this.drawCell(pen, row, column, { ...box, x, width });
      this.drawBorder(pen, 'cell', { x, y: 0, width, height: size.height });
    }
    if (viewport.to > viewport.from) this.drawOutline(pen, viewport, top);
    this.drawLabels(pen, viewport, boxes, size.height);
  }

  private begin(pen: CanvasRenderingContext2D, width: number, height: number): void {
    const { canvas, styles, root } = this;
    root.hidden = false;
    styles.forget();
    this.begun = performance.now();
    const ratio = devicePixelRatio;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${String(width)}px`;
    this.ratio = ratio;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  private drawCell(pen: CanvasRenderingContext2D, row: number, column: number, box: Box): void {
    const { className, text } = lookOf(this.parts, row, column);
    if (text === '' && className === 'cell text') return;
    this.fill(pen, className, box);
    this.drawText(pen, className, text, box, this.parts.layout.fits(text, column));
  }

  /** Outlines the focused cell, above the borders. */
  private drawOutline(pen: CanvasRenderingContext2D, { scrollLeft }: Viewport, top: number): void {
    const { layout, rowHeight, selection } = this.parts;
    const { row, column } = selection.active;
    const { outlineColor, outline } = this.styles.of(lookOf(this.parts, row, column).className);
    const x = layout.indexWidth + layout.left(column) - scrollLeft + outline / 2;
    const y = row * rowHeight - top + outline / 2;
    pen.strokeStyle = outlineColor;
    pen.lineWidth = outline;
    pen.strokeRect(x, y, layout.columnWidth(column) - outline, rowHeight - outline);
  }

  private drawLabels(
    pen: CanvasRenderingContext2D,
    { from }: Viewport,
    boxes: readonly { readonly row: number; readonly box: Box }[],
    height: number,
  ): void {
    const { blocks, layout } = this.parts;
    const all = { x: 0, y: 0, width: layout.indexWidth + 1, height };
    this.fill(pen, 'labels', all);
    this.drawBorder(pen, 'labels', all);
    let x = 0;
    for (const [level, width] of layout.index.entries()) {
      for (const { row, box } of boxes) {
        const text = blocks.labels(row, from)?.[level] ?? '';
        this.drawText(pen, 'label', text, { ...box, x, width: width + 1 }, layout.fits(text, -1 - level));
      }
      x += width;
    }
  }

  private drawText(
    pen: CanvasRenderingContext2D,
    className: string,
    text: string,
    box: Box,
    fits: boolean,
  ): void {
    const { font, color, isRight } = this.styles.of(className);
    const shown = text.slice(0, LONGEST);
    pen.font = font;
    pen.fillStyle = color;
    const y = box.y + this.parts.baseline;
    const isWhole = fits || pen.measureText(shown).width <= box.width - LEFT - RIGHT;
    pen.textAlign = isRight && isWhole ? 'right' : 'left';
    const x = isRight && isWhole ? box.x + box.width - RIGHT : box.x + LEFT;
    if (isWhole) pen.fillText(shown, x, y);
    else this.drawClipped(pen, shown, x, y, box);
  }

  private drawClipped(pen: CanvasRenderingContext2D, text: string, x: number, y: number, box: Box): void {
    pen.save();
    pen.beginPath();
    pen.rect(box.x, box.y, box.width - RIGHT, box.height);
    pen.clip();
    pen.fillText(text, x, y);
    pen.restore();
  }

  private fill(pen: CanvasRenderingContext2D, className: string, box: Box): void {
    const { background } = this.styles.of(className);
    if (background === undefined) return;
    this.fillBox(pen, background, box);
  }

  /** Fills whole pixels of the screen, as the browser does for elements. */
  private fillBox(pen: CanvasRenderingContext2D, color: string, { x, y, width, height }: Box): void {
    const whole = (position: number): number => Math.round(position * this.ratio) / this.ratio;
    const [left, top] = [whole(x), whole(y)];
    pen.fillStyle = color;
    pen.fillRect(left, top, whole(x + width) - left, whole(y + height) - top);
  }

  private drawBorder(pen: CanvasRenderingContext2D, className: string, { x, y, width, height }: Box): void {
    const { border, borderColor } = this.styles.of(className);
    this.fillBox(pen, borderColor, { x: x + width - border, y, width: border, height });
  }
}

/** The values of the style sheet that a picture needs. Colors as in CSS, sizes in pixels. */
interface CellStyle {
  readonly font: string;
  readonly color: string;
  /** Undefined if there is none. */
  readonly background: string | undefined;
  readonly borderColor: string;
  readonly border: number;
  readonly outlineColor: string;
  readonly outline: number;
  readonly isRight: boolean;
}

const TRANSPARENT = 'rgba(0, 0, 0, 0)';

/** Styles by the classes of elements, read from an element that is not shown. */
class CellStyles {
  readonly root = element('div', '');
  private readonly known = new Map<string, CellStyle>();

  constructor() {
    this.root.hidden = true;
  }

  /** The background of the grid. */
  get background(): string {
    return this.of('layer').background ?? 'Canvas';
  }

  /** To be called before the next use, as the theme may have changed. */
  forget(): void {
    this.known.clear();
  }

  of(className: string): CellStyle {
    const style = this.known.get(className) ?? this.read(className);
    this.known.set(className, style);
    return style;
  }

  private read(className: string): CellStyle {
    this.root.className = className;
    const computed = getComputedStyle(this.root);
    const { fontStyle, fontWeight, fontSize, fontFamily } = computed;
    return {
      // The value of `font` is empty in high contrast.
      font: `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`,
      color: computed.color,
      background: computed.backgroundColor === TRANSPARENT ? undefined : computed.backgroundColor,
      borderColor: computed.borderRightColor,
      border: parseFloat(computed.borderRightWidth),
      outlineColor: computed.outlineColor,
      outline: parseFloat(computed.outlineWidth),
      isRight: computed.textAlign === 'right',
    };
  }
}
