"use strict";
// Account linking by the official Node SDK, by hand and by itself, with supertokens-core as its core.

const assert = require("node:assert/strict");
const { describe, it } = require("node:test");
const supertokens = require("supertokens-node");
const AccountLinking = require("supertokens-node/recipe/accountlinking");
const EmailPassword = require("supertokens-node/recipe/emailpassword");
const EmailVerification = require("supertokens-node/recipe/emailverification");
const Passwordless = require("supertokens-node/recipe/passwordless");
const Session = require("supertokens-node/recipe/session");
const ThirdParty = require("supertokens-node/recipe/thirdparty");
const { useCore } = require("./sdk.js");

const BY_ITSELF = "linked.example.com";

useCore([
    AccountLinking.init({
        shouldDoAutomaticAccountLinking: async (account) => {
            const shouldAutomaticallyLink = account.email?.endsWith(BY_ITSELF) ?? false;
            return { shouldAutomaticallyLink, shouldRequireVerification: true };
        },
    }),
    EmailPassword.init(),
    EmailVerification.init({ mode: "OPTIONAL" }),
    Passwordless.init({ contactMethod: "EMAIL_OR_PHONE", flowType: "USER_INPUT_CODE" }),
    Session.init(),
    ThirdParty.init(),
]);

const signUp = async (email) => EmailPassword.signUp("public", email, "password1");
const thirdParty = async (id, email) => ThirdParty.manuallyCreateOrUpdateUser("public", "github", id, email, true);

describe("by hand", () => {
    it("accounts become one user, and two again", async () => {
        const first = await signUp("one@example.com");
        const second = await Passwordless.signInUp({ tenantId: "public", phoneNumber: "+14155550155" });
        assert.equal((await AccountLinking.canLinkAccounts(second.recipeUserId, first.user.id)).status, "INPUT_USER_IS_NOT_A_PRIMARY_USER");
        assert.equal((await AccountLinking.canCreatePrimaryUser(first.recipeUserId)).wasAlreadyAPrimaryUser, false);
        assert.equal((await AccountLinking.createPrimaryUser(first.recipeUserId)).user.isPrimaryUser, true);
        const session = await Session.createNewSessionWithoutRequestResponse("public", second.recipeUserId);

        const linked = await AccountLinking.linkAccounts(second.recipeUserId, first.user.id);
        assert.equal(linked.status, "OK");
        assert.equal(linked.accountsAlreadyLinked, false);
        assert.equal(linked.user.loginMethods.length, 2);
        assert.deepEqual(linked.user.phoneNumbers, ["+14155550155"]);
        assert.equal(await Session.getSessionInformation(session.getHandle()), undefined, "its sessions end");
        assert.equal((await supertokens.getUser(second.user.id)).id, first.user.id);
        const next = await Session.createNewSessionWithoutRequestResponse("public", second.recipeUserId);
        assert.equal(next.getUserId(), first.user.id);
        assert.equal(next.getRecipeUserId().getAsString(), second.user.id);

        const unlinked = await AccountLinking.unlinkAccount(second.recipeUserId);
        assert.deepEqual(unlinked, { status: "OK", wasLinked: true, wasRecipeUserDeleted: false });
        assert.equal((await supertokens.getUser(second.user.id)).id, second.user.id);
        assert.equal((await supertokens.getUser(first.user.id)).loginMethods.length, 1);
    });

    it("an address belongs to one primary user", async () => {
        const first = await signUp("shared@example.com");
        const second = await thirdParty("gh-shared", "shared@example.com");
        await AccountLinking.createPrimaryUser(first.recipeUserId);
        const refused = await AccountLinking.createPrimaryUser(second.recipeUserId);
        assert.equal(refused.status, "ACCOUNT_INFO_ALREADY_ASSOCIATED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR");
        assert.equal(refused.primaryUserId, first.user.id);
    });

    it("one account of a user is removed, or all of them", async () => {
        const first = await signUp("parts@example.com");
        const second = await thirdParty("gh-parts", "parts@example.com");
        const third = await thirdParty("gh-more", "more@example.com");
        await AccountLinking.createPrimaryUser(first.recipeUserId);
        await AccountLinking.linkAccounts(second.recipeUserId, first.user.id);
        await AccountLinking.linkAccounts(third.recipeUserId, first.user.id);
        await supertokens.deleteUser(second.user.id, false);
        assert.equal((await supertokens.getUser(first.user.id)).loginMethods.length, 2);
        await supertokens.deleteUser(first.user.id);
        assert.equal(await supertokens.getUser(third.user.id), undefined);
    });
});

describe("by itself", () => {
    it("an account with a verified address joins the user that has it", async () => {
        const first = await thirdParty("gh-auto", `auto@${BY_ITSELF}`);
        assert.equal(first.user.isPrimaryUser, true);
        const code = await Passwordless.createCode({ tenantId: "public", email: `auto@${BY_ITSELF}` });
        const { preAuthSessionId, deviceId, userInputCode } = code;
        const second = await Passwordless.consumeCode({ tenantId: "public", preAuthSessionId, deviceId, userInputCode });
        assert.equal(second.status, "OK");
        assert.equal(second.user.id, first.user.id);
        assert.notEqual(second.recipeUserId.getAsString(), first.user.id);
        assert.equal(second.user.loginMethods.length, 2);
    });

    it("an account joins when its address is verified", async () => {
        const first = await thirdParty("gh-later", `later@${BY_ITSELF}`);
        const second = await signUp(`later@${BY_ITSELF}`);
        assert.notEqual(second.user.id, first.user.id);
        const { token } = await EmailVerification.createEmailVerificationToken("public", second.recipeUserId);
        await EmailVerification.verifyEmailUsingToken("public", token);
        const user = await supertokens.getUser(second.recipeUserId.getAsString());
        assert.equal(user.id, first.user.id);
        assert.equal(user.loginMethods.length, 2);
    });
});
