// Mocha's "spec" output for people, and the counts as JSON in the file that MOCHA_COUNTS names, and the running test in the one that
// MOCHA_RUNNING names. The counts tell how long each file took, with its hooks. Gives every test and hook TIME_FACTOR times its timeout, as that is made for a quiet machine.
const fs = require('node:fs');
const path = require('node:path');
const { reporters, Runner } = require('mocha');

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const skipped = [];
    const retried = [];
    const { EVENT_TEST_BEGIN, EVENT_HOOK_BEGIN } = Runner.constants;
    for (const event of [EVENT_TEST_BEGIN, EVENT_HOOK_BEGIN]) runner.on(event, allowMoreTime());
    // What passes only the second time is not fine: it is told, with the reason.
    runner.on(Runner.constants.EVENT_TEST_RETRY, (test, error) => {
      retried.push(test.fullTitle());
      console.log(`    TRIED AGAIN: ${test.fullTitle()}\n${error.stack ?? error}`);
    });
    // At once, as what ends the process would take the list at the end with it.
    runner.on(Runner.constants.EVENT_TEST_FAIL, (_, error) => console.log(`${error.stack ?? error}`));
    const { MOCHA_RUNNING } = process.env;
    if (MOCHA_RUNNING) {
      runner.on(EVENT_TEST_BEGIN, (test) => fs.writeFileSync(MOCHA_RUNNING, test.fullTitle()));
    }
    runner.on(Runner.constants.EVENT_TEST_PENDING, (test) => skipped.push(test.fullTitle()));
    const files = measureFiles(runner);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes: passed, failures: failed } = this.stats;
      const counts = { passed, failed, skipped, retried, files };
      if (process.env.MOCHA_COUNTS) fs.writeFileSync(process.env.MOCHA_COUNTS, JSON.stringify(counts));
    });
  }
};

/** Milliseconds by the path of the file from the working directory, which fill as the run goes on. */
function measureFiles(runner) {
  const files = {};
  let started = Date.now();
  runner.on(Runner.constants.EVENT_SUITE_END, (suite) => {
    if (!suite.parent?.root || !suite.file) return;
    const file = path.relative('', suite.file);
    files[file] = (files[file] ?? 0) + Date.now() - started;
    started = Date.now();
  });
  return files;
}

function allowMoreTime() {
  const factor = Number(process.env.TIME_FACTOR ?? 1);
  const seen = new WeakSet();
  return (runnable) => {
    // A hook runs many times, and a second attempt has the timeout of the first.
    if (seen.has(runnable) || runnable.retriedTest?.()) return;
    seen.add(runnable);
    const { timeout } = runnable;
    timeout.call(runnable, timeout.call(runnable) * factor);
    // Some set it while they run.
    runnable.timeout = (...given) => timeout.apply(runnable, given.length > 0 ? [given[0] * factor] : []);
  };
}
