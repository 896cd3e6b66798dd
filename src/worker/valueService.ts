import type { Decoded as DecodedValue } from '../core/codecs/codec';
import { codecs } from '../core/codecs/codecs';
import { readJson } from '../core/codecs/json/codec';
import type { PickleActions } from '../core/codecs/pickle/format';
import { messageOf } from '../core/errors';
import { summarizeCheckpoint } from '../core/files/checkpoint';
import { decodeFile, fileKindOf, unpackFile, type DecodedFile } from '../core/files/fileDecoder';
import { DiskFile } from '../disk/diskFile';
import { Inspection } from '../core/inspection/inspection';
import type { Format } from '../core/item/item';
import { formatHex } from '../core/render/hexDump';
import type { DataViewers } from './dataViewers';
import {
  questions,
  tasks,
  type Handle,
  type QuestionName,
  type TaskContext,
  type TaskName,
} from './operations';
import type { Decoded, DecodedPickleFile, FileHandle, TaskStep } from './answers';
import { RemoteSource } from './remoteContent';
import { ValueStore } from './valueStore';
import { type Words } from '../core/text';

type Task = Generator<unknown, unknown, undefined>;
type BeginTask = (context: TaskContext, ...parameters: readonly unknown[]) => Task;

/** Milliseconds that a task runs before other questions get their turn. */
const BUDGET = 10;

const NO_ACTIONS: PickleActions = { level: 'plain', effects: [], unlisted: 0, isAmbiguous: false };

/**
 * Decodes values and answers questions about them. It runs in the worker, and the main thread calls its public methods, but it
 * does not depend on threads.
 */
export class ValueService {
  private readonly arriving = new Map<Handle, Uint8Array[]>();
  private readonly running = new Map<number, Task>();
  private readonly values: ValueStore;

  /**
   * @param memory the largest estimated memory of all values together, in bytes
   * @param viewers for tables, arrays and pictures; without them, the task `look` is `unsupported`
   */
  constructor(
    memory?: number,
    private readonly viewers?: DataViewers,
  ) {
    this.values = new ValueStore(memory);
  }

  /** Appends encoded bytes to a value that is being transferred. The first call creates it. */
  append(handle: Handle, bytes: Uint8Array): void {
    const parts = this.arriving.get(handle);
    if (parts) parts.push(bytes);
    else this.arriving.set(handle, [bytes]);
  }

  /** Decodes the appended bytes, and describes the root. */
  decode(handle: Handle, format: Format, nestingDepth: number): Decoded {
    const bytes = this.take(handle);
    let decoded: DecodedValue = { value: null };
    this.values.add(handle, (budget) => {
      decoded = codecs[format].decode(bytes, { nestingDepth, budget });
      return new Inspection(decoded.value);
    });
    const { actions, notices = [] } = decoded;
    return { root: this.values.get(handle).node([]), ...(actions && { actions }), notices };
  }

  /** Opens a file of any kind that `core/files` reads, by its path or through the main thread. */
  async openFile(handle: Handle, content: FileHandle): Promise<DecodedPickleFile> {
    const source = 'path' in content ? new DiskFile(content.path) : new RemoteSource(content);
    const unpacked = await unpackFile(source);
    let file: DecodedFile = { kind: 'pickle', values: [], actions: NO_ACTIONS };
    this.values.add(handle, (budget) => {
      // Unpacked content and pickles stay in memory as long as the value.
      if (unpacked !== source || fileKindOf(unpacked) === 'pickle') budget.spend(unpacked.size);
      file = decodeFile(unpacked, budget);
      const [first] = file.values;
      return new Inspection(file.values.length === 1 && first !== undefined ? first : [...file.values]);
    });
    const { kind, values, isRepaired, actions, problem } = file;
    const checkpoint = summarizeCheckpoint(file);
    return {
      kind,
      ...(checkpoint && { checkpoint }),
      root: this.values.get(handle).node([]),
      count: values.length,
      actions,
      ...(isRepaired && { isRepaired }),
      ...(problem && { problem: messageOf(problem), isBeyondLimit: problem.code === 'limit-exceeded' }),
    };
  }

  /** Answers a question. @param parameters those of the question @throws as the question does */
  ask(handle: Handle, name: QuestionName, parameters: readonly unknown[]): unknown {
    const answer = questions[name] as (value: Inspection, ...given: readonly unknown[]) => unknown;
    return answer(this.values.get(handle), ...parameters);
  }

  /**
   * Begins or continues a task. A caller that stops before its end must call {@link endTask}.
   * @param task a unique number
   * @param parameters those of the task
   * @throws as the task does, and PicklepostError `no-such-item` if the value has been dropped
   */
  advance(task: number, handle: Handle, name: TaskName, parameters: readonly unknown[]): TaskStep {
    try {
      const value = this.values.get(handle);
      const steps = this.running.get(task) ?? this.begin(value, name, parameters);
      this.running.set(task, steps);
      const step = advance(steps);
      if (step.isDone) this.endTask(task);
      return step;
    } catch (error) {
      this.endTask(task);
      throw error;
    }
  }

  endTask(task: number): void {
    this.running.delete(task);
  }

  /** Drops a value, or the bytes that have been appended. */
  release(handle: Handle): void {
    this.arriving.delete(handle);
    this.values.delete(handle);
  }

  /** Reads a JSON document, and encodes its value for sending. @returns the bytes, and sentences about how the JSON was read */
  encode(text: string, format: Format, nestingDepth: number): { bytes: Uint8Array; notices: Words[] } {
    const { value, notices } = readJson(text, nestingDepth, 'last');
    return { bytes: codecs[format].encode(value, { nestingDepth }), notices };
  }

  /** A hex dump of bytes, in UTF-8. */
  hexDump(bytes: Uint8Array, offset: number, total: number): Uint8Array {
    return Buffer.from(formatHex(bytes, offset, total), 'latin1');
  }

  private begin(value: Inspection, name: TaskName, parameters: readonly unknown[]): Task {
    const valueAt: TaskContext['valueAt'] = (handle, path) => this.values.get(handle).value(path);
    const table = tasks as unknown as Record<TaskName, BeginTask>;
    return table[name]({ value, viewers: this.viewers, valueAt }, ...parameters);
  }

  /** Removes and returns the appended bytes. */
  private take(handle: Handle): Buffer {
    const bytes = Buffer.concat(this.arriving.get(handle) ?? []);
    this.arriving.delete(handle);
    return bytes;
  }
}

/** Continues a task for some milliseconds, or until it reports something. */
function advance(steps: Task): TaskStep {
  const end = performance.now() + BUDGET;
  do {
    const { done, value } = steps.next();
    if (done) return { isDone: true, result: value };
    if (value !== undefined) return { isDone: false, progress: value };
  } while (performance.now() < end);
  return { isDone: false, progress: undefined };
}
