// A copy of the browser SDK's tests that runs here: the packages that the tests need and nothing else, third-party
// scripts from this machine, and a Chromium that reaches this machine alone.

import { execFileSync } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

/** What the tests and the SDK's build load, in the versions of the checkout's lock file. */
const PACKAGES = [
  ...["browser-tabs-lock", "supertokens-js-override"],
  ...["axios", "isomorphic-fetch", "jsonwebtoken", "jwks-rsa", "mocha", "mocha-jsdom", "puppeteer", "sinon"],
];
/** What the page gets from other machines, as packages; `umd-assert` is `assert` bundled for browsers. */
const SCRIPTS = {
  "axios-page": "npm:axios@1.21.1",
  "axios-mock-adapter": "2.1.0",
  assert: "2.1.0",
  process: "0.11.10",
  esbuild: "0.28.2",
};
const COPIED = ["bundle", "index.d.ts", "index.js", "lib", "test"];

/** Makes the copy in `work`, where packages that an earlier run has installed are kept. */
export async function prepare({ suite, work, chromium }) {
  await mkdir(join(work, "results"), { recursive: true });
  for (const name of COPIED) {
    await rm(join(work, name), { recursive: true, force: true });
    await cp(join(suite, name), join(work, name), { recursive: true });
  }
  const { version } = JSON.parse(await readFile(join(suite, "package.json"), "utf8"));
  await install(suite, work);
  return { version, pages: await pages(suite, work), chromium: await browser(work, chromium) };
}

async function install(suite, work) {
  const { packages } = JSON.parse(await readFile(join(suite, "package-lock.json"), "utf8"));
  const locked = PACKAGES.map((name) => [name, packages[`node_modules/${name}`].version]);
  const manifest = { private: true, dependencies: { ...Object.fromEntries(locked), ...SCRIPTS } };
  await writeFile(join(work, "package.json"), JSON.stringify(manifest, null, 2));
  const env = { ...process.env, PUPPETEER_SKIP_DOWNLOAD: "1" };
  // Nothing that a package wants to do while it is installed is needed.
  execFileSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: work, env, stdio: "inherit" });
}

/** The folder that the server serves: the tests' page, with its third-party scripts beside it. */
async function pages(suite, work) {
  const folder = join(work, "pages");
  await rm(folder, { recursive: true, force: true });
  await cp(join(suite, "test", "server", "angular"), join(folder, "angular"), { recursive: true });
  await mkdir(join(folder, "scripts"));
  const modules = join(work, "node_modules");
  await cp(join(modules, "axios-page", "dist", "axios.min.js"), join(folder, "scripts", "axios.js"));
  const mock = join(modules, "axios-mock-adapter", "dist", "axios-mock-adapter.js");
  await cp(mock, join(folder, "scripts", "axios-mock-adapter.js"));
  await bundleAssert(work, join(folder, "scripts", "assert.js"));

  const html = await readFile(join(suite, "test", "server", "index.html"), "utf8");
  const local = html
    .replace("https://unpkg.com/axios/dist/axios.min.js", "/scripts/axios.js")
    .replace("https://unpkg.com/axios-mock-adapter/dist/axios-mock-adapter.js", "/scripts/axios-mock-adapter.js")
    .replace("https://cdn.skypack.dev/umd-assert", "/scripts/assert.js");
  if (local.includes("https://")) throw new Error("the page loads a script that is not known here");
  await writeFile(join(folder, "index.html"), local);
  return folder;
}

async function bundleAssert(work, outfile) {
  const { build } = createRequire(join(work, "package.json"))("esbuild");
  const shim = join(work, "assert-shim.js");
  await writeFile(shim, 'import process from "process/browser";\nexport { process };\n');
  await build({
    stdin: { contents: 'import assert from "assert/";\nexport default assert;', resolveDir: work },
    inject: [shim],
    define: { global: "window" },
    bundle: true,
    format: "esm",
    logLevel: "error",
    outfile,
  });
}

/** A program that starts Chromium so that it asks nobody beyond this machine. */
async function browser(work, chromium) {
  const flags = [
    ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
    ...["--disable-component-update", "--disable-sync"],
    '--host-resolver-rules="MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE 0.0.0.0"',
  ];
  const path = join(work, "chromium");
  await writeFile(path, `#!/bin/sh\nexec "${chromium}" ${flags.join(" ")} "$@"\n`, { mode: 0o755 });
  return path;
}
