// Runs the official browser SDK's own tests against this folder's server: `node run.mjs --help` says how.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { start } from "../../browser/program.mjs";
import { prepare } from "./prepare.mjs";
import { readResults, summary, table, unknownFailures } from "./results.mjs";

const HELP = `Usage: node run.mjs --suite FOLDER --work FOLDER [options] [test file ..]

Runs the tests of a checkout of supertokens/supertokens-website against browser-sdk-conformance, in Chromium. Without
names of files: all but cross.* and interception.*.

  --suite FOLDER     the checkout; nothing in it is changed
  --work FOLDER      where the tests are copied to and their packages installed; kept for the next run
  --server FILE      the program browser-sdk-conformance [default: the workspace's debug build]
  --core FILE        the program supertokens-core, started for the run [default: the workspace's debug build]
  --core-url URL     a core that runs already, in its place; it has to allow apps with short-lived tokens
  --chromium FILE    [default: $CHROMIUM or /usr/bin/chromium]
  --grep TEXT        only cases whose name contains this
  --report FILE      where a table of the results is written, in Markdown
`;

const PORTS = [8080, 8082];
const TARGET = process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL("../../../target", import.meta.url));
const TIMEOUT_MS = 60_000;

const text = { type: "string" };
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    suite: text,
    work: text,
    server: { ...text, default: join(TARGET, "debug", "browser-sdk-conformance") },
    core: { ...text, default: join(TARGET, "debug", "supertokens-core") },
    "core-url": text,
    chromium: { ...text, default: process.env.CHROMIUM ?? "/usr/bin/chromium" },
    grep: text,
    report: text,
    help: { type: "boolean", default: false },
  },
});
if (options.help || !options.suite || !options.work) {
  process.stdout.write(HELP);
  process.exit(options.help ? 0 : 2);
}

const work = resolve(options.work);
const prepared = await prepare({ suite: resolve(options.suite), work, chromium: options.chromium });
const coreArgs = ["--port", "0", "--database", ":memory:", "--test-mode", "--log-level", "warn"];
const started = [];
let interrupted = false;
let stopped;
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, stopEarly);
let results;
try {
  const core = options["core-url"] ? undefined : await run(options.core, coreArgs);
  await run(options.server, [
    ...PORTS.flatMap((port) => ["--port", port]),
    ...["--core", core?.address ?? options["core-url"]],
    ...["--pages", prepared.pages, "--package-version", prepared.version],
  ]);
  results = await runAll(positionals.length ? positionals : await defaultFiles());
} finally {
  await stopAll();
}
if (options.report) await writeFile(options.report, table(results));
process.stdout.write(summary(results));
process.exit(unknownFailures(results).length === 0 ? 0 : 1);

async function run(path, args) {
  const program = await start(resolve(path), { args });
  started.push(program);
  return program;
}

async function stopEarly() {
  interrupted = true;
  await stopAll();
  process.exit(130);
}

/** Stops what was started, once, whoever asks first. */
function stopAll() {
  const stopEach = async () => {
    for (const program of [...started].reverse()) await program.stop();
  };
  return (stopped ??= stopEach());
}

async function defaultFiles() {
  const names = await readdir(join(work, "test"));
  return names.filter((name) => name.endsWith(".test.js") && !/^(cross|interception)\./.test(name)).sort();
}

async function runAll(files) {
  const results = [];
  for (const file of files) {
    if (interrupted) break;
    process.stdout.write(`\n${file}\n`);
    const found = await runFile(file);
    results.push(...found);
  }
  return results;
}

/** Runs one file in a process of its own, as its cases change what is global. */
async function runFile(file) {
  const output = join(work, "results", `${file}.jsonl`);
  await writeFile(output, "");
  const args = [join(work, "node_modules", "mocha", "bin", "_mocha"), "--exit", "--no-config", "--timeout", TIMEOUT_MS];
  args.push("--require", "isomorphic-fetch", "--reporter", fileURLToPath(new URL("reporter.cjs", import.meta.url)));
  if (options.grep) args.push("--fgrep", options.grep);
  args.push(join("test", file));
  const env = { ...process.env, TEST_MODE: "testing", PUPPETEER_EXECUTABLE_PATH: prepared.chromium, RESULTS: output };
  const child = spawn(process.execPath, args, { cwd: work, env, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (data) => (printed += data));
  const ended = once(child, "exit");
  const tests = { stop: () => endTests(child, ended) };
  started.push(tests);
  const [code] = await ended;
  started.splice(started.indexOf(tests), 1);
  await writeFile(join(work, "results", `${file}.log`), printed);
  const results = await readResults(file, output);
  const mayBeEmpty = options.grep || interrupted;
  if (results.length === 0 && !mayBeEmpty) throw new Error(`${file} ended with ${code} and ran nothing:\n${printed}`);
  for (const { outcome, name } of results) process.stdout.write(`  ${outcome.padEnd(7)} ${name}\n`);
  return results;
}

/** Ends tests that are under way; at this signal they close their browser. */
async function endTests(child, ended) {
  child.kill("SIGINT");
  const kill = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await ended;
  clearTimeout(kill);
}
