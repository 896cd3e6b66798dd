import { messageOf } from '../core/errors';
import { UnreadableError } from '../net/fileItem';
import { asksForHelp, UsageError } from './arguments';
import { FailedCheck, type Command, type Context } from './command';
import { DONE, exitCodeOf, FAILED, USAGE } from './exitCodes';
import type { Output } from './output';
import { inEnglish } from '../core/text';

/** All commands, in the order in which the help has them. Each is loaded when it is called, as most of them need little of the whole. */
const commands: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['receive', async () => (await import('./receive')).receiveCommand],
  ['send', async () => (await import('./send')).sendCommand],
  ['list', async () => (await import('./list')).listCommand],
  ['show', async () => (await import('./show')).showCommand],
  ['export', async () => (await import('./export')).exportCommand],
  ['key', async () => (await import('./keys')).keyCommand],
  ['pair', async () => (await import('./pair')).pairCommand],
  ['test', async () => (await import('./testServer')).testCommand],
  ['servers', async () => (await import('./servers')).serversCommand],
  ['inbox', async () => (await import('./sharedInbox')).inboxCommand],
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
  if (name === '--help' || name === '-h') return say(output, await helpOfProgram());
  const load = commands.get(name);
  try {
    if (load === undefined)
      throw new UsageError(name === '' ? 'A command is missing.' : `There is no command "${name}".`);
    const command = await load();
    if (asksForHelp(rest)) return say(output, (await import('./help')).commandHelp(command));
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

async function helpOfProgram(): Promise<string> {
  const loaded = [...commands].map(async ([name, load]) => [name, (await load()).summary] as const);
  const [{ programHelp }, ...summaries] = await Promise.all([import('./help'), ...loaded]);
  return programHelp(summaries);
}
