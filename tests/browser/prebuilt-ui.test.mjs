// What a person sees in examples/prebuilt-ui: the official pre-built UI in front of the SDK.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { programOf, start } from "./program.mjs";
import { launch, visit } from "./visit.mjs";

const EXAMPLE = programOf("EXAMPLE_PREBUILT_UI");
const CORE = programOf("SUPERTOKENS_CORE");
assert.ok(EXAMPLE && CORE, "EXAMPLE_PREBUILT_UI and SUPERTOKENS_CORE name the programs; `cargo xtask browser` says so");

const PASSWORD = "correct horse 1";
let people = 0;

describe("with the core inside the program", () => {
  uiTests(() => ({ SUPERTOKENS_DATABASE: "users.db" }));
});

describe("with a core beside the program", () => {
  uiTests(beside({}));
});

describe("with access tokens that last for seconds", () => {
  uiTests(beside({ ACCESS_TOKEN_VALIDITY: "3" }), (withPerson) => {
    // Where the machine is slow, the token expires on the way here too.
    const mayBeRefused = ["/me", "/auth/user/email/verify", "/auth/user/email/verify/token"].map((path) => `401 /api${path}`);
    withPerson("an expired session is refreshed and nobody notices", { mayBeRefused }, async (page) => {
      await new Promise((resolve) => setTimeout(resolve, 3_500));
      const refreshed = page.waitForResponse((response) => response.url().endsWith("/api/auth/session/refresh"));
      await click(page, "Who am I?");
      await shows(page.locator("#answer"), "200: You are");
      assert.equal((await refreshed).status(), 200);
    });
  });
});

/** Starts a core with these settings for the tests around, and gives those of a program that uses it. */
function beside(env) {
  let core;
  before(async () => {
    core = await start(CORE, { args: ["--port", "0", "--database", "core.db"], env });
  });
  after(() => core?.stop());
  return () => ({ SUPERTOKENS_CONNECTION_URI: core.address });
}

