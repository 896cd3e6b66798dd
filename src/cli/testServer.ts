import { DEFAULT_LIMITS } from '../core/limits';
import { inEnglish } from '../core/text';
import { formatAddress, parseAddress } from '../core/wire/address';
import { outcomeWords, testConnection, type TestOutcome } from '../net/connectionTest';
import { onlyPositional, parseArguments, parseNumber, UsageError } from './arguments';
import { FailedCheck, type Command } from './command';
import { readKeyFile } from './keys';
import { DEFAULT_PORT } from './wire';

export const testCommand: Command = {
  synopsis: 'test HOST[:PORT] [--key-file FILE] [--timeout MS] [--json]',
  summary: 'test whether a receive server can be reached',
  details: `
  Says whether the server can be reached, whether it is Picklepost, whether it
  has the same key, and how long an answer takes. Sends nothing. Exit code 0 if
  items could be sent, else 1.

  --key-file FILE  key that the server should have; without one, nothing
                   proves whose server it is
  --timeout MS     how long to wait for each answer (default: 5000)
  --json           print one JSON object`,

  examples: ['test 192.168.1.20', 'test lab:6868 --key-file lab.key'],

  async run(args, { output, interruption }) {
    const { values, positionals } = parseArguments(args, {
      'key-file': { type: 'string' },
      timeout: { type: 'string' },
      json: { type: 'boolean' },
    });
    output.isJson = values.json ?? false;
    const server = onlyPositional(positionals, 'HOST');
    const address = parseAddress(server, DEFAULT_PORT);
    if (!address) throw new UsageError(`"${server}" is not HOST or HOST:PORT.`);
    const waiting = { min: 1, max: DEFAULT_LIMITS.sessionTime, otherwise: 5000 };
    const patience = parseNumber('--timeout', values.timeout, waiting);
    const keyFile = values['key-file'];
    const key = keyFile === undefined ? undefined : await readKeyFile(keyFile, output);
    const options = { ...address, patience, signal: interruption, ...(key && { key }) };
    const outcome = await testConnection(options);
    const words = inEnglish(outcomeWords(outcome));
    output.event({ event: 'tested', ...address, ...describe(outcome) });
    output.line(`${formatAddress(address)}: ${words}.`);
    if (!('advice' in outcome)) return;
    output.line(inEnglish(outcome.advice));
    throw new FailedCheck();
  },
};

function describe(outcome: TestOutcome): object {
  return 'advice' in outcome ? { ...outcome, advice: inEnglish(outcome.advice) } : outcome;
}
