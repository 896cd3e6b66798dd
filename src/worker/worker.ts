/** Entry of the worker thread: decoding, rendering and encoding happen here, so that the extension host stays responsive. */
import { parentPort, workerData } from 'node:worker_threads';
import { DecodeError, messageOf, PicklepostError } from '../core/errors';
import type { Request, Response } from './protocol';
import { ValueService } from './valueService';

const service = new ValueService(workerData as number);

async function answer(request: Request): Promise<Response> {
  try {
    return { id: request.id, result: await call(request) };
  } catch (error) {
    return {
      id: request.id,
      error: {
        code: error instanceof PicklepostError ? error.code : undefined,
        message: messageOf(error),
        offset: error instanceof DecodeError ? error.offset : undefined,
      },
    };
  }
}

function call({ name, parameters }: Request): unknown {
  return (service[name] as (...given: unknown[]) => unknown).apply(service, parameters);
}

parentPort?.on('message', (request: Request) => {
  void answer(request).then((response) => parentPort?.postMessage(response));
});
