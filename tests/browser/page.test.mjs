// What a person sees on the page that examples/hyper, examples/axum and examples/actix-web have: with the core inside the
// program, and with one beside it.

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { after, before, describe, test } from "node:test";

import { programOf, start } from "./program.mjs";
import { launch, visit } from "./visit.mjs";

const EXAMPLES = { hyper: "EXAMPLE_HYPER", axum: "EXAMPLE_AXUM", "actix-web": "EXAMPLE_ACTIX_WEB" };
const CORE = programOf("SUPERTOKENS_CORE");

const onlyWithCore = CORE ? {} : { skip: "SUPERTOKENS_CORE does not name the program supertokens-core" };

for (const [framework, variable] of Object.entries(EXAMPLES)) {
  const program = programOf(variable);
  const hint = `${variable} has to name the program example-${framework}; \`cargo xtask browser\` builds it and does so`;
  assert.ok(program, hint);

  describe(`${framework}, with the core inside the program`, () => {
    pageTests(program, () => ({ env: { SUPERTOKENS_DATABASE: "sessions.db" } }));
  });

  describe(`${framework}, with a core beside the program`, onlyWithCore, () => {
    let core;
    before(async () => {
      core = await start(CORE, { args: ["--port", "0", "--database", "core.db"] });
    });
    after(() => core?.stop());
    const settings = () => ({ env: { SUPERTOKENS_CONNECTION_URI: core.address } });
    pageTests(program, settings, async (example, userId, handle) => {
      const headers = { "cdi-version": "5.4" };
      const response = await fetch(`${core.address}/recipe/session/user?userId=${userId}`, { headers });
      assert.deepEqual(await response.json(), { status: "OK", sessionHandles: [handle] });
      assert.deepEqual(await readdir(example.folder), [], "the program has no database of its own");
    });
  });
}

