// Programs of this workspace, started for a test and ended after it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const START_TIMEOUT_MS = 30_000;

/** The program that an environment variable names; `cargo xtask browser` sets them. */
export function programOf(variable) {
  return process.env[variable];
}

/** Starts a program in an empty folder of its own, and waits until it has printed its address. */
export async function start(path, { args = [], env = {} } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "supertokens-browser-"));
  // Nothing that this machine has set up for other cores.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("SUPERTOKENS_"));
  const child = spawn(path, args, { cwd: folder, env: { ...Object.fromEntries(inherited), ...env } });
  let output = "";
  const address = new Promise((resolve, reject) => {
    const fail = (reason) => reject(new Error(`${path} ${reason}. It printed:\n${output}`));
    const timer = setTimeout(fail, START_TIMEOUT_MS, "has not printed its address in time");
    child.on("error", (error) => fail(`could not be started: ${error.message}`));
    child.on("exit", (code) => fail(`ended with ${code}`));
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
        const found = /https?:\/\/[\w.:]+:\d+/.exec(output);
        if (!found) return;
        clearTimeout(timer);
        resolve(found[0]);
      });
    }
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGINT");
      await once(child, "exit");
    }
    await rm(folder, { recursive: true, force: true });
    return child.exitCode;
  };
  try {
    return { address: await address, folder, stop, output: () => output };
  } catch (error) {
    child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
