import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, it } from 'mocha';
import { projectRoot } from '../../../harness/setup';
import { PROGRAM } from '../../cli/program';
import { temporaryDirectory } from '../../inbox/temporary';

const SCRIPT = path.join(projectRoot, 'test/harness/namespaces.sh');
const [ANNA, BEN] = ['anna.js', 'ben.js'].map((file) =>
  path.join(projectRoot, 'out/test/unit/net/discovery', file),
);

const hasNamespaces =
  spawnSync('unshare', [
    '--map-root-user',
    '--net',
    'sh',
    '-c',
    'ip link add name a0 type veth && nsenter --version',
  ]).status === 0;

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

  before(function () {
    if (hasNamespaces) return;
    console.warn('SKIPPED: a second machine needs network namespaces (unshare, ip, nsenter) of this user');
    this.skip();
  });

  /** Anna pairs with Ben and receives at a host; Ben looks for her and sends. */
  async function meet(host: string): Promise<Outcome> {
    const node = process.execPath;
    const folder = newDirectory();
    mkdirSync(folder, { recursive: true });
    const args = [`${node} ${String(ANNA)} ${PROGRAM} ${folder} ${host}`, `${node} ${String(BEN)}`];
    const { stdout } = await promisify(execFile)(
      'unshare',
      ['--map-root-user', '--net', 'bash', SCRIPT, ...args],
      { cwd: projectRoot, env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder } },
    );
    return JSON.parse(stdout) as Outcome;
  }

  it('pair by a code, find one another, and send encrypted', async () => {
    const { names, sameKey, found, received, gone } = await meet('10.77.0.1');
    assert.deepEqual([names, sameKey], [['Ben', 'Anna'], true]);
    assert.deepEqual(
      found.servers.map(({ name, host }) => [name, host]),
      [['Anna', '10.77.0.1']],
    );
    assert.equal(found.tested, 'fine');
    assert.deepEqual([received?.encrypted, received?.size], [true, 8]);
    assert.deepEqual(gone, []);
  }).timeout(60_000);

  it('do not find a server that listens at the loopback address', async () => {
    const { found } = await meet('127.0.0.1');
    assert.deepEqual(found, { servers: [] });
  }).timeout(60_000);
});
