// The official browser SDK on an application of ours: on the API's own origin, on another host of the same site, and on
// another site over https; with cookies and with headers.

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";

import { build } from "esbuild";

import { programOf, start } from "./program.mjs";
import { launch, launchWithThirdPartyCookies, visit } from "./visit.mjs";

const SERVER = programOf("BROWSER_SDK_SERVER");
assert.ok(SERVER, "BROWSER_SDK_SERVER has to name the program browser-sdk-server; `cargo xtask browser` builds it");

/** Every host below `.test` is this machine, and no other host exists. */
const HOSTS = "--host-resolver-rules=MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1";
/** Longer than the life of an access token. */
const TWO_HOURS_MS = 7_200_000;

/** The names of cookies that hold tokens: of the API's, and of those that the SDK keeps for the page. */
const TOKENS = ["sAccessToken", "sRefreshToken", "sFrontToken", "st-access-token", "st-refresh-token"];
/** In a browser without a past the SDK asks once whether there is a session. */
const ASKED_ONCE = "401 /auth/session/refresh";

const SITES = {
  "on the API's own origin": { args: [] },
  "on another host of the API's site": {
    args: ["--website", "www.shop.test", "--api", "api.shop.test"],
    init: { sessionTokenBackendDomain: ".shop.test" },
  },
  "on another site than the API": { args: ["--website", "shop.test", "--api", "api.bank.test", "--tls"] },
};
const OTHER_SITE = SITES["on another site than the API"];

const sdk = await bundle();

for (const [where, site] of Object.entries(SITES)) {
  for (const mode of ["cookie", "header"]) {
    const needsThirdPartyCookies = site === OTHER_SITE && mode === "cookie";
    describe(`${where}, with tokens in a ${mode}`, () => sessionTests({ ...site, needsThirdPartyCookies }, mode));
  }
}

describe("on another site than the API, in a browser that keeps the cookies of other sites away", () => {
  const visited = pages(OTHER_SITE, "cookie");
  const unkept = { refused: [], mayBeRefused: [ASKED_ONCE, "401 /api/me"] };

  visited("there is no session, and the page learns of it", unkept, async (page) => {
    await signIn(page);
    assert.equal(await status(page, "GET", "/api/me"), 401);
    assert.equal(await page.evaluate(() => SuperTokens.doesSessionExist()), false);
  });
});

describe("anti-CSRF by a token", () => {
  const visited = pages({ args: ["--anti-csrf", "token"] }, "cookie");

  visited("the SDK sends the token that came with the session", async (page) => {
    await signIn(page);
    const sent = page.waitForRequest("**/api/me");
    assert.equal(await status(page, "POST", "/api/me"), 200);
    assert.match(await (await sent).headerValue("anti-csrf"), /^[\w-]{36}$/);
  });

  visited("a request without the token is refused, and so is a refresh without it", async (page, { request }) => {
    await signIn(page);
    const me = await request("POST", "/api/me");
    assert.deepEqual([me.status, me.body], [401, { message: "try refresh token" }]);
    assert.equal((await request("GET", "/api/me")).status, 200, "reading needs no token");
    assert.equal((await request("POST", "/auth/session/refresh")).status, 401);
  });

  visited("a refreshed session has the token of its new access token", async (page) => {
    await signIn(page);
    const sent = page.waitForRequest("**/auth/session/refresh");
    assert.equal(await page.evaluate(() => SuperTokens.attemptRefreshingSession()), true);
    assert.match(await (await sent).headerValue("anti-csrf"), /^[\w-]{36}$/);
    assert.equal(await status(page, "POST", "/api/me"), 200);
  });
});

