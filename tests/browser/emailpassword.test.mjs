// What a person sees on the page of examples/emailpassword.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { programOf, start } from "./program.mjs";
import { launch, visit } from "./visit.mjs";

const EXAMPLE = programOf("EXAMPLE_EMAILPASSWORD");
assert.ok(EXAMPLE, "EXAMPLE_EMAILPASSWORD names the program; `cargo xtask browser` builds it and says so");

// What the browser's console says when the page asks who is there, and nobody is.
const NOBODY = ["401 /me", "401 /auth/session/refresh"];
let browser;
let example;

before(async () => {
  browser = await launch();
  example = await start(EXAMPLE, { env: { PORT: "0", SUPERTOKENS_DATABASE: "users.db" } });
});

after(async () => {
  await browser?.close();
  assert.equal(await example?.stop(), 0, "the program ends as it should when it is interrupted");
});

/** A test in which the page finds so many times that nobody is signed in. */
function seen(name, times, act) {
  const refused = Array.from({ length: times }, () => NOBODY).flat();
  test(name, (t) => visit(browser, example.address, { name: t.fullName ?? name, refused }, act));
}

seen("a person signs up, leaves, is refused with a wrong password, and comes back", 2, async (page) => {
  await give(page, "ada@example.com", "correct horse 1", "Sign up");
  await page.getByText("You are signed in.").waitFor();
  await page.reload();
  await page.getByText("You are signed in.").waitFor();
  await press(page, "Sign out");
  await give(page, "ada@example.com", "wrong horse 1", "Sign in");
  await page.getByText("do not belong together").waitFor();
  await give(page, "ada@example.com", "correct horse 1", "Sign in");
  await page.getByText("You are signed in.").waitFor();
});

seen("what is wrong with a new account is said", 1, async (page) => {
  await give(page, "weak@example.com", "short", "Sign up");
  await page.getByText("Password must contain at least 8 characters").waitFor();
});

seen("a forgotten password is chosen anew by the link in the log", 4, async (page) => {
  await give(page, "bob@example.com", "correct horse 1", "Sign up");
  await press(page, "Sign out");
  await page.getByLabel("E-mail").fill("bob@example.com");
  await press(page, "I forgot my password");
  await page.getByText("an e-mail is on its way").waitFor();
  await page.goto(await linkTo("bob@example.com"));
  await page.getByLabel("New password").fill("another horse 2");
  await press(page, "Change the password");
  await give(page, "bob@example.com", "another horse 2", "Sign in");
  await page.getByText("You are signed in.").waitFor();
});

async function linkTo(email) {
  for (let tries = 0; tries < 100; tries += 1) {
    const line = example.output().split("\n").findLast((line) => line.includes(`PASSWORD_RESET e-mail to "${email}"`));
    const link = /http:\/\/\S+/.exec(line ?? "");
    if (link) return link[0];
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no e-mail to ${email}:\n${example.output()}`);
}

async function give(page, email, password, button) {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await press(page, button);
}

function press(page, name) {
  return page.getByRole("button", { name, exact: true }).click();
}
