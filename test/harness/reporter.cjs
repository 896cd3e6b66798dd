// Mocha's "spec" output for people, and the counts as JSON in the file that MOCHA_COUNTS names,
// and the running test in the one that MOCHA_RUNNING names.
const fs = require('node:fs');
const { reporters, Runner } = require('mocha');

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const skipped = [];
    // What passes only the second time is not fine: it is told, with the reason.
    runner.on(Runner.constants.EVENT_TEST_RETRY, (test, error) => {
      console.log(`    TRIED AGAIN: ${test.fullTitle()}\n${error.stack ?? error}`);
    });
    const { MOCHA_RUNNING } = process.env;
    if (MOCHA_RUNNING) {
      runner.on(Runner.constants.EVENT_TEST_BEGIN, (test) =>
        fs.writeFileSync(MOCHA_RUNNING, test.fullTitle()),
      );
    }
    runner.on(Runner.constants.EVENT_TEST_PENDING, (test) => skipped.push(test.fullTitle()));
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes: passed, failures: failed } = this.stats;
      const counts = { passed, failed, skipped };
      if (process.env.MOCHA_COUNTS) fs.writeFileSync(process.env.MOCHA_COUNTS, JSON.stringify(counts));
    });
  }
};
