// `supertokens doctor` has nothing to complain about in the examples.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";

import { programOf, start } from "./program.mjs";

const EXAMPLES = ["EXAMPLE_HYPER", "EXAMPLE_AXUM", "EXAMPLE_ACTIX_WEB"];
const DOCTOR = programOf("SUPERTOKENS");
assert.ok(DOCTOR, "SUPERTOKENS has to name the program supertokens; `cargo xtask browser` builds it and does so");

for (const variable of EXAMPLES) {
  test(`${variable} has no findings, by itself and for the doctor`, async (t) => {
    const example = await start(programOf(variable), { env: { PORT: "0", SUPERTOKENS_DATABASE: ":memory:" } });
    t.after(() => example.stop());
    // A finding would be a status other than 0, which this throws for, with all that was printed.
    const { stdout } = await promisify(execFile)(DOCTOR, ["doctor", "--url", example.address]);
    assert.equal(stdout, `Nothing to complain about at ${example.address}/auth.\n`);
    assert.doesNotMatch(example.output(), /WARN|ERROR/);
  });
}
