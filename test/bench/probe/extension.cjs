// Measures the extension host that it runs in, beside the extension that is measured. Whoever connects to its port, which it
// writes into the file of the environment variable PICKLEPOST_PROBE, is told in JSON what was since the connection before.
const fs = require('node:fs');
const http = require('node:http');
const { monitorEventLoopDelay } = require('node:perf_hooks');

const RESOLUTION = 1;

exports.activate = () => {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION });
  delays.enable();
  const server = http.createServer((request, response) => {
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
