"use strict";
// Listing, finding and removing users, and ids of the application's own, by the official Node SDK.

const assert = require("node:assert/strict");
const { before, describe, it } = require("node:test");
const supertokens = require("supertokens-node");
const EmailPassword = require("supertokens-node/recipe/emailpassword");
const Passwordless = require("supertokens-node/recipe/passwordless");
const Session = require("supertokens-node/recipe/session");
const ThirdParty = require("supertokens-node/recipe/thirdparty");
const UserMetadata = require("supertokens-node/recipe/usermetadata");
const UserRoles = require("supertokens-node/recipe/userroles");
const { useCore } = require("./sdk.js");

useCore([
    EmailPassword.init(),
    Passwordless.init({ contactMethod: "EMAIL_OR_PHONE", flowType: "USER_INPUT_CODE_AND_MAGIC_LINK" }),
    Session.init(),
    ThirdParty.init(),
    UserMetadata.init(),
    UserRoles.init(),
]);

const ids = (users) => users.map((user) => user.id);

describe("users of every recipe", () => {
    const users = [];

    before(async () => {
        users.push((await EmailPassword.signUp("public", "u1@example.com", "password1")).user);
        users.push((await ThirdParty.manuallyCreateOrUpdateUser("public", "github", "gh-2", "u2@example.com", true)).user);
        users.push((await Passwordless.signInUp({ tenantId: "public", phoneNumber: "+14155550199" })).user);
        users.push((await Passwordless.signInUp({ tenantId: "public", email: "u4@example.com" })).user);
    });

    it("are listed in both orders, page by page", async () => {
        const oldest = await supertokens.getUsersOldestFirst({ tenantId: "public" });
        assert.deepEqual(ids(oldest.users), ids(users));
        const newest = [];
        let paginationToken;
        do {
            const page = await supertokens.getUsersNewestFirst({ tenantId: "public", limit: 3, paginationToken });
            newest.push(...page.users);
            paginationToken = page.nextPaginationToken;
        } while (paginationToken);
        assert.deepEqual(ids(newest), ids(users).reverse());
        const some = await supertokens.getUsersOldestFirst({ tenantId: "public", includeRecipeIds: ["thirdparty"] });
        assert.deepEqual(ids(some.users), [users[1].id]);
        const found = await supertokens.getUsersOldestFirst({ tenantId: "public", query: { email: "u4" } });
        assert.deepEqual(ids(found.users), [users[3].id]);
    });

    it("are counted", async () => {
        assert.equal(await supertokens.getUserCount(), 4);
        assert.equal(await supertokens.getUserCount(["passwordless"], "public"), 2);
    });

    it("are found by what they sign in with", async () => {
        const find = async (info) => ids(await supertokens.listUsersByAccountInfo("public", info));
        assert.deepEqual(await find({ email: "U1@example.com" }), [users[0].id]);
        assert.deepEqual(await find({ thirdParty: { id: "github", userId: "gh-2" } }), [users[1].id]);
        assert.deepEqual(await find({ phoneNumber: "+1 415 555 0199" }), [users[2].id]);
        assert.deepEqual(await find({ email: "no@example.com" }), []);
    });

    it("are shown with their login method", async () => {
        const user = await supertokens.getUser(users[1].id);
        assert.deepEqual(user.thirdParty, [{ id: "github", userId: "gh-2" }]);
        assert.equal(user.loginMethods[0].verified, true);
        assert.equal(user.isPrimaryUser, false);
        assert.equal(await supertokens.getUser("nosuch"), undefined);
    });
});

it("a user who is removed is gone with everything", async () => {
    const { user, recipeUserId } = await EmailPassword.signUp("public", "gone@example.com", "password1");
    await UserMetadata.updateUserMetadata(user.id, { a: 1 });
    await UserRoles.createNewRoleOrAddPermissions("editor", ["write"]);
    await UserRoles.addRoleToUser("public", user.id, "editor");
    await Session.createNewSessionWithoutRequestResponse("public", recipeUserId);
    assert.equal((await Session.getAllSessionHandlesForUser(user.id)).length, 1);

    await supertokens.deleteUser(user.id);
    assert.equal(await supertokens.getUser(user.id), undefined);
    assert.deepEqual((await UserMetadata.getUserMetadata(user.id)).metadata, {});
    assert.deepEqual((await UserRoles.getRolesForUser("public", user.id)).roles, []);
    assert.deepEqual(await Session.getAllSessionHandlesForUser(user.id), []);
    assert.equal((await EmailPassword.signUp("public", "gone@example.com", "password1")).status, "OK");
});

describe("an id of the application's own", () => {
    it("takes the place of the core's", async () => {
        const { user } = await EmailPassword.signUp("public", "mapped@example.com", "password1");
        const mapping = { superTokensUserId: user.id, externalUserId: "mapped-1", externalUserIdInfo: "from the old system" };
        assert.equal((await supertokens.createUserIdMapping(mapping)).status, "OK");
        assert.equal((await supertokens.createUserIdMapping(mapping)).status, "USER_ID_MAPPING_ALREADY_EXISTS_ERROR");
        assert.deepEqual(await supertokens.getUserIdMapping({ userId: "mapped-1", userIdType: "EXTERNAL" }), { status: "OK", ...mapping });

        const signedIn = await EmailPassword.signIn("public", "mapped@example.com", "password1");
        assert.equal(signedIn.user.id, "mapped-1");
        assert.equal(signedIn.recipeUserId.getAsString(), "mapped-1");
        assert.equal((await supertokens.getUser("mapped-1")).emails[0], "mapped@example.com");
        assert.equal((await supertokens.getUser(user.id)).id, "mapped-1");
        const session = await Session.createNewSessionWithoutRequestResponse("public", signedIn.recipeUserId);
        assert.equal(session.getUserId(), "mapped-1");
        assert.deepEqual(await Session.getAllSessionHandlesForUser("mapped-1"), [session.getHandle()]);
        await session.revokeSession();

        await supertokens.updateOrDeleteUserIdMappingInfo({ userId: "mapped-1", externalUserIdInfo: undefined });
        assert.equal((await supertokens.getUserIdMapping({ userId: user.id })).externalUserIdInfo, undefined);
        assert.deepEqual(await supertokens.deleteUserIdMapping({ userId: "mapped-1" }), { status: "OK", didMappingExist: true });
        assert.equal((await supertokens.getUser(user.id)).id, user.id);
        assert.equal((await supertokens.getUserIdMapping({ userId: "mapped-1" })).status, "UNKNOWN_MAPPING_ERROR");
    });

    it("goes with its user", async () => {
        const { user } = await EmailPassword.signUp("public", "mapped2@example.com", "password1");
        await supertokens.createUserIdMapping({ superTokensUserId: user.id, externalUserId: "mapped-2" });
        await supertokens.deleteUser("mapped-2");
        assert.equal(await supertokens.getUser(user.id), undefined);
        assert.equal((await supertokens.getUserIdMapping({ userId: "mapped-2" })).status, "UNKNOWN_MAPPING_ERROR");
    });
});
