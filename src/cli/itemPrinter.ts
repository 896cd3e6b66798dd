import { setTimeout as sleep } from 'node:timers/promises';
import { isTextFormat } from '../core/codecs/formats';
import { messageOf, PicklepostError } from '../core/errors';
import { DEFAULT_LIMITS } from '../core/limits';
import type { Format, ReceivedItem } from '../core/item/item';
import type { Inbox } from '../inbox/inbox';
import { textForScreen } from '../inbox/output/screenText';
import { ValueWorker } from '../worker/valueWorker';
import type { Output } from './output';

/** Most UTF-16 units of a dictionary that are printed. */
const PRINT_LENGTH = 1024 * 1024;
/**
 * Memory of the thread that decodes items to print: more than any dictionary needs that is not crafted to need much. The
 * heap is in MiB.
 */
const PRINT_MEMORY = { values: 32 * 1024 * 1024, heap: 96 };
/** Milliseconds that decoding a dictionary to be printed may take. */
const PRINT_TIME = 3_000;
/** Most items whose content waits to be printed. If more arrive at once, their content is not printed. */
const MOST_WAITING = 32;

/**
 * Prints the content of received items, one after another. An item that is expensive to decode does not hold up other items.
 */
export class ItemPrinter {
  /** Decodes in a thread, as this one serves everybody. */
  private worker: ValueWorker | undefined;
  private waiting = 0;

  constructor(
    private readonly inbox: Inbox,
    private readonly output: Output,
    /** File of the worker. */
    private readonly workerScript: string,
  ) {}

  /** Reserves a place for the content of one more item. @returns whether there is one */
  tryQueue(): boolean {
    if (this.waiting >= MOST_WAITING) return false;
    this.waiting++;
    return true;
  }

  /** Never rejects. */
  async print(item: ReceivedItem): Promise<void> {
    const { output } = this;
    try {
      const text = await textForScreen(item, this.inbox.read(item.id), this.renderDictionary);
      const trimmed = text.replace(/\n$/, '');
      if (trimmed === '') return;
      if (output.isJson) output.note(trimmed);
      else output.line(trimmed);
    } catch (error) {
      output.note(`picklepost: ${messageOf(error)}`);
    } finally {
      this.waiting--;
    }
  }

  dispose(): void {
    this.worker?.dispose();
    this.worker = undefined;
  }

  /** Text formats are shown as received; others are decoded in a thread of their own. */
  private readonly renderDictionary = async (bytes: Buffer, format: Format): Promise<string> => {
    if (isTextFormat(format)) return bytes.toString('utf8');
    const done = new AbortController();
    try {
      // The timer also keeps the process from ending, which the worker alone does not.
      return await Promise.race([this.decode(bytes, format), this.giveUp(done.signal)]);
    } finally {
      done.abort();
    }
  };

  private async decode(bytes: Buffer, format: Format): Promise<string> {
    this.worker ??= new ValueWorker(this.workerScript, DEFAULT_LIMITS.nestingDepth, PRINT_MEMORY);
    const value = await this.worker.load(format, [bytes]);
    try {
      return await value.ask('text', [], 'python', PRINT_LENGTH);
    } finally {
      value.dispose();
    }
  }

  private async giveUp(done: AbortSignal): Promise<never> {
    await sleep(PRINT_TIME, undefined, { signal: done });
    this.dispose();
    throw new PicklepostError('limit-exceeded', `Decoding it takes longer than ${PRINT_TIME / 1000} s.`);
  }
}
