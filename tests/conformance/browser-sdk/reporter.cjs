// A reporter for mocha: one line of JSON for each case, in the file that RESULTS names.

const { appendFileSync } = require("node:fs");

module.exports = class {
  constructor(runner) {
    const write = (outcome, test, error) =>
      appendFileSync(
        process.env.RESULTS,
        `${JSON.stringify({ name: test.fullTitle(), outcome, ms: test.duration, error: error && String(error.stack ?? error) })}\n`,
      );
    runner.on("pass", (test) => write("passed", test));
    runner.on("fail", (test, error) => write("failed", test, error));
    runner.on("pending", (test) => write("skipped", test));
  }
};
