import { byId } from './elements';
import type { MessageToExtension, MessageToView } from './messages';

/** Milliseconds without a keystroke after which a search begins. */
const TYPING_PAUSE = 200;

/** The search field. Enter goes to the next match, Shift+Enter to the previous one. */
export class FindField {
  private readonly field = byId('find') as HTMLInputElement;
  private search = 0;
  private count = 0;
  /** Index of the shown match; -1 if none has been shown. */
  private index = -1;
  /** How many matches to advance as soon as there are some. */
  private wanted = 0;
  private timer: number | undefined;

  constructor(
    private readonly post: (message: MessageToExtension) => void,
    private readonly leave: () => void,
  ) {
    this.field.addEventListener('input', () => {
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.start(), TYPING_PAUSE);
    });
    this.field.addEventListener('keydown', (event) => this.onKey(event));
    window.addEventListener('keydown', (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'f') this.focus();
      else if (event.key === 'F3') this.step(event.shiftKey ? -1 : 1);
      else return;
      event.preventDefault();
    });
  }

  /** Receives the progress of the current search from the extension. */
  take({ search, count, text }: Extract<MessageToView, { kind: 'found' }>): void {
    if (search !== this.search) return;
    this.count = count;
    if (this.index < 0) this.showPosition(text);
    if (count > 0 && this.wanted !== 0) this.step(this.wanted);
  }

  showPosition(text: string): void {
    byId('found').textContent = text;
  }

  /** Repeats the search, because the content has changed. */
  refresh(): void {
    if (this.field.value !== '') this.start();
  }

  private focus(): void {
    this.field.focus();
    this.field.select();
  }

  private start(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.count = 0;
    this.index = -1;
    this.wanted = 0;
    this.showPosition('');
    this.post({ kind: 'find', search: ++this.search, text: this.field.value });
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === 'Enter') this.step(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape' || event.key === 'ArrowDown') this.leave();
    else return;
    event.preventDefault();
  }

  private step(by: number): void {
    if (this.timer !== undefined) this.start();
    this.wanted = this.count === 0 ? by : 0;
    if (this.count === 0) return;
    const from = this.index < 0 && by < 0 ? 0 : this.index;
    this.index = (from + by + this.count) % this.count;
    this.post({ kind: 'goTo', search: this.search, index: this.index });
  }
}
