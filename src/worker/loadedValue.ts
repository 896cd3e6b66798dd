import type { PickleActions } from '../core/codecs/pickle/format';
import { PicklepostError } from '../core/errors';
import type { NodeInfo } from '../core/inspection/inspection';
import type { Disposable } from '../core/scheduling/event';
import type {
  Answer,
  Handle,
  QuestionName,
  QuestionParameters,
  TaskName,
  TaskParameters,
  TaskProgress,
  TaskResult,
} from './operations';
import type { Decoded, DecodedPickleFile } from './answers';
import type { WorkerThread } from './workerThread';
import { say, type Words } from '../core/text';

/** A value that the worker holds, until it is disposed of. */
export class LoadedValue implements Disposable {
  constructor(
    private readonly thread: WorkerThread,
    /** Identifies it among the values of its thread. */
    readonly handle: Handle,
    private readonly loaded: Pick<Decoded, 'root' | 'actions'> & Partial<Decoded>,
    /** Aborted when the value is no longer needed, which ends pending questions. */
    private readonly signal?: AbortSignal,
  ) {}

  /** The same value with a further signal that ends questions. */
  within(signal: AbortSignal): LoadedValue {
    const both = this.signal ? AbortSignal.any([this.signal, signal]) : signal;
    return new LoadedValue(this.thread, this.handle, this.loaded, both);
  }

  get root(): NodeInfo {
    return this.loaded.root;
  }

  /** The actions that Python would take to load it, if it is a pickle. */
  get actions(): PickleActions | undefined {
    return this.loaded.actions;
  }

  /** Sentences for the person about how it was read. */
  get notices(): readonly Words[] {
    return this.loaded.notices ?? [];
  }

  /** @throws as the question does; PicklepostError `no-such-item` if the worker has dropped the value */
  ask<Name extends QuestionName>(name: Name, ...parameters: QuestionParameters<Name>): Promise<Answer<Name>> {
    const { signal } = this;
    return this.thread.call('ask', [this.handle, name, parameters], { signal }) as Promise<Answer<Name>>;
  }

  /**
   * Runs a task step by step; the caller cancels it by not asking for the next step.
   * @returns its result, after the reports of each step
   * @throws as the task does; PicklepostError `no-such-item` if the worker has dropped the value
   */
  async *steps<Name extends TaskName>(
    name: Name,
    ...parameters: TaskParameters<Name>
  ): AsyncGenerator<TaskProgress<Name>, TaskResult<Name>, undefined> {
    const task = this.thread.newNumber();
    try {
      for (;;) {
        const { signal } = this;
        const step = await this.thread.call('advance', [task, this.handle, name, parameters], { signal });
        if (step.isDone) return step.result as TaskResult<Name>;
        yield step.progress as TaskProgress<Name>;
      }
    } finally {
      void this.thread.call('endTask', [task]).catch(() => undefined);
    }
  }

  dispose(): void {
    void this.thread.call('release', [this.handle]).catch(() => undefined);
  }
}

/** The pickles of a file. If there is one, the root is its value; otherwise it is the list of all. */
export class LoadedPickleFile extends LoadedValue {
  constructor(
    thread: WorkerThread,
    handle: Handle,
    readonly decoded: DecodedPickleFile,
    /** Ends reading parts of the file. */
    private readonly close: () => void,
    signal?: AbortSignal,
  ) {
    super(thread, handle, decoded, signal);
  }

  override dispose(): void {
    super.dispose();
    this.close();
  }
}

/**
 * Runs a task to its result, without its reports.
 * @param isWanted called before each step
 * @throws PicklepostError `cancelled` if the result is no longer wanted
 */
export async function finishWhile<Result>(
  steps: AsyncGenerator<unknown, Result, undefined>,
  isWanted: () => boolean,
): Promise<Result> {
  try {
    while (isWanted()) {
      const step = await steps.next();
      if (step.done === true) return step.value;
    }
    throw new PicklepostError('cancelled', say`This answer is no longer needed.`);
  } finally {
    await steps.return(undefined as Result);
  }
}
