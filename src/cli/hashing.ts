import path from 'node:path';
import { hashOnThreads } from '../worker/hashThread';

/** Hashes large items on threads, whose program lies beside this one. */
export const beginHash = hashOnThreads(path.join(__dirname, 'hasher.js'));
