import type { PictureInfo, ShownNumber } from '../../core/data/questions';
import type { Coloring, RasterChoice, Region } from '../../core/data/raster';
import type { DataTexts } from '../dataMessages';
import { element } from '../elements';
import { button, choice, field, labelled, numberText } from './controls';
import { ask, messageOf, post, type Asked } from './host';
import { menuButton } from './menuButton';

const MOST_ZOOM = 64;
const STEP = 1.25;

/** An array as a picture. Only the visible part is drawn, at the resolution of the screen. */
export class PictureView {
  readonly root = element('div', 'pictureView');
  private readonly canvas = element('canvas', '') as HTMLCanvasElement;
  private readonly stage = element('div', 'stage');
  private readonly status = element('span', 'status');
  private raster: RasterChoice;
  /** Screen pixels per pixel of the picture, and the position of its top left corner. */
  private zoom = 1;
  private left = 0;
  private top = 0;
  private drawing: Asked<Uint8Array> | undefined;
  private isStale = false;
  private pointing: Asked<ShownNumber[]> | undefined;

  constructor(
    private readonly info: PictureInfo,
    private readonly texts: DataTexts,
    private readonly fitsNpy: boolean,
  ) {
    this.raster = info.choice;
    this.status.role = 'status';
    const { stage, canvas } = this;
    stage.tabIndex = 0;
    stage.role = 'application';
    stage.ariaLabel = texts.pictureLabel;
    stage.append(canvas);
    this.root.append(this.createTools(), stage);
    this.listen();
  }

  focus(): void {
    this.stage.focus({ preventScroll: true });
  }

  private createTools(): HTMLElement {
    const { texts, info } = this;
    const tools = element('div', 'tools');
    tools.role = 'toolbar';
    const colorings: [Coloring, string][] =
      info.channels >= 3
        ? [
            ['rgb', texts.rgb],
            ['bgr', texts.bgr],
            ['gray', texts.gray],
            ['heat', texts.heat],
          ]
        : [
            ['gray', texts.gray],
            ['heat', texts.heat],
          ];
    const range = (name: 'low' | 'high'): HTMLElement => {
      const input = field(texts[name], '', 6);
      input.value = String(Number(this.raster[name].toPrecision(6)));
      input.addEventListener('change', () => {
        const value = Number(input.value);
        if (Number.isFinite(value) && input.value.trim() !== '') this.change({ [name]: value });
      });
      return labelled(texts[name], input);
    };
    tools.append(
      choice(texts.coloring, colorings, this.raster.coloring, (coloring) =>
        this.change({ coloring: coloring as Coloring }),
      ),
      range('low'),
      range('high'),
      button(texts.zoomOut, () => this.zoomBy(1 / STEP), '−'),
      button(texts.zoomIn, () => this.zoomBy(STEP), '+'),
      button(texts.fit, () => this.fit()),
      menuButton(texts.save, [
        [texts.savePng, () => this.savePng()],
        ...(this.fitsNpy ? [[texts.saveNpy, saveNpy] as const] : []),
      ]),
      this.status,
    );
    return tools;
  }

  private savePng(): void {
    post({ kind: 'save', extension: 'png', question: { name: 'png', choice: this.raster } });
  }

  private listen(): void {
    const { stage } = this;
    let wasFitted = false;
    new ResizeObserver(() => {
      if (stage.clientWidth === 0) return;
      if (!wasFitted) this.fit();
      wasFitted = true;
      this.draw();
    }).observe(stage);
    stage.addEventListener(
      'wheel',
      (event) => {
        event.preventDefault();
        const { left, top } = stage.getBoundingClientRect();
        this.zoomBy(event.deltaY < 0 ? STEP : 1 / STEP, event.clientX - left, event.clientY - top);
      },
      { passive: false },
    );
    stage.addEventListener('pointerdown', ({ pointerId }) => stage.setPointerCapture(pointerId));
    stage.addEventListener('pointermove', (event) => {
      if ((event.buttons & 1) === 1) this.moveBy(event.movementX, event.movementY);
      else this.point(event);
    });
    stage.addEventListener('keydown', (event) => this.onKey(event));
  }

  private onKey(event: KeyboardEvent): void {
    const moves: Readonly<Record<string, () => void>> = {
      '+': () => this.zoomBy(STEP),
      '=': () => this.zoomBy(STEP),
      '-': () => this.zoomBy(1 / STEP),
      '0': () => this.fit(),
      ArrowLeft: () => this.moveBy(40, 0),
      ArrowRight: () => this.moveBy(-40, 0),
      ArrowUp: () => this.moveBy(0, 40),
      ArrowDown: () => this.moveBy(0, -40),
    };
    const move = moves[event.key];
    if (!move || event.ctrlKey || event.metaKey) return;
    move();
    event.preventDefault();
  }

