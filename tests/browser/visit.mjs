// One visit to the page in a browser without a past, in which nothing may go wrong unnoticed.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

const SCREENSHOTS = fileURLToPath(new URL("screenshots", import.meta.url));
const ACTION_TIMEOUT_MS = 10_000;

/** Chromium; each visit gets a profile of its own. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/**
 * Opens the page and lets `act` use it. The visit fails on an uncaught error, on a request to anybody but the program,
 * and on any line in the browser's console but one for each of the `refused` calls ("403 /api/report"): Chromium itself
 * writes one wherever a status says so.
 */
export async function visit(browser, address, { name, refused = [], open = true, ...options }, act) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(ACTION_TIMEOUT_MS);
  const seen = { console: [], errors: [], elsewhere: [] };
  await context.route(
    (url) => url.origin !== address,
    (route) => {
      seen.elsewhere.push(route.request().url());
      return route.abort();
    },
  );
  const page = await context.newPage();
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) seen.console.push(lineOf(message));
  });
  try {
    if (open) await page.goto(address);
    await act(page, context);
    assert.deepEqual(seen, { console: refused, errors: [], elsewhere: [] });
  } catch (error) {
    await mkdir(SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: `${SCREENSHOTS}/${name.replace(/\W+/g, "-")}.png`, fullPage: true });
    throw error;
  } finally {
    await context.close();
  }
}

function lineOf(message) {
  const status = /status of (\d+)/.exec(message.text())?.[1] ?? /net::(\w+)/.exec(message.text())?.[1];
  const url = message.location().url;
  return status && url ? `${status} ${new URL(url).pathname}` : message.text();
}
