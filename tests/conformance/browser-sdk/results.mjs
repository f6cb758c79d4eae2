// What became of the cases, for people.

import { readFile } from "node:fs/promises";

import { knownCause } from "./known.mjs";

/** The run leaves out whole files at most: skipped cases are the suite's own business. */
const SKIPPED = "the suite skips them itself (`describe.skip`, `it.skip`, `this.skip()`)";

/** The results that the reporter has written. */
export async function readResults(file, path) {
  const lines = (await readFile(path, "utf8")).split("\n").filter(Boolean);
  return lines.map((line) => ({ file, ...JSON.parse(line) }));
}

/** The failures without a known cause. */
export function unknownFailures(results) {
  return results.filter((result) => result.outcome === "failed" && !knownCause(result));
}

/** A table by file, and one of what did not pass. */
export function table(results) {
  const files = [...new Set(results.map(({ file }) => file))];
  const row = (name, of) => `| ${name} | ${["passed", "failed", "skipped"].map((is) => count(of, is)).join(" | ")} |\n`;
  const rows = files.map((file) => row(`\`${file}\``, results.filter((result) => result.file === file)));
  const head = "| File | passed | failed | skipped |\n|---|---|---|---|\n";
  const failed = results.filter(({ outcome }) => outcome === "failed").map(failedRow);
  const skipped = files.map((file) => [file, count(results.filter((result) => result.file === file), "skipped")]);
  const skippedRows = skipped.filter(([, cases]) => cases > 0).map(([file, cases]) => skippedRow(file, cases));
  const head2 = "| File | Case | | Cause |\n|---|---|---|---|\n";
  return `${head}${rows.join("")}${row("all", results)}\n${head2}${failed.join("")}${skippedRows.join("")}`;
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

function failedRow(result) {
  const cause = knownCause(result) ?? `unknown: ${(result.error ?? "").split("\n")[0]}`;
  return `| \`${result.file}\` | ${cell(result.name)} | failed | ${cell(cause)} |\n`;
}

function skippedRow(file, cases) {
  return `| \`${file}\` | ${cases} cases | skipped | ${SKIPPED} |\n`;
}

function cell(text) {
  return text.replaceAll("|", "\\|");
}
