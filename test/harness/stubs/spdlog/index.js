const fs = require('fs');
const path = require('path');

const levels = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];

class Logger {
  #file;
  #level = levels.indexOf('info');
  #isRaw = false;

  constructor(file) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    this.#file = file;
  }

  trace = (message) => this.#write(0, message);
  debug = (message) => this.#write(1, message);
  info = (message) => this.#write(2, message);
  warn = (message) => this.#write(3, message);
  error = (message) => this.#write(4, message);
  critical = (message) => this.#write(5, message);

  getLevel = () => this.#level;
  setLevel = (level) => void (this.#level = level);
  setPattern() {}
  clearFormatters = () => void (this.#isRaw = true);
  flush() {}
  drop = () => void (this.#file = undefined);

  #write(level, message) {
    if (level < this.#level || !this.#file) return;
    const line = this.#isRaw ? message : `${new Date().toISOString()} [${levels[level]}] ${message}\n`;
    try {
      fs.appendFileSync(this.#file, line);
    } catch {
      // The user data directory of a test may be gone already.
    }
  }
}

const createLogger = async (_name, file) => new Logger(file);

// VS Code imports this file as an ES module, which sees only exports that are assigned one by one.
exports.version = 0;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.createRotatingLogger = createLogger;
exports.createAsyncRotatingLogger = createLogger;