  private change(part: Partial<RasterChoice>): void {
    this.raster = { ...this.raster, ...part };
    this.draw();
  }

  private fit(): void {
    const { clientWidth, clientHeight } = this.stage;
    const { width, height } = this.info;
    this.zoom = Math.min(MOST_ZOOM, Math.max(0.0001, Math.min(clientWidth / width, clientHeight / height)));
    this.left = (clientWidth - width * this.zoom) / 2;
    this.top = (clientHeight - height * this.zoom) / 2;
    this.draw();
  }

  /** Zooms around a point of the stage, which keeps its position. */
  private zoomBy(factor: number, x = this.stage.clientWidth / 2, y = this.stage.clientHeight / 2): void {
    const zoom = Math.min(MOST_ZOOM, Math.max(0.0001, this.zoom * factor));
    this.left = x - ((x - this.left) * zoom) / this.zoom;
    this.top = y - ((y - this.top) * zoom) / this.zoom;
    this.zoom = zoom;
    this.draw();
  }

  private moveBy(x: number, y: number): void {
    this.left += x;
    this.top += y;
    this.draw();
  }

  /** The visible part of the picture, in whole pixels of the picture. */
  private region(): Region | undefined {
    const { clientWidth, clientHeight } = this.stage;
    const x = Math.max(0, Math.floor(-this.left / this.zoom));
    const y = Math.max(0, Math.floor(-this.top / this.zoom));
    const right = Math.min(this.info.width, Math.ceil((clientWidth - this.left) / this.zoom));
    const bottom = Math.min(this.info.height, Math.ceil((clientHeight - this.top) / this.zoom));
    return right > x && bottom > y ? { x, y, width: right - x, height: bottom - y } : undefined;
  }

  /** Draws the picture. If a drawing is in progress, changes are drawn after it. */
  private draw(): void {
    this.isStale = true;
    this.status.textContent ||= `${String(this.info.width)} × ${String(this.info.height)}`;
    if (!this.drawing) void this.drawNow();
  }

  private async drawNow(): Promise<void> {
    while (this.isStale) {
      this.isStale = false;
      const region = this.region();
      this.canvas.hidden = !region;
      if (!region) return;
      const scale = window.devicePixelRatio;
      const { zoom, left, top } = this;
      const width = Math.max(1, Math.min(region.width, Math.ceil(region.width * zoom * scale)));
      const height = Math.max(1, Math.min(region.height, Math.ceil(region.height * zoom * scale)));
      const drawing = ask('raster', { choice: this.raster, region, width, height });
      this.drawing = drawing;
      try {
        this.show(await drawing.answer, width, height);
      } catch (error) {
        this.status.textContent = messageOf(error);
      }
      this.drawing = undefined;
      const { style } = this.canvas;
      style.left = `${String(left + region.x * zoom)}px`;
      style.top = `${String(top + region.y * zoom)}px`;
      style.width = `${String(region.width * zoom)}px`;
      style.height = `${String(region.height * zoom)}px`;
    }
  }

  private show(rgba: Uint8Array, width: number, height: number): void {
    this.canvas.width = width;
    this.canvas.height = height;
    const image = new ImageData(width, height);
    image.data.set(rgba);
    this.canvas.getContext('2d')?.putImageData(image, 0, 0);
  }

  /** Shows the value under the pointer. */
  private point({ clientX, clientY }: PointerEvent): void {
    const box = this.stage.getBoundingClientRect();
    const x = Math.floor((clientX - box.left - this.left) / this.zoom);
    const y = Math.floor((clientY - box.top - this.top) / this.zoom);
    const { width, height } = this.info;
    this.pointing?.cancel();
    if (x < 0 || y < 0 || x >= width || y >= height) {
      this.status.textContent = `${String(width)} × ${String(height)}`;
      return;
    }
    const pointing = ask('pixel', { choice: this.raster, x, y });
    this.pointing = pointing;
    pointing.answer.then(
      (numbers) => {
        if (this.pointing === pointing)
          this.status.textContent = `[${String(y)}, ${String(x)}] = ${numbers.map(numberText).join(', ')}`;
      },
      () => undefined,
    );
  }
}

function saveNpy(): void {
  post({ kind: 'save', extension: 'npy', question: { name: 'npy' } });
}
