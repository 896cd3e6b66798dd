/** Entry of a thread that hashes one item, so that the main thread has that time for encryption and for people. */
import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

/** The next part of the item, or a question for the hash of those so far. */
export type HashRequest = Uint8Array<ArrayBuffer> | 'digest';

/** The memory of the part, to be used again, or the hash in hexadecimal. In the order of the requests. */
export type HashAnswers<Request extends HashRequest> = Request extends 'digest' ? string : ArrayBuffer;

const hash = createHash('sha256');

parentPort?.on('message', (request: HashRequest) => {
  if (request === 'digest') {
    parentPort?.postMessage(hash.copy().digest('hex'));
  } else {
    hash.update(request);
    parentPort?.postMessage(request.buffer, [request.buffer]);
  }
});
