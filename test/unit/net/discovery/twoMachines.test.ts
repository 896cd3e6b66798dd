import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, it } from 'mocha';
import { projectRoot } from '../../../harness/setup';
import { NAMESPACES, needsTwoMachines } from '../../../harness/twoMachines';
import { PROGRAM } from '../../cli/program';
import { temporaryDirectory } from '../../inbox/temporary';

const [ANNA, BEN] = ['anna.js', 'ben.js'].map((file) =>
  path.join(projectRoot, 'out/test/unit/net/discovery', file),
);

/** Where a server is found by another machine, by where it listens. */
const PLACES = { '::': '10.77.0.1', 'fd77::1': 'fd77::1', 'fe80::77%here': 'fe80::77%there' };

interface Outcome {
  readonly names: readonly string[];
  readonly sameKey: boolean;
  readonly found: {
    readonly servers: readonly { readonly name: string; readonly host: string }[];
    readonly tested?: string;
    readonly sent?: object;
  };
  readonly received?: { readonly key?: string; readonly encrypted?: boolean; readonly size?: number };
  readonly gone: readonly object[];
}

describe('two machines in one network', () => {
  const newDirectory = temporaryDirectory();

  /** All at once, as each of them mostly waits. */
  let meetings: ReadonlyMap<string, Promise<Outcome>>;

  before(function () {
    needsTwoMachines(this);
    const hosts = ['127.0.0.1', ...Object.keys(PLACES)];
    meetings = new Map(hosts.map((host) => [host, meet(host)]));
    for (const meeting of meetings.values()) meeting.catch(() => undefined);
  });

  /** Anna pairs with Ben and receives at a host; Ben looks for her and sends. */
  async function meet(host: string): Promise<Outcome> {
    const node = process.execPath;
    const folder = newDirectory();
    mkdirSync(folder, { recursive: true });
    const args = [`${node} ${String(ANNA)} ${PROGRAM} ${folder} ${host}`, `${node} ${String(BEN)}`];
    const { stdout } = await promisify(execFile)(
      'unshare',
      ['--map-root-user', '--net', 'bash', NAMESPACES, ...args],
      { cwd: projectRoot, env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder } },
    );
    return JSON.parse(stdout) as Outcome;
  }

  for (const [listening, place] of Object.entries(PLACES))
    it(`pair by a code, find one another once where one listens at ${listening}, and send encrypted`, async () => {
      const { names, sameKey, found, received, gone } = (await meetings.get(listening)) as Outcome;
      assert.deepEqual([names, sameKey], [['Ben', 'Anna'], true]);
      const servers = found.servers.map(({ name, host }) => [name, host]);
      assert.deepEqual([servers, found.tested], [[['Anna', place]], 'fine']);
      assert.deepEqual([received?.encrypted, received?.size, gone], [true, 8, []]);
    }).timeout(60_000);

  it('do not find a server that listens at the loopback address', async () => {
    const { found } = (await meetings.get('127.0.0.1')) as Outcome;
    assert.deepEqual(found, { servers: [] });
  }).timeout(60_000);
});
