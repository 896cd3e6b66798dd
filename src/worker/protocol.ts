import type { ErrorCode } from '../core/errors';
import type { Words } from '../core/text';
import type { ValueService } from './valueService';

/** The calls of the main thread to the worker: the public methods of its service. */
export type ServiceMethod = keyof ValueService;

export interface Request<Name extends ServiceMethod = ServiceMethod> {
  readonly id: number;
  readonly name: Name;
  readonly parameters: Parameters<ValueService[Name]>;
}

export type Response =
  { readonly id: number; readonly result: unknown } | { readonly id: number; readonly error: WorkerError };

/** An error as it crosses the thread boundary, where classes do not survive. */
export interface WorkerError {
  /** Undefined for a defect. */
  readonly code: ErrorCode | undefined;
  readonly message: Words;
  /** The position of the error, if decoding failed. */
  readonly offset: number | undefined;
}
