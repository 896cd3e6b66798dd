// Preloaded into the VS Code server (and, as its children inherit that, into its extension hosts).
const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const modules = require('node:module');
const path = require('node:path');

endWithParent();
keepCompiled();
if (process.argv[1]?.endsWith('server-main.js'))
  answerMintKey(process.argv[process.argv.indexOf('--user-data-dir') + 1]);

/** Leaves no orphans, even when the parent was killed and could not end this process. */
function endWithParent() {
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || process.exit(86), 1000).unref();
}

/** Keeps for the next time what has been compiled once it has started, as nothing is kept of a process that is killed. */
function keepCompiled() {
  if (process.env.NODE_COMPILE_CACHE) setTimeout(() => modules.flushCompileCache(), 4000).unref();
}

/**
 * Answers `POST /mint-key`, from where the page takes one half of the key of its SecretStorage.
 * The server leaves that to the program that starts it.
 */
function answerMintKey(userData) {
  const file = path.join(userData, 'mint-key');
  if (!fs.existsSync(file)) fs.writeFileSync(file, crypto.randomBytes(32), { mode: 0o600 });
  const emit = http.Server.prototype.emit;
  http.Server.prototype.emit = function (event, request, response) {
    if (event !== 'request' || request.method !== 'POST' || request.url !== '/mint-key') {
      return emit.apply(this, arguments);
    }
    response.setHeader('content-type', 'application/octet-stream').end(fs.readFileSync(file));
    return true;
  };
}
