import type { Arrangement } from '../../core/data/arrange';
import type { DataQuestions, Place, QuestionName } from '../../core/data/questions';
import type { RasterAxes } from '../../core/data/raster';
import type { SliceChoice } from '../../core/data/slice';
import type { DataMode, MessageFromDataView, MessageToDataView } from '../dataMessages';

/** What VS Code keeps while the page is hidden. */
export interface KeptState {
  readonly mode?: DataMode;
  readonly slice?: SliceChoice;
  readonly axes?: RasterAxes;
  readonly arrangement?: Arrangement;
  readonly onlyDiffering?: boolean;
  /** The cell that had the focus. */
  readonly active?: Place;
  readonly isDescribing?: boolean;
  readonly plot?: PlotChoice;
}

/** What is plotted: places of columns, and how. */
export interface PlotChoice {
  readonly kind: 'line' | 'points' | 'histogram';
  /** Undefined for the number of the row. */
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

/** A question that was asked, and can be dropped. */
export interface Asked<Answer> {
  readonly answer: Promise<Answer>;
  readonly cancel: () => void;
}

/** Asks the extension. @throws in the answer what is to be shown to a person */
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

/** What to show of an error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** In a browser only the page that has the focus may do so, and elsewhere not every page. */
export function copyText(text: string): void {
  navigator.clipboard.writeText(text).catch(() => post({ kind: 'copyText', text }));
}

/** A text with what is inserted in place of `{0}`, `{1}` and so on. */
export function fill(text: string, ...parts: readonly (string | number)[]): string {
  return text.replace(/\{(\d)\}/g, (_, place: string) => String(parts[Number(place)] ?? ''));
}
