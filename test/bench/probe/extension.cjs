// Measures the extension host that it runs in, beside the extension that is measured. Whoever connects to its port, which it
// writes into the file of the environment variable PICKLEPOST_PROBE, is told in JSON what was since the connection before, or, for
// /key, the key of the inbox once it has been opened, so that many items can be put there at once. Extensions of a host have no secrets
// from one another, as this shows.
const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const { monitorEventLoopDelay } = require('node:perf_hooks');

const RESOLUTION = 1;

let inboxKey = '';
const { hkdfSync } = crypto;
crypto.hkdfSync = (digest, key, salt, info, length) => {
  if (info === 'picklepost item footer') inboxKey = key.toString('hex');
  return hkdfSync(digest, key, salt, info, length);
};

exports.activate = () => {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION });
  delays.enable();
  const server = http.createServer((request, response) => {
    if (request.url === '/key') return response.end(inboxKey);
    const { heapUsed, rss } = process.memoryUsage();
    const late = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION);
    const delay99 = late(delays.percentile(99));
    response.end(JSON.stringify({ heap: heapUsed, resident: rss, delay99, longest: late(delays.max) }));
    delays.reset();
  });
  server.listen(0, '127.0.0.1', () => {
    fs.writeFileSync(process.env.PICKLEPOST_PROBE, String(server.address().port));
  });
};
