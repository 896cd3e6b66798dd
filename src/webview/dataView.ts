/** Entry of the view of a table, an array or a picture: a page without any way out, which shows what the extension says. */
import type { DataInfo } from '../core/data/questions';
import type { SliceChoice } from '../core/data/slice';
import { AxisPicker } from './data/axisPicker';
import { button } from './data/controls';
import { ask, keepMode, keptMode, post, takeAnswer } from './data/host';
import { PictureView } from './data/pictureView';
import { PlotView } from './data/plotView';
import { TableView } from './data/tableView';
import type { DataMode, DataTexts, MessageToDataView } from './dataMessages';
import { byId } from './elements';

const MODES = ['table', 'picture', 'plot'] as const;

let texts: DataTexts | undefined;
let mode: DataMode = 'table';
let slice: SliceChoice | undefined;
let info: DataInfo = {};
let isComparison = false;
let shown: { readonly root: HTMLElement; focus?(): void } | undefined;

window.addEventListener('message', ({ data }: MessageEvent<MessageToDataView>) => {
  if (data.kind !== 'show') {
    takeAnswer(data);
    return;
  }
  texts = data.texts;
  isComparison = data.isComparison;
  mode = MODES.find((one) => one === keptMode()) ?? data.mode;
  void open();
});
// Keys are for what is shown, while nothing else in the page has the focus.
window.addEventListener('focus', () => {
  if (document.activeElement === document.body) shown?.focus?.();
});
post({ kind: 'ready' });

async function open(): Promise<void> {
  try {
    info = await ask('open', { slice }).answer;
    render();
  } catch (error) {
    byId('problem').textContent = error instanceof Error ? error.message : String(error);
    byId('problem').hidden = false;
  }
}

function render(): void {
  if (!texts) return;
  byId('problem').hidden = true;
  const modes = modesOf(info);
  if (!modes.includes(mode)) mode = modes[0] ?? 'table';
  const tabs = modes.map((one) => createTab(one));
  byId('modes').replaceChildren(...(tabs.length > 1 ? tabs : []));
  const picker = info.array && new AxisPicker(info.array, texts, (chosen) => {
    slice = chosen;
    void open();
  }); // prettier-ignore
  byId('axes').replaceChildren(...(picker ? [picker.root] : []));
  shown = create(texts);
  byId('content').replaceChildren(...(shown ? [shown.root] : []));
  if (document.hasFocus()) shown?.focus?.();
}

function modesOf({ table, picture }: DataInfo): DataMode[] {
  return [
    ...(table ? (['table'] as const) : []),
    ...(picture && !isComparison ? (['picture'] as const) : []),
    ...(table && table.numeric.length > 0 && !isComparison ? (['plot'] as const) : []),
  ];
}

function createTab(one: DataMode): HTMLElement {
  const tab = button(texts?.[one] ?? one, () => {
    mode = one;
    keepMode(one);
    render();
  });
  tab.ariaPressed = String(one === mode);
  return tab;
}

function create(words: DataTexts): typeof shown {
  const { table, picture } = info;
  if (mode === 'picture' && picture) return new PictureView(picture, words);
  if (mode === 'plot' && table) return new PlotView(table, slice, words);
  return table && new TableView({ ...info, table }, slice, words);
}
