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

/** An error in the form in which it is sent between threads, which does not preserve classes. */
export interface WorkerError {
  /** Undefined for an error in the program. */
  readonly code: ErrorCode | undefined;
  readonly message: Words;
  /** The position of the error, if decoding failed. */
  readonly offset: number | undefined;
}
