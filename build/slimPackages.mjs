// Plugins of esbuild that leave out parts of packages.
import { readFile } from 'node:fs/promises';

/**
 * Leaves out 90 kB of the NATS client: what is only ever called for something that Picklepost does not do, or does with Node.js
 * (`nats/nkey.ts`), and the words around what one file exports again of another. Its files come as CommonJS, which is not shaken.
 */
export function slimNats() {
  const unused =
    /@nats-io.(?:nkeys.lib.mod|nats-core.lib.(?:bench|ws_transport)|jetstream.lib.pushconsumer)\.js$/;
  const exporting = /@nats-io.(?:nats-core|jetstream).lib.(?:internal_)?mod\.js$/;
  // At their ends, publishing and reading in batches.
  const batching = /@nats-io.jetstream.lib.js(?:client|m_direct)\.js$/;
  const batches = /^class (?:BatchPublisherImpl|DirectConsumer) \{[^]*/m;
  const reexport = /Object\.defineProperty\(exports, "(\w+)", \{ .* return (\w+\.\w+); \} \}\);/g;
  const shorten = async ({ path: file }) => ({
    contents: (await readFile(file, 'utf8'))
      .replace(reexport, 'exports.$1 = $2;')
      .replace(/^(?:exports\.\w+ = )+void 0;$/gm, ''),
  });
  return {
    name: 'slim NATS',
    setup(build) {
      build.onLoad({ filter: unused }, () => ({ contents: 'module.exports = {};' }));
      build.onLoad({ filter: exporting }, shorten);
      build.onLoad({ filter: batching }, async ({ path: file }) => ({
        contents: (await readFile(file, 'utf8')).replace(batches, ''),
      }));
    },
  };
}

/**
 * Leaves out 12 kB of the packets of DNS: records of types that servers in a network are not announced by. What somebody sends of these
 * is then read as bytes, as that of any unknown type.
 */
export function slimDns() {
  const records = 'ns|soa|null|hinfo|caa|mx|dnskey|rrsig|rp|nsec|nsec3|ds|sshfp|naptr|tlsa';
  const definitions = new RegExp(
    `^const r(?:${records}) = exports\\.[^]*?(?=^const r\\w+ = exports\\.)`,
    'gm',
  );
  const cases = new RegExp(`^ +case '(?:${records})': return r.*\n`, 'gim');
  const shorten = async ({ path: file }) => ({
    contents: (await readFile(file, 'utf8')).replace(definitions, '').replace(cases, ''),
  });
  return {
    name: 'slim DNS',
    setup: (build) => build.onLoad({ filter: /[\\/]dns-packet[\\/]index\.js$/ }, shorten),
  };
}