describe("anti-CSRF by a custom header", () => {
  const visited = pages({ args: ["--anti-csrf", "custom-header"] }, "cookie");

  visited("the SDK sends the header", async (page) => {
    await signIn(page);
    const sent = page.waitForRequest("**/api/me");
    assert.equal(await status(page, "POST", "/api/me"), 200);
    assert.equal(await (await sent).headerValue("rid"), "anti-csrf");
    assert.equal(await page.evaluate(() => SuperTokens.attemptRefreshingSession()), true);
  });

  visited("a request without the header is refused, and so is a refresh without it", async (page, { request }) => {
    await signIn(page);
    const me = await request("POST", "/api/me");
    assert.deepEqual([me.status, me.body], [401, { message: "try refresh token" }]);
    assert.equal((await request("POST", "/api/me", { rid: "anti-csrf" })).status, 200);
    assert.equal((await request("POST", "/auth/session/refresh")).status, 401);
  });
});

test("a page that asks anybody else gets no answer, and the visit fails", async () => {
  const [browser, server] = [await launch([HOSTS]), await start(SERVER)];
  let answer;
  const visited = visit(browser, server.address, { name: "asks elsewhere" }, async (page) => {
    answer = await page.evaluate(() => fetch("https://elsewhere.test/").catch((error) => error.message));
  });
  const error = await visited.catch((error) => error);
  await browser.close();
  await server.stop();
  assert.equal(answer, "Failed to fetch");
  assert.deepEqual(error.actual?.elsewhere, ["https://elsewhere.test/"], error);
});

/** What a session does wherever the page is. */
function sessionTests(site, mode) {
  const visited = pages(site, mode);
  const expired = { mayBeRefused: ["401 /api/me"] };

  visited("a session is made, and its payload read in the page", async (page, { context, api }) => {
    assert.equal(await page.evaluate(() => SuperTokens.doesSessionExist()), false);
    const handle = await signIn(page);
    assert.equal(await page.evaluate(() => SuperTokens.doesSessionExist()), true);
    assert.equal(await page.evaluate(() => SuperTokens.getUserId()), "user-1");
    const payload = await payloadOf(page);
    assert.deepEqual([payload.sub, payload.sessionHandle], ["user-1", handle]);

    const cookies = await context.cookies(`${api}/auth/session/refresh`);
    const ours = cookies.filter(({ name }) => ["sAccessToken", "sRefreshToken"].includes(name));
    assert.equal(ours.length, mode === "cookie" ? 2 : 0);
    assert.ok(ours.every(({ httpOnly }) => httpOnly), "scripts cannot read the tokens");
    const token = await page.evaluate(() => SuperTokens.getAccessToken());
    assert.equal(typeof token, mode === "cookie" ? "undefined" : "string");
    assert.equal(await status(page, "POST", "/api/me"), 200);
  });

  visited("a session is there after the page is loaded again", async (page, { open }) => {
    const handle = await signIn(page);
    await open();
    assert.equal((await payloadOf(page)).sessionHandle, handle);
    assert.equal(await status(page, "GET", "/api/me"), 200);
  });

  visited("a payload that changes on the server is seen in the page", async (page) => {
    await signIn(page);
    await call(page, "POST", "/api/payload", { theme: "dark", seats: 5 });
    let { theme, seats } = await payloadOf(page);
    assert.deepEqual({ theme, seats }, { theme: "dark", seats: 5 });
    await call(page, "POST", "/api/payload", { theme: null, seats: 6 });
    ({ theme, seats } = await payloadOf(page));
    assert.deepEqual({ theme, seats }, { theme: undefined, seats: 6 });
  });

  visited("ten calls at once that find the token expired refresh exactly once", expired, async (page, { advance }) => {
    const handle = await signIn(page);
    const refreshes = refreshesOf(page);
    await advance(TWO_HOURS_MS);
    const statuses = await page.evaluate(async () => {
      const calls = Array.from({ length: 10 }, () => fetch(`${API}/api/me`));
      return (await Promise.all(calls)).map((response) => response.status);
    });
    assert.deepEqual(statuses, Array(10).fill(200));
    assert.equal(refreshes.length, 1);
    assert.equal((await payloadOf(page)).sessionHandle, handle, "the session is the same");
    assert.equal(await status(page, "POST", "/api/me"), 200);
    assert.equal(refreshes.length, 1);
  });

  visited("signing out ends the session for the page and for the server", expired, async (page, { context }) => {
    await signIn(page);
    const refreshes = refreshesOf(page);
    await page.evaluate(() => SuperTokens.signOut());
    assert.equal(await page.evaluate(() => SuperTokens.doesSessionExist()), false);
    assert.equal(await status(page, "GET", "/api/me"), 401);
    assert.equal(refreshes.length, 0, "there is nothing to refresh");
    const left = (await context.cookies()).map(({ name }) => name);
    assert.deepEqual(left.filter((name) => TOKENS.includes(name)), []);
  });
}

