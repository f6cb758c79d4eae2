// One visit to the page in a browser without a past, in which nothing may go wrong unnoticed.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

const SCREENSHOTS = fileURLToPath(new URL("screenshots", import.meta.url));
const ACTION_TIMEOUT_MS = 20_000;

/** Chromium, with more arguments if need be; each visit gets a profile of its own. */
export function launch(args = []) {
  return chromium.launch(settings(args));
}

/** The same, where pages may use the cookies of other sites: Chromium asks the profile of a person, so each visit gets one. */
export function launchWithThirdPartyCookies(args = []) {
  const newContext = async (options) => {
    const folder = await mkdtemp(join(tmpdir(), "supertokens-chromium-"));
    await mkdir(join(folder, "Default"));
    const preferences = { profile: { block_third_party_cookies: false, cookie_controls_mode: 0 } };
    await writeFile(join(folder, "Default", "Preferences"), JSON.stringify(preferences));
    const context = await chromium.launchPersistentContext(folder, { ...settings(args), ...options });
    context.on("close", () => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    return context;
  };
  return { newContext, close: async () => {} };
}

function settings(args) {
  return {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...args,
    ],
  };
}

/**
 * Opens the page and lets `act` use it. The visit fails on an uncaught error, on a request to anybody but the program
 * (at its `address`, or at those that it `also` has), and on any line in the browser's console but one for each of the
 * `refused` calls ("403 /api/report"): Chromium itself writes one wherever a status says so. How often calls in
 * `mayBeRefused` are, is nobody's business.
 */
export async function visit(browser, address, { name, refused = [], mayBeRefused = [], also = [], ...rest }, act) {
  const { open = true, ...options } = rest;
  const context = await browser.newContext(options);
  context.setDefaultTimeout(ACTION_TIMEOUT_MS);
  const seen = { console: [], errors: [], elsewhere: [] };
  await context.route(
    (url) => ![address, ...also].includes(url.origin),
    (route) => {
      seen.elsewhere.push(route.request().url());
      return route.abort();
    },
  );
  // Of every tab.
  context.on("page", (page) => page.on("pageerror", (error) => seen.errors.push(String(error))));
  context.on("console", (message) => {
    if (!["error", "warning"].includes(message.type())) return;
    const line = lineOf(message);
    if (!mayBeRefused.includes(line)) seen.console.push(line);
  });
  const page = await context.newPage();
  try {
    if (open) await page.goto(address);
    await act(page, context);
    assert.deepEqual(seen, { console: refused, errors: [], elsewhere: [] });
  } catch (error) {
    await mkdir(SCREENSHOTS, { recursive: true });
    for (const [tab, page] of context.pages().entries()) {
      const file = `${name.replace(/\W+/g, "-")}${tab > 0 ? `-${tab + 1}` : ""}.png`;
      await page.screenshot({ path: `${SCREENSHOTS}/${file}`, fullPage: true });
    }
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
