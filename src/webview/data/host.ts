import type { Arrangement } from '../../core/data/arrange';
import type { DataQuestions, Place, QuestionName } from '../../core/data/questions';
import type { RasterAxes } from '../../core/data/raster';
import type { SliceChoice } from '../../core/data/slice';
import type { DataMode, MessageFromDataView, MessageToDataView } from '../dataMessages';

/** The state that VS Code keeps while the page is hidden. */
export interface KeptState {
  readonly mode?: DataMode;
  readonly slice?: SliceChoice;
  readonly axes?: RasterAxes;
  readonly arrangement?: Arrangement;
  readonly onlyDiffering?: boolean;
  /** The focused cell. */
  readonly active?: Place;
  readonly isDescribing?: boolean;
  readonly plot?: PlotChoice;
}

/** The plot: positions of columns, and its kind. */
export interface PlotChoice {
  readonly kind: 'line' | 'points' | 'histogram';
  /** Undefined for the row number. */
  readonly x?: number;
  readonly y: number;
}

declare function acquireVsCodeApi(): {
  postMessage(message: MessageFromDataView): void;
  getState(): KeptState | undefined;
  setState(state: KeptState): void;
};

const api = acquireVsCodeApi();
const pending = new Map<number, { resolve: (answer: unknown) => void; reject: (error: Error) => void }>();
let lastRequest = 0;

/** A pending question, which can be cancelled. */
export interface Asked<Answer> {
  readonly answer: Promise<Answer>;
  readonly cancel: () => void;
}

/** Asks the extension. @throws the error in the answer, to be shown to a person */
export function ask<Name extends QuestionName>(
  name: Name,
  parameters: DataQuestions[Name]['parameters'],
): Asked<DataQuestions[Name]['answer']> {
  const request = ++lastRequest;
  const answer = new Promise<unknown>((resolve, reject) => pending.set(request, { resolve, reject }));
  const question = { name, ...parameters } as Extract<MessageFromDataView, { kind: 'ask' }>['question'];
  api.postMessage({ kind: 'ask', request, question });
  return {
    answer: answer as Promise<DataQuestions[Name]['answer']>,
    cancel: () => {
      if (pending.delete(request)) api.postMessage({ kind: 'cancel', request });
    },
  };
}

export function post(message: MessageFromDataView): void {
  api.postMessage(message);
}

export function takeAnswer(message: Exclude<MessageToDataView, { kind: 'show' }>): void {
  const asked = pending.get(message.request);
  pending.delete(message.request);
  if (message.kind === 'answer') asked?.resolve(message.answer);
  else asked?.reject(new Error(message.message));
}

export function kept(): KeptState {
  return api.getState() ?? {};
}

export function keep(part: KeptState): void {
  api.setState({ ...kept(), ...part });
}

/** The text to show for an error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Copies a text. If the page may not write to the clipboard, which only a focused page can in a browser, the extension does it. */
export function copyText(text: string): void {
  navigator.clipboard.writeText(text).catch(() => post({ kind: 'copyText', text }));
}

/** A text with values in place of `{0}`, `{1}` and so on. */
export function fill(text: string, ...parts: readonly (string | number)[]): string {
  return text.replace(/\{(\d)\}/g, (_, place: string) => String(parts[Number(place)] ?? ''));
}
