/** Ends this process (the extension host) when the process that started it is gone. */
exports.start = (parentPid) => {
  const timer = setInterval(() => {
    try {
      process.kill(parentPid, 0);
    } catch {
      process.exit(87);
    }
  }, 2000);
  timer.unref();
};
