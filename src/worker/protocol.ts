import type { ErrorCode } from '../core/errors';
import type { Words } from '../core/text';
import type { ValueService } from './valueService';

/** What the main thread can have the worker do: the public methods of its service. */
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
  /** Where the mistake is, for an error of decoding. */
  readonly offset: number | undefined;
}
