import { setTimeout as sleep } from 'node:timers/promises';
import { formatAddress } from '../core/wire/address';
import { noPositionals, parseArguments, parseNumber } from './arguments';
import type { Command } from './command';

/** Seconds. */
const USUAL_TIME = 4;
const LONGEST_TIME = 3600;

export const serversCommand: Command = {
  synopsis: 'servers [--seconds N] [--json]',
  summary: 'list receive servers announced on the network',
  details: `
  Looks for a few seconds, and prints each server with its address. Anybody in
  the network can announce any name: only a key proves who receives.

  --seconds N  how long to look (default: ${String(USUAL_TIME)})
  --json       print one JSON object per line`,

  examples: ['servers', 'servers --seconds 5 --json'],

  async run(args, { output, interruption }) {
    const { values, positionals } = parseArguments(args, {
      seconds: { type: 'string' },
      json: { type: 'boolean' },
    });
    noPositionals(positionals);
    output.isJson = values.json ?? false;
    const bounds = { min: 1, max: LONGEST_TIME, otherwise: USUAL_TIME };
    const seconds = parseNumber('--seconds', values.seconds, bounds);
    const { Browser } = await import('../net/discovery/discovery');
    const browser = new Browser((error) => output.note(`picklepost: ${error.message}`));
    try {
      await sleep(seconds * 1000, undefined, { signal: interruption }).catch(() => undefined);
      for (const server of browser.servers) {
        output.event({ event: 'found', ...server });
        output.line(`${formatAddress(server).padEnd(24)}${server.name}`);
      }
      if (browser.servers.length === 0) output.note('No receive server is announced on this network.');
    } finally {
      browser.dispose();
    }
  },
};