/** All tests of the page, against a program started with these settings. */
function pageTests(program, settings, isInCore = async () => {}) {
  let browser;
  let example;
  let users = 0;
  before(async () => {
    browser = await launch();
    example = await start(program, { ...settings(), env: { PORT: "0", ...settings().env } });
  });
  after(async () => {
    await browser?.close();
    assert.equal(await example?.stop(), 0, "the program ends as it should when it is interrupted");
  });

  /** A test with a page that is open, in a browser of its own. The options come before the test. */
  function seen(name, ...rest) {
    const act = rest.pop();
    test(name, (t) => visit(browser, example.address, { name: t.fullName ?? name, ...rest[0] }, act));
  }

  /** A test with a page on which a session has been made, each for another user. */
  function withSession(name, ...rest) {
    const act = rest.pop();
    seen(name, ...rest, async (page, context) => {
      users += 1;
      const userId = `user-${users}`;
      await page.getByLabel("User id").fill(userId);
      await click(page, "Create session");
      await page.getByRole("heading", { name: `Session of ${userId}` }).waitFor();
      await act(page, context, userId);
    });
  }

  seen("without a session there is a form, and nobody is asked", async (page, context) => {
    await page.getByRole("heading", { name: "Create a session" }).waitFor();
    await shows(page.locator("#calls"), "None yet.");
    assert.equal(await page.getByRole("button").count(), 1);
    assert.deepEqual(await context.cookies(), []);
  });

  seen("an empty user id is refused in plain words", { refused: ["400 /api/session"] }, async (page) => {
    await page.getByLabel("User id").fill(" ");
    await click(page, "Create session");
    await shows(page.locator("#notice"), "Choose a user id: it is empty.");
  });

  withSession("a new session has both payloads, and scripts see the front token", async (page, context, userId) => {
    assert.deepEqual(await fields(page, "jwt-payload"), { someKey: "someValue" });
    assert.deepEqual(await fields(page, "session-data"), { someKey: "someValue" });
    await shows(page.locator("#some-key"), 'Some("someValue")');
    const front = await frontToken(page);
    assert.equal(front.uid, userId);
    assert.equal(front.up.someKey, "someValue");
    await page.getByText("The session's own fields").click();
    assert.equal((await fields(page, "reserved")).sub, userId);

    const cookies = await context.cookies([`${example.address}/auth/session/refresh`]);
    assert.deepEqual(cookies.map(({ name }) => name).sort(), ["sAccessToken", "sRefreshToken"]);
    assert.ok(cookies.every(({ httpOnly, sameSite }) => httpOnly && sameSite === "Lax"));
    assert.equal(await page.evaluate(() => document.cookie), "");
    await isInCore(example, userId, await page.locator("#handle").textContent());
  });

  withSession("the payload changes with the token, and the front end learns of it", async (page) => {
    await store(page, "jwt_payload", "theme", "dark");
    await shows(page.locator("#notice"), "Stored theme.");
    assert.deepEqual(await fields(page, "jwt-payload"), { someKey: "someValue", theme: "dark" });
    assert.equal((await frontToken(page)).up.theme, "dark");
    await store(page, "jwt_payload", "someKey", "another value");
    await shows(page.locator("#some-key"), 'Some("another value")');
    await click(inCard(page, "jwt_payload"), "Remove someKey");
    await shows(page.locator("#some-key"), "None");
    assert.deepEqual(await fields(page, "jwt-payload"), { theme: "dark" });
    assert.equal("someKey" in (await frontToken(page)).up, false);
  });

  withSession("the session's data changes in the core, where no token shows it", async (page) => {
    await store(page, "session_data", "cart", "3 items");
    await shows(page.locator("#notice"), "Stored cart.");
    await click(inCard(page, "session_data"), "Remove someKey");
    await shows(page.locator("#notice"), "Removed someKey.");
    assert.deepEqual(await fields(page, "session-data"), { cart: "3 items" });
    assert.deepEqual(await fields(page, "jwt-payload"), { someKey: "someValue" });
    assert.equal("cart" in (await frontToken(page)).up, false);
    await click(inCard(page, "session_data"), "Remove cart");
    await shows(page.locator("#session-data"), "Nothing in it.");
  });

  const bothRefused = { refused: ["400 /api/jwt-payload", "400 /api/session-data"] };
  withSession("the session's own names are refused in plain words", bothRefused, async (page) => {
    for (const payload of ["jwt_payload", "session_data"]) {
      await click(page, "Ask again");
      await page.locator("#notice").waitFor({ state: "hidden" });
      await store(page, payload, "sub", "somebody else");
      await shows(page.locator("#notice"), "`sub` is a name that the session itself uses");
    }
    await store(page, "jwt_payload", "", "a value");
    await shows(page.locator("#notice"), "Give the field a name.");
  });

  withSession("a session is there after the page is loaded again", async (page, _context, userId) => {
    const handle = await page.locator("#handle").textContent();
    await store(page, "session_data", "cart", "1 item");
    await shows(page.locator("#notice"), "Stored cart.");
    await page.reload();
    await page.getByRole("heading", { name: `Session of ${userId}` }).waitFor();
    await shows(page.locator("#handle"), handle);
    assert.deepEqual(await fields(page, "session-data"), { someKey: "someValue", cart: "1 item" });
  });

  withSession("refreshing gives new tokens to the same session", async (page, context) => {
    const handle = await page.locator("#handle").textContent();
    const tokens = async () => (await context.cookies([`${example.address}/auth/session/refresh`])).map((c) => c.value);
    const old = await tokens();
    await click(page, "Refresh");
    await shows(page.locator("#notice"), "Refreshed: both tokens are new, the session is the same.");
    const next = await tokens();
    assert.equal(next.length, 2);
    assert.ok(!next.some((token) => old.includes(token)));
    await shows(page.locator("#handle"), handle);
    assert.deepEqual(await fields(page, "jwt-payload"), { someKey: "someValue" });
    const call = page.locator("#calls li", { hasText: "/auth/session/refresh" });
    await shows(call, "new token");
    await call.locator("summary").click();
    await shows(call, /front-token: \w+/);
    await shows(call, "cache-control: no-store");
  });

  withSession("a call that finds its token expired is made again", { refused: ["401 /api/me"] }, async (page) => {
    const json = { message: "try refresh token" };
    await page.route("**/api/me", (route) => route.fulfill({ status: 401, json }), { times: 1 });
    await click(page, "Ask again");
    await page.locator("#calls li", { hasText: "/auth/session/refresh" }).waitFor();
    const last = page.locator("#calls li").first();
    await shows(last, "/api/session-data");
    await shows(last, "200");
    assert.ok(await page.locator("#signed-in").isVisible());
  });

  const twiceRefused = { refused: ["403 /api/report", "403 /api/report"] };
  withSession("a report is for a plan, which a claim tells", twiceRefused, async (page) => {
    const result = page.locator("#report-result");
    await click(page, "Read the report");
    await shows(result, 'Refused: the claim plan is "free", and "team" is needed.');
    await click(page, "Upgrade to team");
    await shows(result, "The plan is team now");
    await shows(page.locator("#plan"), "team, fetched");
    await click(page, "Read the report");
    await shows(result, "Allowed: The quarterly report for user-");
    await click(page, "Back to free");
    await shows(result, "The plan is free now");
    await click(page, "Read the report");
    await shows(result, 'Refused: the claim plan is "free"');
  });

  const askedTheCore = { refused: ["401 /api/session-data"] };
  withSession("a revoked session ends when the core is asked", askedTheCore, async (page, context) => {
    await click(page, "Revoke in the core");
    await shows(page.locator("#notice"), "The core has ended the session.");
    await page.getByRole("heading", { name: "Create a session" }).waitFor();
    await shows(page.locator("#calls li", { hasText: "/api/session-data" }).first(), "tokens removed");
    assert.deepEqual(await context.cookies(), []);
  });

  withSession("a session revoked elsewhere is told as ended", askedTheCore, async (page) => {
    await page.evaluate(() => fetch("/api/revoke", { method: "POST" }));
    await click(page, "Ask again");
    await shows(page.locator("#notice"), "The session has ended. Create a new one.");
    await page.getByRole("heading", { name: "Create a session" }).waitFor();
  });

  withSession("signing out ends the session and removes its tokens", async (page, context) => {
    await click(page, "Sign out");
    await shows(page.locator("#notice"), "Signed out: the session has ended, and the tokens are gone.");
    await page.getByRole("heading", { name: "Create a session" }).waitFor();
    assert.deepEqual(await context.cookies(), []);
    assert.equal(await page.evaluate(() => localStorage.length), 0);
    await page.reload();
    await page.getByRole("heading", { name: "Create a session" }).waitFor();
  });

  const phone = { viewport: { width: 360, height: 740 }, colorScheme: "dark" };
  withSession("nothing sticks out on a phone", phone, async (page) => {
    await store(page, "jwt_payload", "a-rather-long-name-of-a-field", "x".repeat(200));
    await shows(page.locator("#notice"), "Stored");
    await page.getByText("The session's own fields").click();
    const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.equal(content, window);
  });

  const unreachable = { refused: ["ERR_CONNECTION_REFUSED /api/session"] };
  seen("a program that is gone is told in plain words", unreachable, async (page) => {
    await page.route("**/api/session", (route) => route.abort("connectionrefused"));
    await click(page, "Create session");
    await shows(page.locator("#notice"), "The program does not answer. Is it still running?");
    await shows(page.locator("#calls"), "no answer");
  });

  seen("without scripts the page says what it needs", { javaScriptEnabled: false }, async (page) => {
    await page.locator("noscript p").waitFor();
    assert.match(await page.locator("noscript p").textContent(), /^This page needs JavaScript/);
  });

  seen("the page may load from its own program alone, and has its icon", { open: false }, async (page) => {
    const response = await page.goto(example.address);
    const headers = await response.allHeaders();
    assert.equal(response.status(), 200);
    assert.match(headers["content-security-policy"], /^default-src 'none'; script-src 'self';/);
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal((await page.request.get(`${example.address}/favicon.ico`)).status(), 200);
    assert.equal((await page.request.get(`${example.address}/elsewhere`)).status(), 404);
  });
}

