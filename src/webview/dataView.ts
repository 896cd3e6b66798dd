/** Entry of the view of a table, an array or a picture. The page has no network access; all data come from the extension. */
import type { DataInfo } from '../core/data/questions';
import type { RasterAxes } from '../core/data/raster';
import type { SliceChoice } from '../core/data/slice';
import { AxisPicker, type Axes } from './data/axisPicker';
import { button } from './data/controls';
import { ask, keep, kept, messageOf, post, takeAnswer } from './data/host';
import { PictureView } from './data/pictureView';
import { PlotView } from './data/plotView';
import { TableView } from './data/tableView';
import type { DataMode, MessageToDataView } from './dataMessages';
import { byId } from './elements';

type Show = Extract<MessageToDataView, { kind: 'show' }>;

let given: Show | undefined;
let mode: DataMode = 'table';
let slice: SliceChoice | undefined;
let axes: RasterAxes | undefined;
let info: DataInfo = { fitsNpy: false };
/** The number of pending calls of {@link open}. While there are any, the choices of the person are newer than the shown data. */
let opening = 0;
let shown: { readonly root: HTMLElement; focus?(): void } | undefined;

window.addEventListener('message', ({ data }: MessageEvent<MessageToDataView>) => {
  if (data.kind !== 'show') {
    takeAnswer(data);
    return;
  }
  given = data;
  ({ slice, axes } = kept());
  void open();
});
// When the page gets the focus, the shown view gets it, so that keys work there.
window.addEventListener('focus', () => {
  if (document.activeElement === document.body) shown?.focus?.();
});
post({ kind: 'ready' });

async function open(): Promise<void> {
  opening++;
  try {
    info = await ask('open', { slice, axes }).answer.finally(() => opening--);
    const modes = modesOf(info);
    const first = info.isPicture && given?.mode === 'table' ? 'picture' : (given?.mode ?? 'table');
    const wanted = kept().mode ?? first;
    mode = modes.includes(wanted) ? wanted : (modes[0] ?? 'table');
    render();
  } catch (error) {
    byId('problem').textContent = messageOf(error);
    byId('problem').hidden = false;
  }
}

function render(): void {
  byId('problem').hidden = true;
  const control = focusedControl();
  const tabs = modesOf(info).map((one) => createTab(one));
  byId('modes').replaceChildren(...(tabs.length > 1 ? tabs : []));
  const picker = createPicker();
  byId('axes').replaceChildren(...(picker ? [picker.root] : []));
  shown = create();
  byId('content').replaceChildren(...(shown ? [shown.root] : []));
  const again =
    control && document.querySelector<HTMLElement>(`[data-control="${control}"] :is(input, select)`);
  if (again) again.focus();
  else if (document.hasFocus()) shown?.focus?.();
}

/** The focused control of the axis picker, which gets the focus again when the page is rendered again. */
function focusedControl(): string | undefined {
  return document.activeElement?.closest<HTMLElement>('[data-control]')?.dataset.control;
}

function modesOf({ table, picture, difference }: DataInfo): DataMode[] {
  if (difference) return ['table'];
  return [
    ...(table ? (['table'] as const) : []),
    ...(picture ? (['picture'] as const) : []),
    ...(table && table.numeric.length > 0 ? (['plot'] as const) : []),
  ];
}

function createTab(one: DataMode): HTMLElement {
  const tab = button(given?.texts[one] ?? one, () => {
    mode = one;
    keep({ mode });
    render();
    document.querySelector<HTMLElement>('#modes [aria-pressed="true"]')?.focus();
  });
  tab.ariaPressed = String(one === mode);
  return tab;
}

function createPicker(): AxisPicker | undefined {
  const { array, picture } = info;
  if (!given) return undefined;
  const { texts } = given;
  if (mode === 'picture') {
    if (!picture || picture.shape.length < 3) return undefined;
    const { shape, type, choice } = picture;
    return new AxisPicker({
      shape,
      type,
      axes: (opening > 0 && axes) || choice,
      hasChannels: true,
      texts,
      onChoose: chooseForPicture,
    });
  }
  if (!array) return undefined;
  const { shape, type } = array;
  return new AxisPicker({
    shape,
    type,
    axes: (opening > 0 && slice) || array.slice,
    hasChannels: false,
    texts,
    onChoose: chooseForTable,
  });
}

function chooseForPicture({ rowAxis, columnAxis, channelAxis, indices }: Axes): void {
  if (rowAxis === undefined || columnAxis === undefined) return;
  axes = { rowAxis, columnAxis, indices, ...(channelAxis !== undefined && { channelAxis }) };
  if (info.array) slice = { ...info.array.slice, indices };
  keep({ axes, ...(slice && { slice }) });
  void open();
}

function chooseForTable(chosen: Axes): void {
  const { rowAxis, columnAxis, indices } = chosen;
  const isTurned = rowAxis !== info.array?.slice.rowAxis || columnAxis !== info.array?.slice.columnAxis;
  slice = {
    indices,
    ...(rowAxis !== undefined && { rowAxis }),
    ...(columnAxis !== undefined && { columnAxis }),
  };
  if (info.picture) axes = { ...(axes ?? axesOf(info.picture.choice)), indices };
  // Sorting and filtering belong to the previous columns.
  keep({ slice, ...(axes && { axes }), ...(isTurned && { arrangement: { sort: [], filters: [] } }) });
  void open();
}

function axesOf({ rowAxis, columnAxis, channelAxis, indices }: RasterAxes): RasterAxes {
  return { rowAxis, columnAxis, indices, ...(channelAxis !== undefined && { channelAxis }) };
}

function create(): typeof shown {
  if (!given) return undefined;
  const { texts, tolerance } = given;
  const { table, picture, fitsNpy } = info;
  if (mode === 'picture' && picture) return new PictureView(picture, texts, fitsNpy);
  if (mode === 'plot' && table) return new PlotView(table, slice, texts);
  return table && new TableView({ ...info, table }, { slice, texts, tolerance });
}
