"use strict";
// Roles and metadata by the official Node SDK, with supertokens-core as its core.

const assert = require("node:assert/strict");
const { describe, it } = require("node:test");
const supertokens = require("supertokens-node");
const Session = require("supertokens-node/recipe/session");
const UserMetadata = require("supertokens-node/recipe/usermetadata");
const UserRoles = require("supertokens-node/recipe/userroles");
const { useCore } = require("./sdk.js");

useCore([Session.init(), UserMetadata.init(), UserRoles.init()]);

describe("roles", () => {
    it("gather permissions, are given and taken", async () => {
        const make = (role, permissions) => UserRoles.createNewRoleOrAddPermissions(role, permissions);
        assert.deepEqual(await make("admin", ["read", "write"]), { status: "OK", createdNewRole: true });
        assert.deepEqual(await make("admin", ["delete"]), { status: "OK", createdNewRole: false });
        await make("guest", ["read"]);
        assert.deepEqual((await UserRoles.getAllRoles()).roles.sort(), ["admin", "guest"]);
        assert.deepEqual((await UserRoles.getRolesThatHavePermission("read")).roles.sort(), ["admin", "guest"]);
        await UserRoles.removePermissionsFromRole("admin", ["delete"]);
        assert.deepEqual((await UserRoles.getPermissionsForRole("admin")).permissions.sort(), ["read", "write"]);

        assert.deepEqual(await UserRoles.addRoleToUser("public", "ann", "admin"), { status: "OK", didUserAlreadyHaveRole: false });
        assert.deepEqual(await UserRoles.addRoleToUser("public", "ann", "nosuch"), { status: "UNKNOWN_ROLE_ERROR" });
        assert.deepEqual((await UserRoles.getRolesForUser("public", "ann")).roles, ["admin"]);
        assert.deepEqual((await UserRoles.getUsersThatHaveRole("public", "admin")).users, ["ann"]);
        assert.deepEqual(await UserRoles.removeUserRole("public", "ann", "admin"), { status: "OK", didUserHaveRole: true });
        assert.deepEqual((await UserRoles.getRolesForUser("public", "ann")).roles, []);
        assert.deepEqual(await UserRoles.deleteRole("admin"), { status: "OK", didRoleExist: true });
        assert.deepEqual(await UserRoles.getPermissionsForRole("admin"), { status: "UNKNOWN_ROLE_ERROR" });
    });

    it("are in the sessions of who has them", async () => {
        await UserRoles.createNewRoleOrAddPermissions("editor", ["write"]);
        await UserRoles.addRoleToUser("public", "bob", "editor");
        const user = supertokens.convertToRecipeUserId("bob");
        const session = await Session.createNewSessionWithoutRequestResponse("public", user);
        assert.deepEqual(session.getAccessTokenPayload()["st-role"].v, ["editor"]);
        assert.deepEqual(session.getAccessTokenPayload()["st-perm"].v, ["write"]);
        await session.assertClaims([UserRoles.UserRoleClaim.validators.includes("editor")]);
        await assert.rejects(session.assertClaims([UserRoles.UserRoleClaim.validators.includes("admin")]), {
            type: "INVALID_CLAIMS",
        });
    });
});

describe("metadata", () => {
    it("is merged at its top, and null takes away", async () => {
        const update = async (change) => (await UserMetadata.updateUserMetadata("ann", change)).metadata;
        await update({ name: "Ann", deep: { a: 1 }, text: "ß 🦀 \u0000" });
        assert.deepEqual(await update({ deep: { b: null }, name: null }), { deep: { b: null }, text: "ß 🦀 \u0000" });
        assert.deepEqual((await UserMetadata.getUserMetadata("ann")).metadata, { deep: { b: null }, text: "ß 🦀 \u0000" });
        await UserMetadata.clearUserMetadata("ann");
        assert.deepEqual((await UserMetadata.getUserMetadata("ann")).metadata, {});
    });

    it("loses nothing of updates at the same time", async () => {
        const keys = Array.from({ length: 20 }, (_, number) => `k${number}`);
        await Promise.all(keys.map((key) => UserMetadata.updateUserMetadata("many", { [key]: key })));
        const { metadata } = await UserMetadata.getUserMetadata("many");
        assert.deepEqual(Object.keys(metadata).sort(), keys.sort());
    });
});
