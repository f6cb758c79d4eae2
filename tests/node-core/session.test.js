"use strict";
// The official Node SDK makes, verifies, refreshes, changes and revokes sessions with supertokens-core as its core.

const assert = require("node:assert/strict");
const crypto = require("node:crypto");
const { after, before, describe, it } = require("node:test");
const supertokens = require("supertokens-node");
const Session = require("supertokens-node/recipe/session");
const { startCore } = require("./core.js");

const API_KEY = "a-key-of-twenty-characters";
let core;

before(async () => {
    core = await startCore({ API_KEYS: API_KEY });
    supertokens.init({
        framework: "custom",
        supertokens: { connectionURI: core.uri, apiKey: API_KEY },
        appInfo: { appName: "test", apiDomain: "http://localhost:3001", websiteDomain: "http://localhost:3000" },
        telemetry: false,
        recipeList: [Session.init({ antiCsrf: "VIA_TOKEN" })],
    });
});

after(async () => {
    assert.equal(await core.stop(), 0, "SIGTERM ends the core with success");
});

let users = 0;

/** A new session of a new user, and its tokens. */
async function newSession({ payload = {}, data = {}, disableAntiCsrf = true } = {}) {
    users += 1;
    const user = supertokens.convertToRecipeUserId(`user-${users}`);
    const session = await Session.createNewSessionWithoutRequestResponse("public", user, payload, data, disableAntiCsrf);
    return { session, ...session.getAllSessionTokensDangerously() };
}

const refresh = (token, disableAntiCsrf = true, antiCsrf = undefined) =>
    Session.refreshSessionWithoutRequestResponse(token, disableAntiCsrf, antiCsrf);

const verify = (token, options = {}) =>
    Session.getSessionWithoutRequestResponse(token, undefined, { antiCsrfCheck: false, ...options });

const isOfType = (type) => (error) => Session.Error.isErrorFromSuperTokens(error) && error.type === type;

