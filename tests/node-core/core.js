"use strict";
// A supertokens-core on a free port with a database of its own, for a test.

const { spawn } = require("node:child_process");
const { once } = require("node:events");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const readline = require("node:readline");

const PROGRAM = process.env.SUPERTOKENS_CORE;

/** Starts the program that SUPERTOKENS_CORE names, and resolves to its address and a function that stops it. */
async function startCore(environment = {}) {
    if (!PROGRAM) {
        throw new Error("SUPERTOKENS_CORE must name the program supertokens-core");
    }
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "supertokens-core-"));
    const options = ["--port", "0", "--log-level", "warn", "--database", path.join(folder, "test.db")];
    const core = spawn(PROGRAM, options, { env: environment, stdio: ["ignore", "pipe", "inherit"] });
    const exited = once(core, "exit");
    const said = once(readline.createInterface({ input: core.stdout }), "line");
    const [line] = await Promise.race([said, exited]);
    const address = /http:\/\/\S+/.exec(String(line));
    if (!address) {
        throw new Error(`supertokens-core did not start: ${line}`);
    }
    return {
        uri: address[0],
        /** Ends it, and resolves to its exit status. */
        async stop() {
            core.kill("SIGTERM");
            const [status] = await exited;
            fs.rmSync(folder, { recursive: true });
            return status;
        },
    };
}

module.exports = { startCore };
