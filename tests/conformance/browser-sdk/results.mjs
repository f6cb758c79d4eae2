// What became of the cases, for people.

import { readFile } from "node:fs/promises";

/** The results that the reporter has written. */
export async function readResults(file, path) {
  const lines = (await readFile(path, "utf8")).split("\n").filter(Boolean);
  return lines.map((line) => ({ file, ...JSON.parse(line) }));
}

/** A table by file, and one of all cases that did not pass. */
export function table(results) {
  const files = [...new Set(results.map(({ file }) => file))];
  const row = (name, of) => `| ${name} | ${["passed", "failed", "skipped"].map((is) => count(of, is)).join(" | ")} |\n`;
  const rows = files.map((file) => row(`\`${file}\``, results.filter((result) => result.file === file)));
  const others = results.filter(({ outcome }) => outcome !== "passed").map(otherRow);
  const head = "| File | passed | failed | skipped |\n|---|---|---|---|\n";
  const all = row("all", results);
  return `${head}${rows.join("")}${all}\n| File | Case | | First line |\n|---|---|---|---|\n${others.join("")}`;
}

/** Totals, and every failure with its error. */
export function summary(results) {
  const failures = results.filter(({ outcome }) => outcome === "failed");
  const texts = failures.map(({ file, name, error }) => `\n${file}: ${name}\n${error}\n`);
  const totals = ["passed", "failed", "skipped"].map((is) => `${count(results, is)} ${is}`).join(", ");
  return `${texts.join("")}\n${totals}\n`;
}

function count(results, outcome) {
  return results.filter((result) => result.outcome === outcome).length;
}

function otherRow({ file, name, outcome, error }) {
  const first = (error ?? "").split("\n")[0].replaceAll("|", "\\|");
  return `| \`${file}\` | ${name.replaceAll("|", "\\|")} | ${outcome} | ${first} |\n`;
}