describe("a session", () => {
    it("is created with both kinds of data and verified", async () => {
        const { accessToken } = await newSession({ payload: { role: "admin" }, data: { cart: [1, 2] } });
        const session = await verify(accessToken);
        assert.equal(session.getUserId(), `user-${users}`);
        assert.equal(session.getTenantId(), "public");
        assert.equal(session.getAccessTokenPayload().role, "admin");
        assert.deepEqual(await session.getSessionDataFromDatabase(), { cart: [1, 2] });
        const checked = await verify(accessToken, { checkDatabase: true });
        assert.equal(checked.getHandle(), session.getHandle());
    });

    it("keeps every character of its data", async () => {
        const data = { text: "ß € 🦀 \" \\ \n \u0000", number: 1e21, nested: { list: [null, true, 0.1] } };
        const { session, accessToken } = await newSession({ payload: { data }, data });
        assert.deepEqual((await Session.getSessionInformation(session.getHandle())).sessionDataInDatabase, data);
        assert.deepEqual((await verify(accessToken)).getAccessTokenPayload().data, data);
    });

    it("is refreshed: the data stays, the tokens change, and the new ones work", async () => {
        const old = await newSession({ payload: { role: "admin" }, data: { kept: true } });
        const refreshed = await refresh(old.refreshToken);
        const tokens = refreshed.getAllSessionTokensDangerously();
        assert.notEqual(tokens.accessToken, old.accessToken);
        assert.notEqual(tokens.refreshToken, old.refreshToken);
        assert.equal(refreshed.getHandle(), old.session.getHandle());
        const session = await verify(tokens.accessToken);
        assert.equal(session.getAccessTokenPayload().role, "admin");
        assert.deepEqual(await session.getSessionDataFromDatabase(), { kept: true });
        await refresh(tokens.refreshToken);
    });

    it("demands the anti-CSRF token where one was made", async () => {
        const { accessToken, refreshToken, antiCsrfToken } = await newSession({ disableAntiCsrf: false });
        assert.ok(antiCsrfToken);
        await Session.getSessionWithoutRequestResponse(accessToken, antiCsrfToken);
        await assert.rejects(
            Session.getSessionWithoutRequestResponse(accessToken, "another"),
            isOfType(Session.Error.TRY_REFRESH_TOKEN),
        );
        await assert.rejects(refresh(refreshToken, false, "another"), isOfType(Session.Error.UNAUTHORISED));
        await refresh(refreshToken, false, antiCsrfToken);
    });

    it("changes its data in the database", async () => {
        const { session } = await newSession({ data: { old: 1 } });
        const handle = session.getHandle();
        assert.equal(await Session.updateSessionDataInDatabase(handle, { new: 2 }), true);
        const information = await Session.getSessionInformation(handle);
        assert.deepEqual(information.sessionDataInDatabase, { new: 2 });
        assert.equal(information.userId, session.getUserId());
        assert.ok(information.timeCreated <= Date.now() && information.expiry > Date.now());
        assert.equal(await Session.updateSessionDataInDatabase("no-such-handle", {}), false);
    });

    it("changes its access token's payload, for tokens to come and for this one", async () => {
        const { session, refreshToken } = await newSession({ payload: { kept: 1, gone: 2 } });
        assert.equal(await Session.mergeIntoAccessTokenPayload(session.getHandle(), { gone: null, new: 3 }), true);
        const refreshed = (await refresh(refreshToken)).getAccessTokenPayload();
        assert.deepEqual([refreshed.kept, refreshed.gone, refreshed.new], [1, undefined, 3]);

        const other = (await newSession()).session;
        await other.mergeIntoAccessTokenPayload({ now: true });
        const { accessToken } = other.getAllSessionTokensDangerously();
        const again = await verify(accessToken, { checkDatabase: true });
        assert.equal(again.getAccessTokenPayload().now, true);
    });

    it("is revoked alone, with others, and with all of its user", async () => {
        const one = await newSession();
        assert.equal(await Session.revokeSession(one.session.getHandle()), true);
        assert.equal(await Session.revokeSession(one.session.getHandle()), false);
        assert.equal(await Session.getSessionInformation(one.session.getHandle()), undefined);
        await assert.rejects(refresh(one.refreshToken), isOfType(Session.Error.UNAUTHORISED));
        await assert.rejects(
            verify(one.accessToken, { checkDatabase: true }),
            isOfType(Session.Error.UNAUTHORISED),
        );

        const [two, three] = [(await newSession()).session, (await newSession()).session];
        const handles = [two.getHandle(), three.getHandle()];
        assert.deepEqual((await Session.revokeMultipleSessions(handles)).sort(), [...handles].sort());

        const { session } = await newSession();
        const user = session.getUserId();
        assert.deepEqual(await Session.getAllSessionHandlesForUser(user), [session.getHandle()]);
        assert.deepEqual(await Session.revokeAllSessionsForUser(user), [session.getHandle()]);
        assert.deepEqual(await Session.getAllSessionHandlesForUser(user), []);
    });
});

describe("a refresh token that was used before", () => {
    it("is theft as soon as its successor is in use", async () => {
        const { session, refreshToken } = await newSession();
        const successor = (await refresh(refreshToken)).getAllSessionTokensDangerously();
        await refresh(successor.refreshToken);
        await assert.rejects(refresh(refreshToken), (error) => {
            assert.ok(isOfType(Session.Error.TOKEN_THEFT_DETECTED)(error), String(error));
            assert.equal(error.payload.sessionHandle, session.getHandle());
            assert.equal(error.payload.userId, session.getUserId());
            return true;
        });
    });

    it("is theft after the successor's access token was used", async () => {
        const { refreshToken } = await newSession();
        const { accessToken } = (await refresh(refreshToken)).getAllSessionTokensDangerously();
        await verify(accessToken);
        await assert.rejects(refresh(refreshToken), isOfType(Session.Error.TOKEN_THEFT_DETECTED));
    });
});

describe("a JWT", () => {
    for (const [kind, isStatic] of [["static", true], ["dynamic", false]]) {
        it(`is signed with a ${kind} key that is published`, async () => {
            const created = await Session.createJWT({ some: "claim" }, 60, isStatic);
            assert.equal(created.status, "OK");
            const [header, payload, signature] = created.jwt.split(".");
            const read = (part) => JSON.parse(Buffer.from(part, "base64url"));
            assert.equal(read(payload).some, "claim");
            assert.equal(read(payload).exp - read(payload).iat, 60);
            const { keys } = await Session.getJWKS();
            const jwk = keys.find((key) => key.kid === read(header).kid);
            assert.ok(jwk?.kid.startsWith(isStatic ? "s-" : "d-"));
            const key = crypto.createPublicKey({ key: jwk, format: "jwk" });
            assert.ok(crypto.verify("sha256", `${header}.${payload}`, key, Buffer.from(signature, "base64url")));
        });
    }
});
