import type { Target } from './target';
import { json, known, pickle, xml } from './values';
import { classic, frames, greeting, inboxFile, message, pairing, raw, tokenStream } from './wire';

/** Every parser of what others send. */
export const TARGETS: readonly Target[] = [
  classic,
  raw,
  greeting,
  frames,
  message,
  pairing,
  tokenStream,
  inboxFile,
  pickle,
  known,
  xml,
  json,
];