/** Clicks a button that is named so, and waits until the page has done what it asks for. */
async function click(within, name) {
  const button = within.getByRole("button", { name, exact: true });
  await button.click();
  await button.page().locator('main:not([aria-busy="true"])').waitFor();
}

/** Fills in the form of a payload's card. */
async function store(page, payload, name, value) {
  const card = inCard(page, payload);
  await card.getByLabel("Name").fill(name);
  await card.getByLabel("Value").fill(value);
  await click(card, "Store");
}

function inCard(page, title) {
  return page.locator("section", { has: page.getByRole("heading", { name: title, exact: true }) });
}

/** Waits until an element shows a text. */
async function shows(locator, text) {
  try {
    await locator.filter({ hasText: text }).first().waitFor();
  } catch (error) {
    const actual = (await locator.count()) ? await locator.first().textContent() : "nothing at all";
    throw new Error(`expected to read \`${text}\`, but read \`${actual}\``, { cause: error });
  }
}

/** What a table of fields shows. */
async function fields(page, table) {
  const rows = await page.locator(`#${table} tr`).all();
  const texts = await Promise.all(rows.map((row) => row.locator("th, td").allTextContents()));
  return Object.fromEntries(texts.map(([name, value]) => [name, JSON.parse(value)]));
}

async function frontToken(page) {
  return JSON.parse(await page.locator("#front-token").textContent());
}
