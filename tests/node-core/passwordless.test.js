"use strict";
// Signing in with codes and links by the official Node SDK.

const assert = require("node:assert/strict");
const { describe, it } = require("node:test");
const supertokens = require("supertokens-node");
const Passwordless = require("supertokens-node/recipe/passwordless");
const Session = require("supertokens-node/recipe/session");
const { useCore } = require("./sdk.js");

useCore([
    Passwordless.init({ contactMethod: "EMAIL_OR_PHONE", flowType: "USER_INPUT_CODE_AND_MAGIC_LINK" }),
    Session.init(),
]);

const tenantId = "public";
const ask = async (contact, userInputCode) => {
    const code = await Passwordless.createCode({ tenantId, userInputCode, ...contact });
    assert.equal(code.status, "OK");
    return code;
};
const typed = ({ preAuthSessionId, deviceId, userInputCode }) => ({
    tenantId,
    preAuthSessionId,
    deviceId,
    userInputCode,
});
const followed = ({ preAuthSessionId, linkCode }) => ({ tenantId, preAuthSessionId, linkCode });

describe("codes", () => {
    it("sign up and in, by what is typed and by a link", async () => {
        for (const contact of [{ email: "alice@example.com" }, { phoneNumber: "+14155550120" }]) {
            const signedUp = await Passwordless.consumeCode(typed(await ask(contact)));
            assert.deepEqual([signedUp.status, signedUp.createdNewRecipeUser], ["OK", true]);
            const code = await ask(contact);
            assert.equal((await Passwordless.checkCode(followed(code))).status, "OK");
            const signedIn = await Passwordless.consumeCode(followed(code));
            assert.deepEqual([signedIn.status, signedIn.createdNewRecipeUser], ["OK", false]);
            assert.equal(signedIn.user.id, signedUp.user.id);
            assert.equal(signedIn.recipeUserId.getAsString(), signedUp.user.id);
            assert.equal((await Passwordless.consumeCode(followed(code))).status, "RESTART_FLOW_ERROR");
        }
    });

    it("may be sent again to a device, and are counted when they are wrong", async () => {
        const first = await ask({ email: "bob@example.com" }, "first-code");
        const again = { tenantId, deviceId: first.deviceId, userInputCode: "first-code" };
        const used = await Passwordless.createNewCodeForDevice(again);
        assert.equal(used.status, "USER_INPUT_CODE_ALREADY_USED_ERROR");
        const second = await Passwordless.createNewCodeForDevice({ tenantId, deviceId: first.deviceId });
        assert.equal(second.preAuthSessionId, first.preAuthSessionId);
        for (let count = 1; count <= 4; count++) {
            const wrong = await Passwordless.consumeCode(typed({ ...first, userInputCode: "wrong" }));
            assert.equal(wrong.status, "INCORRECT_USER_INPUT_CODE_ERROR");
            assert.deepEqual([wrong.failedCodeInputAttemptCount, wrong.maximumCodeInputAttempts], [count, 5]);
        }
        const last = await Passwordless.consumeCode(typed({ ...first, userInputCode: "wrong" }));
        assert.equal(last.status, "RESTART_FLOW_ERROR");
        assert.equal((await Passwordless.consumeCode(typed(second))).status, "RESTART_FLOW_ERROR");
    });

    it("are listed and revoked", async () => {
        const code = await ask({ email: "carol@example.com" });
        const [device] = await Passwordless.listCodesByEmail({ tenantId, email: "carol@example.com" });
        assert.equal(device.preAuthSessionId, code.preAuthSessionId);
        assert.deepEqual(device.codes.map(({ codeId }) => codeId), [code.codeId]);
        const byDevice = await Passwordless.listCodesByDeviceId({ tenantId, deviceId: code.deviceId });
        assert.deepEqual(byDevice, device);
        const { preAuthSessionId } = code;
        assert.deepEqual(await Passwordless.listCodesByPreAuthSessionId({ tenantId, preAuthSessionId }), device);
        await Passwordless.revokeCode({ tenantId, codeId: code.codeId });
        assert.equal(await Passwordless.listCodesByDeviceId({ tenantId, deviceId: code.deviceId }), undefined);
        await ask({ phoneNumber: "+14155550121" });
        await Passwordless.revokeAllCodes({ tenantId, phoneNumber: "+14155550121" });
        assert.deepEqual(await Passwordless.listCodesByPhoneNumber({ tenantId, phoneNumber: "+14155550121" }), []);
    });
});

describe("an account", () => {
    it("changes where its codes are sent", async () => {
        const { user, recipeUserId } = await Passwordless.signInUp({ tenantId, email: "dave@example.com" });
        await Passwordless.signInUp({ tenantId, email: "taken@example.com" });
        const change = async (contact) => (await Passwordless.updateUser({ recipeUserId, ...contact })).status;
        assert.equal(await change({ email: "taken@example.com" }), "EMAIL_ALREADY_EXISTS_ERROR");
        assert.equal(await change({ email: "dave2@example.com", phoneNumber: "+14155550122" }), "OK");
        assert.equal(await change({ email: null }), "OK");
        const changed = await supertokens.getUser(user.id);
        assert.deepEqual([changed.emails, changed.phoneNumbers], [[], ["+14155550122"]]);
        const unknown = new supertokens.RecipeUserId("nosuch");
        const status = (await Passwordless.updateUser({ recipeUserId: unknown, email: "x@example.com" })).status;
        assert.equal(status, "UNKNOWN_USER_ID_ERROR");
    });
});
