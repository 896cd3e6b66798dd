import { INBOX_KEY_VARIABLE } from '../inbox/keys/inboxKey';
import type { Command } from './command';
import { usualInbox } from './inbox';

/** @param commands names and summaries of all */
export function programHelp(commands: readonly (readonly [name: string, summary: string])[]): string {
  const lines = commands.map(([name, summary]) => `  ${name.padEnd(9)}${summary}`);
  return `Send files and dictionaries to a receive server, receive them, and show received
items.

usage: picklepost COMMAND ...

${lines.join('\n')}

"picklepost COMMAND --help" says more; --version prints the version.

Exit codes: 0 done, 1 failed, 2 invalid arguments, 3 the server is not reachable,
is busy or was lost during the transfer (try again later), 130 ended by Ctrl+C,
143 ended by SIGTERM. A receive server that is told to end exits with 0.

Received items are kept encrypted in an inbox, which is
${usualInbox()}
(--inbox names another). Its key is in a file beside it, such as "inbox.key"
beside "inbox", or in the file that ${INBOX_KEY_VARIABLE} names.`;
}

/** What `picklepost COMMAND --help` prints. */
export function commandHelp({ synopsis, summary, details, examples }: Command): string {
  const usage = synopsis.replaceAll(/^(?=\S)/gm, 'picklepost ').replaceAll('\n', '\n       ');
  const lines = examples.map(
    (example) => `  ${example.includes('picklepost') ? '' : 'picklepost '}${example}`,
  );
  return `usage: ${usage}

${summary.charAt(0).toUpperCase()}${summary.slice(1)}.
${details}

examples:
${lines.join('\n')}`;
}
