// Measures the extension host that it runs in, beside the extension that is measured. Whoever connects to its port, which it
// writes into the file of the environment variable PICKLEPOST_PROBE, is told in JSON what was since the connection before, or, for
// /key, the key of the inbox once it has been opened, so that many items can be put there at once; for /activation how many milliseconds
// it took to load Picklepost and to run its `activate`; for /run/COMMAND how many the command took. Extensions of a host have no
// secrets from one another, as this shows.
const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const { createHistogram, performance } = require('node:perf_hooks');
const { setTimeout } = require('node:timers');
const { Buffer } = require('node:buffer');

/** Milliseconds between two looks: at one each, the looks themselves took a share of a processor that what is measured needs. */
const RESOLUTION = 5;
// What a histogram counts, in a millisecond; it counts from 1.
const UNITS = 1e6;

let inboxKey = '';
const { hkdfSync } = crypto;
crypto.hkdfSync = (digest, key, salt, info, length) => {
  if (info === 'picklepost item footer') inboxKey = key.toString('hex');
  return hkdfSync(digest, key, salt, info, length);
};

let activation = 0;
const Module = require('node:module');
const { _load: load } = Module;
Module._load = function (request, ...others) {
  if (!/picklepost\.picklepost-[^/]*\/dist\/extension\.js$/.test(String(request).replaceAll('\\', '/')))
    return load.call(this, request, ...others);
  const start = performance.now();
  const loaded = load.call(this, request, ...others);
  const loading = performance.now() - start;
  // In between, VS Code reads the state of the extension, which is not its doing.
  const activate = (...given) => {
    const called = performance.now();
    const result = loaded.activate(...given);
    activation = loading + performance.now() - called;
    return result;
  };
  return { ...loaded, activate };
};

async function timed(command) {
  const start = performance.now();
  await require('vscode').commands.executeCommand(command);
  return performance.now() - start;
}

exports.activate = () => {
  const delays = { late: createHistogram(), busy: createHistogram() };
  const record = (histogram, milliseconds) => histogram.record(Math.max(1, Math.round(milliseconds * UNITS)));
  const waited = waitingTime();
  let last = { time: performance.now(), waited: waited() };
  const look = () => {
    const now = { time: performance.now(), waited: waited() };
    const late = now.time - last.time - RESOLUTION;
    record(delays.late, late);
    record(delays.busy, late - (now.waited - last.waited));
    last = now;
    setTimeout(look, RESOLUTION);
  };
  look();
  const server = http.createServer((request, response) => {
    if (request.url === '/key') return response.end(inboxKey);
    if (request.url === '/activation') return response.end(String(activation));
    if (request.url.startsWith('/run/'))
      return timed(request.url.slice('/run/'.length)).then((time) => response.end(String(time)));
    const { heapUsed, rss } = process.memoryUsage();
    const describe = (histogram) => ({
      p99: histogram.percentile(99) / UNITS,
      longest: histogram.max / UNITS,
    });
    const { late, busy } = delays;
    response.end(
      JSON.stringify({ heap: heapUsed, resident: rss, late: describe(late), busy: describe(busy) }),
    );
    late.reset();
    busy.reset();
  });
  server.listen(0, '127.0.0.1', () => {
    const file = process.env.PICKLEPOST_PROBE;
    fs.writeFileSync(`${file}.new`, String(server.address().port));
    fs.renameSync(`${file}.new`, file);
  });
};

/** Tells for how many milliseconds this thread has waited while others had the processor, where the system counts that. */
function waitingTime() {
  try {
    const file = fs.openSync('/proc/thread-self/schedstat', 'r');
    const text = Buffer.alloc(64);
    return () => Number(text.latin1Slice(0, fs.readSync(file, text, 0, text.length, 0)).split(' ')[1]) / 1e6;
  } catch {
    return () => 0;
  }
}
