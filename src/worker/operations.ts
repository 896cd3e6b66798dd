/**
 * The operations on decoded values. The worker runs them by these tables, and the types of `LoadedValue.ask` and
 * `LoadedValue.steps` are derived from them, so a new operation needs only an entry here. Parameters and results are sent
 * between threads, so they must be structured-cloneable.
 */
import { answerAssistant, type AssistantQuestion } from '../core/assistant/answers';
import { codecs } from '../core/codecs/codecs';
import { textForms, type TextForm } from '../core/codecs/forms';
import type { Tolerance } from '../core/data/difference';
import type { DataQuestion } from '../core/data/questions';
import type { Steps } from '../core/data/steps';
import { PicklepostError } from '../core/errors';
import { say } from '../core/text';
import type { Inspection, NodeInfo } from '../core/inspection/inspection';
import type { SearchQuery } from '../core/inspection/search';
import type { Format } from '../core/item/item';
import { DEFAULT_LIMITS } from '../core/limits';
import type { Value } from '../core/values/value';
import type { DataViewers } from './dataViewers';

/** The number of a value in a worker thread. */
export type Handle = number;

/** A form in which a value is saved: one for people, or a format. */
export type SaveForm = TextForm | Format;

/** The positions that lead to a value. */
type Path = readonly number[];

/** The other side of a comparison. */
export interface OtherSide {
  readonly handle: Handle;
  readonly path: Path;
  readonly tolerance: Tolerance;
}

/** One step of a search. */
export interface SearchStep {
  /** The matches of this step, if they are among the first. */
  readonly found: NodeInfo[];
  /** How many matches there are in all steps, including those that are not reported. */
  readonly count: number;
  /** Children that have been searched in all steps. */
  readonly visited: number;
  readonly isDone: boolean;
}

/** Children that a search visits before it reports its progress, which takes some ten milliseconds. */
const SEARCH_BUDGET = 20_000;

/** Questions that are answered at once. @throws PicklepostError `no-such-item` if there is nothing at the path */
export const questions = {
  node: (value: Inspection, path: Path) => value.node(path),

  /** The values along a path, from the root to its end. Their own paths are empty, as they are parts of the requested one. */
  nodesAlong: (value: Inspection, path: Path): NodeInfo[] =>
    value.nodesAlong(path).map((node) => ({ ...node, path: [] })),

  assist: (value: Inspection, question: AssistantQuestion) => answerAssistant(value, question),

  children: (value: Inspection, path: Path, start: number, count: number) =>
    value.children(path, start, count),

  /** @param maxLength in characters */
  text: (value: Inspection, path: Path, form: TextForm, maxLength: number) =>
    value.text(path, form, { maxLength }),

  /** @param maxLength in characters */
  plainText: (value: Inspection, path: Path, maxLength: number) => value.plainText(path, { maxLength }),

  /** The text of a form in UTF-8, or the encoded bytes of a format. @param maxLength of the text, in characters */
  encode: (value: Inspection, path: Path, form: SaveForm, maxLength: number): Uint8Array =>
    isTextForm(form)
      ? Buffer.from(value.text(path, form, { maxLength }))
      : codecs[form].encode(value.value(path), DEFAULT_LIMITS),

  /**
   * A range of the bytes of a value that is bytes or a string (in UTF-8), and their total number; undefined for other types.
   */
  bytes: (value: Inspection, path: Path, start: number, count: number) => {
    const run = value.bytes(path, start, count);
    // Copied, because sending a view would clone all of the memory behind it.
    return run && { ...run, bytes: new Uint8Array(run.bytes) };
  },
};

export interface TaskContext {
  readonly value: Inspection;
  readonly viewers: DataViewers | undefined;
  /** @throws PicklepostError `no-such-item` */
  readonly valueAt: (handle: Handle, path: Path) => Value;
}

/**
 * Tasks that run in steps. A task yields every few milliseconds, so that other questions get their turn, and ends if nobody
 * asks for the next step. Values other than undefined that it yields are reported at once.
 */
export const tasks = {
  /** Searches everything below a path. @param limit of reported matches */
  *search(
    { value }: TaskContext,
    path: Path,
    query: SearchQuery,
    limit: number,
  ): Generator<SearchStep, void> {
    const search = value.search(path, query, limit);
    for (let told = 0; ;) {
      search.advance(SEARCH_BUDGET);
      const { paths, count, visited, isDone } = search.state;
      yield { found: paths.slice(told).map((place) => value.node(place)), count, visited, isDone };
      if (isDone) return;
      told = paths.length;
    }
  },

  /**
   * Asks about the table, array or picture at a path, or about the comparison of two tables.
   * @throws PicklepostError `unsupported`
   */
  *look(
    { value, viewers, valueAt }: TaskContext,
    path: Path,
    question: DataQuestion,
    other?: OtherSide,
  ): Steps<unknown> {
    if (!viewers)
      throw new PicklepostError('unsupported', say`This worker does not draw tables or pictures.`);
    const left = value.value(path);
    const viewer = other
      ? yield* viewers.compare(left, valueAt(other.handle, other.path), other.tolerance)
      : viewers.of(left);
    return yield* viewer.answer(question);
  },
};

type Questions = typeof questions;
export type QuestionName = keyof Questions;
export type QuestionParameters<Name extends QuestionName> = WithoutFirst<Parameters<Questions[Name]>>;
export type Answer<Name extends QuestionName> = ReturnType<Questions[Name]>;

type Tasks = typeof tasks;
export type TaskName = keyof Tasks;
export type TaskParameters<Name extends TaskName> = WithoutFirst<Parameters<Tasks[Name]>>;
export type TaskProgress<Name extends TaskName> =
  ReturnType<Tasks[Name]> extends Generator<infer Progress, unknown, unknown> ? Progress : never;
export type TaskResult<Name extends TaskName> =
  ReturnType<Tasks[Name]> extends Generator<unknown, infer Result, unknown> ? Result : never;

type WithoutFirst<All extends readonly unknown[]> = All extends readonly [unknown, ...infer Rest]
  ? Rest
  : never;

function isTextForm(form: string): form is TextForm {
  return Object.hasOwn(textForms, form);
}
