import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/**
 * Reads one line of standard input, so that no secret appears in the list of processes or in the history of a shell. At a
 * terminal, a prompt is shown.
 * @param isHidden whether the terminal hides what is typed
 */
export async function askLine(question: string, signal: AbortSignal, isHidden = false): Promise<string> {
  if (!process.stdin.isTTY) return firstLine();
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  if (isHidden) process.stderr.write(question);
  const output = isHidden ? nowhere : process.stderr;
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  try {
    return await lines.question(question, { signal });
  } finally {
    lines.close();
    if (isHidden) process.stderr.write('\n');
  }
}

async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  try {
    for await (const line of lines) return line;
    return '';
  } finally {
    lines.close();
  }
}
