"use strict";
// One core, two SDKs: what the official Node SDK makes, this SDK verifies, refreshes and ends, and the other way round.

const assert = require("node:assert/strict");
const { spawn } = require("node:child_process");
const { once } = require("node:events");
const readline = require("node:readline");
const { after, before, it } = require("node:test");
const supertokens = require("supertokens-node");
const Session = require("supertokens-node/recipe/session");
const { startCore } = require("./core.js");

const EXAMPLE = process.env.EXAMPLE_HYPER;
let core;
let example;
let address;

before(async () => {
    assert.ok(EXAMPLE, "EXAMPLE_HYPER must name the program example-hyper");
    core = await startCore();
    example = spawn(EXAMPLE, { env: { PORT: "0", SUPERTOKENS_CONNECTION_URI: core.uri }, stdio: ["ignore", "pipe", "inherit"] });
    const [line] = await once(readline.createInterface({ input: example.stdout }), "line");
    address = /http:\/\/\S+/.exec(line)[0];
    supertokens.init({
        framework: "custom",
        supertokens: { connectionURI: core.uri },
        appInfo: { appName: "test", apiDomain: address, websiteDomain: address },
        telemetry: false,
        recipeList: [Session.init()],
    });
});

after(async () => {
    example.kill("SIGINT");
    await once(example, "exit");
    await core.stop();
});

const verifyInNode = (token, options = {}) =>
    Session.getSessionWithoutRequestResponse(token, undefined, { antiCsrfCheck: false, ...options });

/** Asks the Rust application, with a token in the header. */
async function ask(method, path, token, body = undefined) {
    const headers = { "st-auth-mode": "header", ...(token && { authorization: `Bearer ${token}` }) };
    const response = await fetch(address + path, { method, headers, body: body && JSON.stringify(body) });
    return { status: response.status, headers: response.headers, body: await response.json() };
}

it("a session made by Node is verified, changed, refreshed and ended here", async () => {
    const user = supertokens.convertToRecipeUserId("of-node");
    const made = await Session.createNewSessionWithoutRequestResponse("public", user, { by: "node" }, { kept: 1 }, true);
    const { accessToken, refreshToken } = made.getAllSessionTokensDangerously();

    const me = await ask("GET", "/api/me", accessToken);
    assert.equal(me.status, 200, JSON.stringify(me.body));
    assert.equal(me.body.userId, "of-node");
    assert.equal(me.body.jwtPayload.by, "node");
    assert.deepEqual((await ask("GET", "/api/session-data", accessToken)).body, { sessionData: { kept: 1 } });

    const changed = await ask("POST", "/api/jwt-payload", accessToken, { name: "by", value: "both" });
    const changedToken = changed.headers.get("st-access-token");
    assert.equal((await verifyInNode(changedToken)).getAccessTokenPayload().by, "both");

    const refreshed = await ask("POST", "/auth/session/refresh", refreshToken);
    assert.equal(refreshed.status, 200, JSON.stringify(refreshed.body));
    const token = refreshed.headers.get("st-access-token");
    assert.equal((await verifyInNode(token, { checkDatabase: true })).getHandle(), made.getHandle());

    assert.deepEqual((await ask("POST", "/auth/signout", token)).body, { status: "OK" });
    await assert.rejects(verifyInNode(token, { checkDatabase: true }), { type: "UNAUTHORISED" });
});

it("a session made here is verified, changed, refreshed and ended by Node", async () => {
    const made = await ask("POST", "/api/session", undefined, { userId: "of-rust" });
    assert.equal(made.status, 200, JSON.stringify(made.body));
    const session = await verifyInNode(made.headers.get("st-access-token"));
    assert.equal(session.getUserId(), "of-rust");
    assert.equal(session.getAccessTokenPayload().someKey, "someValue");
    assert.deepEqual(await session.getSessionDataFromDatabase(), { someKey: "someValue" });

    await session.mergeIntoAccessTokenPayload({ someKey: "changed" });
    const { accessToken } = session.getAllSessionTokensDangerously();
    assert.equal((await ask("GET", "/api/me", accessToken)).body.someKey, "changed");

    const refreshed = await Session.refreshSessionWithoutRequestResponse(made.headers.get("st-refresh-token"), true);
    const token = refreshed.getAccessToken();
    assert.equal((await ask("GET", "/api/me", token)).body.someKey, "changed");

    await refreshed.revokeSession();
    assert.equal((await ask("GET", "/api/session-data", token)).status, 401);
});
