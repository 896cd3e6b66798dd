import { arrays, models, packed, safetensors } from './files';
import { inboxFile, tokenStream } from './kept';
import { multicast } from './multicast';
import { answers, frames, greeting, message, pairing, session } from './native';
import type { Target } from './target';
import { json, known, pickle, xml } from './values';
import { classic, raw } from './wire';

/** Every parser of what others send. */
export const TARGETS: readonly Target[] = [
  ...[classic, raw, greeting, frames, message, session, answers, pairing],
  ...[multicast, tokenStream, inboxFile],
  ...[pickle, known, xml, json],
  ...[arrays, safetensors, models, packed],
];