/** Declares tests of a page with the SDK in it, on a server and in a browser of their own. */
function pages(site, mode) {
  let browser;
  let server;
  before(async () => {
    browser = await (site.needsThirdPartyCookies ? launchWithThirdPartyCookies : launch)([HOSTS]);
    server = await start(SERVER, { args: site.args });
  });
  after(async () => {
    await browser?.close();
    assert.equal(await server?.stop(), 0, "the program ends as it should when it is interrupted");
  });
  return (name, ...rest) => {
    const act = rest.pop();
    test(name, async (t) => {
      const { website, api, local } = addresses(site, server.address);
      const seen = { refused: [ASKED_ONCE], also: [api], ignoreHTTPSErrors: true };
      const options = { name: t.fullName ?? name, ...seen, ...rest[0] };
      await visit(browser, website, options, async (page, context) => {
        const open = () => openWithSdk(page, website, { apiDomain: api, tokenTransferMethod: mode, ...site.init });
        await open();
        await act(page, { context, api, open, ...behindTheSdk(context, local) });
      });
    });
  };
}

/** Where the website and the API are, and where this program reaches them without the browser. */
function addresses({ args }, address) {
  const { protocol, port } = new URL(address);
  const at = (option) => {
    const index = args.indexOf(option);
    return `${protocol}//${index < 0 ? "localhost" : args[index + 1]}:${port}`;
  };
  return { website: at("--website"), api: at("--api"), local: `${protocol}//localhost:${port}` };
}

/** Requests with the browser's cookies and nothing of the SDK's, and the server's clock. */
function behindTheSdk(context, local) {
  const request = async (method, path, headers = {}, data = undefined) => {
    const response = await context.request.fetch(`${local}${path}`, { method, headers, data });
    return { status: response.status(), body: await response.json() };
  };
  return { request, advance: (ms) => request("POST", "/test/advance", {}, { ms }) };
}

async function openWithSdk(page, website, config) {
  await page.goto(website);
  await page.addScriptTag({ content: sdk });
  await page.evaluate((config) => {
    window.API = config.apiDomain;
    window.SuperTokens = Sdk.default;
    SuperTokens.init(config);
  }, config);
}

/** The SDK as a script that calls itself `Sdk`. */
async function bundle() {
  const { outputFiles } = await build({
    entryPoints: ["supertokens-website"],
    absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
    bundle: true,
    format: "iife",
    globalName: "Sdk",
    write: false,
  });
  return outputFiles[0].text;
}

async function signIn(page) {
  return (await call(page, "POST", "/api/session", { userId: "user-1" })).handle;
}

/** What the API answers, which has to be a success. */
async function call(page, method, path, body) {
  return page.evaluate(
    async ([method, path, body]) => {
      const headers = { "content-type": "application/json" };
      const response = await fetch(`${API}${path}`, { method, headers, body: JSON.stringify(body) });
      if (!response.ok) throw new Error(`${path} was answered ${response.status}`);
      return response.json();
    },
    [method, path, body],
  );
}

async function status(page, method, path) {
  const request = async ([method, path]) => (await fetch(`${API}${path}`, { method })).status;
  return page.evaluate(request, [method, path]);
}

async function payloadOf(page) {
  return page.evaluate(() => SuperTokens.getAccessTokenPayloadSecurely());
}

/** The refresh calls that the page makes from now on. */
function refreshesOf(page) {
  const refreshes = [];
  page.on("request", (request) => {
    const isRefresh = new URL(request.url()).pathname === "/auth/session/refresh" && request.method() === "POST";
    if (isRefresh) refreshes.push(request);
  });
  return refreshes;
}