/** All tests of the pages, or those given, against a program started with these settings. */
function uiTests(settings, tests) {
  let browser;
  let example;
  before(async () => {
    browser = await launch();
    example = await start(EXAMPLE, { env: { PORT: "0", ...settings() } });
  });
  after(async () => {
    await browser?.close();
    assert.equal(await example?.stop(), 0, "the program ends as it should when it is interrupted");
  });

  /** A test with the first page open. */
  function seen(name, ...rest) {
    const act = rest.pop();
    const { refused = [], ...options } = rest[0] ?? {};
    // The SDK asks for a session once when it knows nothing yet.
    const lines = ["401 /api/auth/session/refresh", ...refused];
    test(name, (t) => visit(browser, example.address, { name: t.fullName ?? name, refused: lines, ...options }, act));
  }

  /** A test with a person who has signed up and verified the address, on the dashboard. */
  function withPerson(name, ...rest) {
    const act = rest.pop();
    seen(name, ...rest, async (page, context) => {
      const email = await signUp(page);
      await page.goto(await linkTo(email, "EMAIL_VERIFICATION"));
      await click(page, "CONTINUE");
      await page.getByRole("heading", { name: "Your dashboard" }).waitFor();
      await act(page, context, email);
    });
  }

  /** Signs somebody up; ends on the page that asks to verify the address. */
  async function signUp(page) {
    people += 1;
    const email = `person-${people}@example.com`;
    await click(page, "Sign up");
    await fill(page, email, PASSWORD, "SIGN UP");
    await page.getByText("Verify your email").waitFor();
    return email;
  }

  /** The link that the program has "sent" last. */
  async function linkTo(email, kind) {
    for (let tries = 0; tries < 100; tries += 1) {
      const lines = example.output().split("\n").filter((line) => line.includes(`this ${kind} e-mail to "${email}"`));
      const link = /http:\/\/\S+/.exec(lines.at(-1) ?? "");
      if (link) return link[0];
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`no ${kind} e-mail to ${email}:\n${example.output()}`);
  }

  if (tests) {
    tests(withPerson);
    return;
  }

  seen("a person signs up, verifies the address by the mailed link, and arrives", async (page) => {
    const email = await signUp(page);
    await page.goto(await linkTo(email, "EMAIL_VERIFICATION"));
    await page.getByText("Email verification successful!").waitFor();
    await click(page, "CONTINUE");
    await page.getByRole("heading", { name: "Your dashboard" }).waitFor();
    await click(page, "Who am I?");
    await shows(page.locator("#answer"), `200: You are ${await page.locator("#user-id").textContent()}`);
  });

  seen("without a verified address the API is closed", { refused: ["403 /api/me"] }, async (page) => {
    await signUp(page);
    const status = await page.evaluate(async () => {
      const response = await fetch("/api/me");
      return [response.status, (await response.json()).claimValidationErrors[0].id];
    });
    assert.deepEqual(status, [403, "st-ev"]);
  });

  seen("a link works once", async (page) => {
    const email = await signUp(page);
    const link = await linkTo(email, "EMAIL_VERIFICATION");
    await page.goto(link);
    await page.getByText("Email verification successful!").waitFor();
    await page.goto(link);
    await page.getByText("The email verification link has expired").waitFor();
  });

  withPerson("an address that is taken is named at its field", async (page, _context, email) => {
    await signOut(page);
    await click(page, "Sign up");
    await fill(page, email, PASSWORD, "SIGN UP");
    await page.getByText("This email already exists. Please sign in instead").waitFor();
  });

  seen("a weak password is refused at its field", async (page) => {
    await click(page, "Sign up");
    await fill(page, "weak@example.com", "12345678", "SIGN UP");
    await page.getByText("Password must contain at least one alphabet").waitFor();
  });

  withPerson("a wrong password is refused, and so is an unknown address, in the same words", async (page, _c, email) => {
    await signOut(page);
    for (const address of [email, "nobody@example.com"]) {
      await page.goto(example.address);
      await click(page, "Sign in");
      await fill(page, address, "wrong password 1", "SIGN IN");
      await page.getByText("Incorrect email and password combination").waitFor();
    }
    await fill(page, email, PASSWORD, "SIGN IN");
    await page.getByRole("heading", { name: "Your dashboard" }).waitFor();
  });

  withPerson("a forgotten password is reset by the mailed link, and the old one is no good", async (page, _c, email) => {
    await signOut(page);
    await click(page, "Sign in");
    await page.getByText("Forgot password?").click();
    await page.locator("input[name=email]").fill(email);
    await click(page, "Email me");
    await page.getByText("has been sent").waitFor();
    await page.goto(await linkTo(email, "PASSWORD_RESET"));
    for (const name of ["password", "confirm-password"]) {
      await page.locator(`input[name=${name}]`).fill("another horse 2");
    }
    await click(page, "CHANGE PASSWORD");
    await page.getByText("Success!").waitFor();

    await page.goto(`${example.address}/auth`);
    await fill(page, email, PASSWORD, "SIGN IN");
    await page.getByText("Incorrect email and password combination").waitFor();
    await fill(page, email, "another horse 2", "SIGN IN");
    await page.getByRole("heading", { name: "Your dashboard" }).waitFor();
  });

  withPerson("a session is there after the page is loaded again", async (page) => {
    const user = await page.locator("#user-id").textContent();
    await page.reload();
    await shows(page.locator("#user-id"), user);
  });

  const refusedOnce = { refused: ["403 /api/admin"] };
  withPerson("a route for admins is refused, and open once the role is there", refusedOnce, async (page) => {
    await shows(page.locator("#roles"), "none");
    await click(page, "Open the admin's room");
    await shows(page.locator("#answer"), "403: invalid claim");
    await click(page, "Become an admin");
    await shows(page.locator("#answer"), "200: You are an admin now");
    await shows(page.locator("#roles"), "admin");
    await click(page, "Open the admin's room");
    await shows(page.locator("#answer"), "200: Welcome, admin");
  });

  const signedOut = { refused: ["401 /api/me"] };
  withPerson("a sign-out in one tab is seen in the other", signedOut, async (page, context) => {
    const other = await context.newPage();
    await other.goto(`${example.address}/dashboard`);
    await other.getByRole("heading", { name: "Your dashboard" }).waitFor();
    await signOut(page);
    await other.bringToFront();
    await click(other, "Who am I?");
    await other.locator("input[name=password]").waitFor();
  });
}

async function fill(page, email, password, button) {
  await page.locator("input[name=email]").fill(email);
  await page.locator("input[name=password]").fill(password);
  await click(page, button);
}

async function signOut(page) {
  await click(page, "Sign out");
  await page.getByText("You are not signed in.").waitFor();
}

function click(page, name) {
  return page.getByRole("button", { name, exact: true }).click();
}

async function shows(locator, text) {
  await locator.filter({ hasText: text }).waitFor();
}
