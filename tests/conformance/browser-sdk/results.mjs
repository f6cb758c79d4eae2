// What became of the cases, for people.

import { readFile } from "node:fs/promises";

import { knownCause } from "./known.mjs";

/** Cases that a suite skips by itself, and those that skip themselves, say nothing of why. */
const SKIPPED = "the suite skips it itself";

/** The results that the reporter has written. */
export async function readResults(file, path) {
  const lines = (await readFile(path, "utf8")).split("\n").filter(Boolean);
  return lines.map((line) => ({ file, ...JSON.parse(line) }));
}

/** The failures without a known cause. */
export function unknownFailures(results) {
  return results.filter((result) => result.outcome === "failed" && !knownCause(result));
}

/** A table by file, and one of all cases that did not pass. */
export function table(results) {
  const files = [...new Set(results.map(({ file }) => file))];
  const row = (name, of) => `| ${name} | ${["passed", "failed", "skipped"].map((is) => count(of, is)).join(" | ")} |\n`;
  const rows = files.map((file) => row(`\`${file}\``, results.filter((result) => result.file === file)));
  const head = "| File | passed | failed | skipped |\n|---|---|---|---|\n";
  const others = results.filter(({ outcome }) => outcome !== "passed").map(otherRow);
  const head2 = "| File | Case | | Cause |\n|---|---|---|---|\n";
  return `${head}${rows.join("")}${row("all", results)}\n${head2}${others.join("")}`;
}

/** Totals, and every failure without a known cause with its error. */
export function summary(results) {
  const texts = unknownFailures(results).map(({ file, name, error }) => `\n${file}: ${name}\n${error}\n`);
  const totals = ["passed", "failed", "skipped"].map((is) => `${count(results, is)} ${is}`).join(", ");
  return `${texts.join("")}\n${totals}; ${texts.length} failed without a known cause\n`;
}

function count(results, outcome) {
  return results.filter((result) => result.outcome === outcome).length;
}

function otherRow(result) {
  const { file, name, outcome, error } = result;
  const cause = outcome === "skipped" ? SKIPPED : (knownCause(result) ?? `unknown: ${(error ?? "").split("\n")[0]}`);
  return `| ${[`\`${file}\``, name, outcome, cause].map((text) => text.replaceAll("|", "\\|")).join(" | ")} |\n`;
}
