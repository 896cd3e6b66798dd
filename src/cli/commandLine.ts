import { messageOf } from '../core/errors';
import { INBOX_KEY_VARIABLE } from '../inbox/keys/inboxKey';
import { UnreadableError } from '../net/fileItem';
import { asksForHelp, UsageError } from './arguments';
import { FailedCheck, type Command, type Context } from './command';
import { usualInbox } from './inbox';
import { DONE, exitCodeOf, FAILED, USAGE } from './exitCodes';
import { keyCommand } from './keys';
import { listCommand } from './list';
import type { Output } from './output';
import { pairCommand } from './pair';
import { receiveCommand } from './receive';
import { sendCommand } from './send';
import { serversCommand } from './servers';
import { inboxCommand } from './sharedInbox';
import { testCommand } from './testServer';
import { inEnglish } from '../core/text';

type Load = () => Command | Promise<Command>;

/** All commands, in the order of the help. Those that show values are loaded when they are needed: they are half of the program. */
const commands: ReadonlyMap<string, Load> = new Map<string, Load>([
  ['receive', () => receiveCommand],
  ['send', () => sendCommand],
  ['list', () => listCommand],
  ['show', async () => (await import('./show')).showCommand],
  ['export', async () => (await import('./export')).exportCommand],
  ['key', () => keyCommand],
  ['pair', () => pairCommand],
  ['test', () => testCommand],
  ['servers', () => serversCommand],
  ['inbox', () => inboxCommand],
  ['snippet', async () => (await import('./snippet')).snippetCommand],
  ['mcp', async () => (await import('./mcp')).mcpCommand],
]);

/**
 * Runs the program.
 * @param args without the names of the interpreter and the program
 * @param version of this program
 * @returns the exit code. Never rejects
 */
export async function runCommandLine(
  args: readonly string[],
  version: string,
  context: Context,
): Promise<number> {
  const code = await runCommand(args, version, context);
  try {
    await context.output.flush();
    return code;
  } catch (error) {
    context.output.note(`picklepost: ${messageOf(error)}`);
    return FAILED;
  }
}

async function runCommand(args: readonly string[], version: string, context: Context): Promise<number> {
  const { output } = context;
  const [name = '', ...rest] = args;
  if (name === '--version') return say(output, version);
  if (name === '--help' || name === '-h') return say(output, await programHelp());
  const load = commands.get(name);
  try {
    if (load === undefined)
      throw new UsageError(name === '' ? 'A command is missing.' : `There is no command "${name}".`);
    const command = await load();
    if (asksForHelp(rest)) return say(output, commandHelp(command));
    await command.run(rest, context);
    return DONE;
  } catch (error) {
    if (error instanceof FailedCheck) return FAILED;
    if (!(error instanceof UsageError)) {
      reportFailure(error, output);
      return exitCodeOf(error);
    }
    const help = load === undefined ? 'picklepost --help' : `picklepost ${name} --help`;
    output.note(`picklepost: ${error.message} See "${help}".`);
    return USAGE;
  } finally {
    output.clearProgress();
  }
}

/** Reports an error, or each of several. */
function reportFailure(error: unknown, output: Output): void {
  if (error instanceof AggregateError) for (const one of error.errors) reportFailure(one, output);
  else if (error instanceof UnreadableError)
    output.failure(error, `Cannot read ${error.file}: ${inEnglish(error.reason)}`, { file: error.file });
  else output.failure(error, messageOf(error));
}

function say(output: Output, text: string): number {
  output.line(text);
  return DONE;
}

async function programHelp(): Promise<string> {
  const line = async ([name, load]: [string, Load]): Promise<string> =>
    `  ${name.padEnd(9)}${(await load()).summary}`;
  const lines = await Promise.all([...commands].map(line));
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

function commandHelp({ synopsis, summary, details, examples }: Command): string {
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
