/** Entry of the worker thread: decoding, rendering and encoding happen here, so that the extension host stays responsive. */
import { parentPort, workerData } from 'node:worker_threads';
import { DecodeError, wordsOf, PicklepostError } from '../core/errors';
import { CallStates, type WorkerData } from './callStates';
import type { Request, Response } from './protocol';
import { ValueService } from './valueService';

const { values, calls } = workerData as WorkerData;
const service = new ValueService(values);
const states = new CallStates(calls);

async function answer(request: Request): Promise<Response> {
  try {
    return { id: request.id, result: await call(request) };
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

function call({ name, parameters }: Request): unknown {
  return (service[name] as (...given: unknown[]) => unknown).apply(service, parameters);
}

parentPort?.on('message', (request: Request) => {
  if (!states.begin(request.id)) return;
  void answer(request).then((response) => parentPort?.postMessage(response));
});
