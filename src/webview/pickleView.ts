/** Entry of the view of a pickle file. The page has no network access; all data come from the extension. */
import { byId, decoration, element } from './elements';
import { FindField } from './findField';
import type { Button, MessageToExtension, MessageToView, Notice, Row, RowSource } from './messages';
import { Tree } from './tree';

/** The state that VS Code keeps while the view is hidden. */
interface State {
  readonly expanded: readonly string[];
}

declare function acquireVsCodeApi(): {
  postMessage(message: MessageToExtension): void;
  getState(): State | undefined;
  setState(state: State): void;
};

/** The largest number of rows that are expanded again when the file is read again. */
const MAX_KEPT = 500;

const host = acquireVsCodeApi();
const expanded = new Set(host.getState()?.expanded);
const requests = new Map<
  number,
  { resolve: (rows: readonly Row[]) => void; reject: (error: Error) => void }
>();
let lastRequest = 0;

const tree = new Tree({
  root: byId('tree'),
  load: requestRows,
  run: (command, path) => host.postMessage({ kind: 'row', command, path }),
  expanded,
  onDidExpand: () => host.setState({ expanded: [...expanded].slice(0, MAX_KEPT) }),
});

const find = new FindField(
  (message) => host.postMessage(message),
  () => tree.focus(),
);

window.addEventListener('message', ({ data }: MessageEvent<MessageToView>) => {
  take(data);
});
window.addEventListener('focus', focusTree);
host.postMessage({ kind: 'ready' });

function take(message: MessageToView): void {
  switch (message.kind) {
    case 'file':
      showFile(message);
      return;
    case 'rows':
      takeRequest(message.request)?.resolve(message.rows);
      return;
    case 'failed':
      takeRequest(message.request)?.reject(new Error(message.message));
      return;
    case 'found':
      find.take(message);
      return;
    case 'reveal':
      find.showPosition(message.text);
      void tree.reveal(message.ids);
      return;
    case 'askRow':
      tree.run(message.command);
      return;
    case 'copied':
      copyText(message.text);
  }
}

function requestRows(source: RowSource): Promise<readonly Row[]> {
  return new Promise((resolve, reject) => {
    const request = ++lastRequest;
    requests.set(request, { resolve, reject });
    host.postMessage({ kind: 'rows', request, source });
  });
}

function takeRequest(request: number) {
  const taken = requests.get(request);
  requests.delete(request);
  return taken;
}

/** Copies a text. If the page may not write to the clipboard, which only a focused page can in a browser, the extension does it. */
function copyText(text: string): void {
  navigator.clipboard.writeText(text).catch(() => host.postMessage({ kind: 'copyText', text }));
}

function showFile({ title, notices, buttons, rows }: Extract<MessageToView, { kind: 'file' }>): void {
  byId('title').textContent = title;
  byId('buttons').replaceChildren(...buttons.map(createButton));
  byId('notices').replaceChildren(...notices.map(createNotice));
  // The root of a single value is expanded from the start.
  const [root] = rows;
  if (rows.length === 1 && root !== undefined && host.getState() === undefined) expanded.add(root.id);
  for (const id of ['tree', 'finding']) byId(id).hidden = rows.length === 0;
  tree.show(rows);
  if (!tree.isRestoringFocus) focusTree();
  find.refresh();
}

/** Gives the tree the focus, unless another element of the page has it. */
function focusTree(): void {
  if (document.hasFocus() && document.activeElement === document.body) tree.focus();
}

function createNotice({ level, title, text, items, buttons }: Notice): HTMLElement {
  const notice = element('section', `notice ${level}`);
  notice.role = level === 'error' ? 'alert' : 'note';
  notice.ariaLabel = title;
  const heading = element('h2', '');
  heading.append(decoration('icon'), element('span', '', title));
  notice.append(heading);
  if (text !== '') notice.append(element('p', '', text));
  if (items.length > 0) {
    const list = element('ul', '');
    for (const { code, remark } of items) {
      const item = element('li', '');
      item.append(element('code', '', code));
      if (remark !== '') item.append(element('span', 'remark', remark));
      list.append(item);
    }
    notice.append(list);
  }
  if (buttons.length > 0) {
    const row = element('div', 'buttons');
    row.append(...buttons.map(createButton));
    notice.append(row);
  }
  return notice;
}

function createButton({ title, action }: Button): HTMLElement {
  const button = element('button', '', title);
  button.addEventListener('click', () => host.postMessage({ kind: 'do', action }));
  return button;
}
