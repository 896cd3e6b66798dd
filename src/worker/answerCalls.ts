import { parentPort, workerData } from 'node:worker_threads';
import { DecodeError, wordsOf, PicklepostError } from '../core/errors';
import { CallStates, type WorkerData } from './callStates';
import type { DataViewers } from './dataViewers';
import type { Request, Response } from './protocol';
import { ValueService } from './valueService';

/** Answers calls of the main thread, in a worker thread that `WorkerThread` has started. */
export function answerCalls(viewers?: DataViewers): void {
  const { values, calls } = workerData as WorkerData;
  const service = new ValueService(values, viewers);
  const states = new CallStates(calls);
  parentPort?.on('message', (request: Request) => {
    if (!states.begin(request.id)) return;
    void answer(service, request).then((response) => parentPort?.postMessage(response));
  });
}

async function answer(service: ValueService, request: Request): Promise<Response> {
  try {
    return { id: request.id, result: await call(service, request) };
  } catch (error) {
    return {
      id: request.id,
      error: {
        code: error instanceof PicklepostError ? error.code : undefined,
        message: wordsOf(error),
        offset: error instanceof DecodeError ? error.offset : undefined,
      },
    };
  }
}

function call(service: ValueService, { name, parameters }: Request): unknown {
  return (service[name] as (...given: unknown[]) => unknown).apply(service, parameters);
}
