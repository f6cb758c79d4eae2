"use strict";
// Tenants by the official Node SDK, with supertokens-core as its core.

const assert = require("node:assert/strict");
const { describe, it } = require("node:test");
const supertokens = require("supertokens-node");
const EmailPassword = require("supertokens-node/recipe/emailpassword");
const Multitenancy = require("supertokens-node/recipe/multitenancy");
const Session = require("supertokens-node/recipe/session");
const ThirdParty = require("supertokens-node/recipe/thirdparty");
const { ask, form, useCore } = require("./sdk.js");

useCore([EmailPassword.init(), Multitenancy.init(), Session.init(), ThirdParty.init()]);

describe("a tenant", () => {
    it("is made, changed, listed and removed", async () => {
        const make = (config) => Multitenancy.createOrUpdateTenant("t1", config);
        assert.deepEqual(await make({ firstFactors: ["emailpassword"] }), { status: "OK", createdNew: true });
        assert.deepEqual(await make({ requiredSecondaryFactors: ["totp"] }), { status: "OK", createdNew: false });
        const tenant = await Multitenancy.getTenant("t1");
        assert.deepEqual(tenant.firstFactors, ["emailpassword"]);
        assert.deepEqual(tenant.requiredSecondaryFactors, ["totp"]);
        const { tenants } = await Multitenancy.listAllTenants();
        assert.deepEqual(tenants.map((tenant) => tenant.tenantId).sort(), ["public", "t1"]);
        assert.equal(await Multitenancy.getTenant("nosuch"), undefined);
        assert.deepEqual(await Multitenancy.deleteTenant("t1"), { status: "OK", didExist: true });
        assert.deepEqual(await Multitenancy.deleteTenant("t1"), { status: "OK", didExist: false });
    });

    it("has third parties of its own", async () => {
        await Multitenancy.createOrUpdateTenant("t2", { firstFactors: ["thirdparty"] });
        const clients = [{ clientId: "of-t2", clientSecret: "secret", scope: ["email"] }];
        // One that is built in would be asked for its endpoints, over the network.
        const endpoints = { authorizationEndpoint: "https://acme.example.com/auth", tokenEndpoint: "https://acme.example.com/token" };
        const config = { thirdPartyId: "acme", name: "Acme", clients, ...endpoints };
        assert.equal((await Multitenancy.createOrUpdateThirdPartyConfig("t2", config)).createdNew, true);
        assert.equal((await Multitenancy.createOrUpdateThirdPartyConfig("t2", config)).createdNew, false);
        const provider = await ThirdParty.getProvider("t2", "acme", undefined);
        assert.equal(provider.config.clientId, "of-t2");
        assert.deepEqual(provider.config.scope, ["email"]);
        assert.equal(await ThirdParty.getProvider("public", "acme", undefined), undefined);

        const methods = await ask("GET", "/auth/t2/loginmethods");
        assert.deepEqual(methods.body.thirdParty.providers.map((provider) => provider.id), ["acme"]);
        assert.deepEqual(methods.body.firstFactors, ["thirdparty"]);
        assert.equal((await Multitenancy.deleteThirdPartyConfig("t2", "acme")).didConfigExist, true);
        assert.equal(await ThirdParty.getProvider("t2", "acme", undefined), undefined);
    });

    it("has users of its own, and shares those that are let in", async () => {
        await Multitenancy.createOrUpdateTenant("t3", { firstFactors: ["emailpassword"] });
        const here = await EmailPassword.signUp("public", "both@example.com", "password1");
        const there = await EmailPassword.signUp("t3", "only-there@example.com", "password1");
        assert.equal((await EmailPassword.signIn("t3", "both@example.com", "password1")).status, "WRONG_CREDENTIALS_ERROR");
        const associate = () => Multitenancy.associateUserToTenant("t3", here.recipeUserId);
        assert.deepEqual(await associate(), { status: "OK", wasAlreadyAssociated: false });
        assert.deepEqual(await associate(), { status: "OK", wasAlreadyAssociated: true });
        const signedIn = await EmailPassword.signIn("t3", "both@example.com", "password1");
        assert.equal(signedIn.user.id, here.user.id);
        assert.deepEqual([...signedIn.user.tenantIds].sort(), ["public", "t3"]);
        const { users } = await supertokens.getUsersOldestFirst({ tenantId: "t3" });
        assert.deepEqual(users.map((user) => user.id), [here.user.id, there.user.id]);

        await EmailPassword.signUp("public", "only-there@example.com", "password2");
        const refused = await Multitenancy.associateUserToTenant("public", there.recipeUserId);
        assert.equal(refused.status, "EMAIL_ALREADY_EXISTS_ERROR");

        const session = await Session.createNewSessionWithoutRequestResponse("t3", here.recipeUserId);
        assert.equal(session.getTenantId(), "t3");
        const left = await Multitenancy.disassociateUserFromTenant("t3", here.recipeUserId);
        assert.deepEqual(left, { status: "OK", wasAssociated: true });
        assert.equal(await Session.getSessionInformation(session.getHandle()), undefined);
        assert.equal((await EmailPassword.signIn("t3", "both@example.com", "password1")).status, "WRONG_CREDENTIALS_ERROR");
        assert.equal((await EmailPassword.signIn("public", "both@example.com", "password1")).status, "OK");
    });

    it("is in the path of what its front end asks", async () => {
        await Multitenancy.createOrUpdateTenant("t4", { firstFactors: ["emailpassword"] });
        const fields = form({ email: "front@example.com", password: "password1" });
        const signedUp = await ask("POST", "/auth/t4/signup", fields);
        assert.equal(signedUp.body.status, "OK", JSON.stringify(signedUp.body));
        assert.deepEqual(signedUp.body.user.tenantIds, ["t4"]);
        assert.equal(JSON.parse(atob(signedUp.headers.get("front-token"))).up.tId, "t4");
        assert.equal((await ask("POST", "/auth/signin", fields)).body.status, "WRONG_CREDENTIALS_ERROR");
        assert.equal((await ask("POST", "/auth/t4/signin", fields)).body.status, "OK");
    });
});
