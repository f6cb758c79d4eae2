"use strict";
// Sign-up, sign-in, reset and e-mail verification of the official Node SDK, with supertokens-core as its core.

const assert = require("node:assert/strict");
const { describe, it } = require("node:test");
const supertokens = require("supertokens-node");
const EmailPassword = require("supertokens-node/recipe/emailpassword");
const EmailVerification = require("supertokens-node/recipe/emailverification");
const Session = require("supertokens-node/recipe/session");
const { ask, form, useCore } = require("./sdk.js");

/** The mails that the SDK would have sent. */
const mails = [];
const emailDelivery = { service: { sendEmail: async (mail) => void mails.push(mail) } };

useCore([
    EmailPassword.init({ emailDelivery }),
    EmailVerification.init({ mode: "REQUIRED", emailDelivery }),
    Session.init(),
]);

async function signUp(email, password = "password1") {
    const answer = await EmailPassword.signUp("public", email, password);
    assert.equal(answer.status, "OK");
    return answer;
}

const statusOf = async (promise) => (await promise).status;

describe("e-mail and password", () => {
    it("signs up once and in with that password only", async () => {
        const { user, recipeUserId } = await signUp("Ann@Example.com");
        assert.deepEqual(user.emails, ["ann@example.com"]);
        assert.equal(user.id, recipeUserId.getAsString());
        assert.equal(user.loginMethods[0].recipeId, "emailpassword");
        assert.equal(await statusOf(EmailPassword.signUp("public", "ann@example.com", "password2")), "EMAIL_ALREADY_EXISTS_ERROR");

        const signedIn = await EmailPassword.signIn("public", "ann@example.com", "password1");
        assert.equal(signedIn.user.id, user.id);
        assert.equal(await statusOf(EmailPassword.signIn("public", "ann@example.com", "password2")), "WRONG_CREDENTIALS_ERROR");
        assert.equal(await statusOf(EmailPassword.verifyCredentials("public", "ann@example.com", "password1")), "OK");
        assert.equal(await statusOf(EmailPassword.verifyCredentials("public", "no@example.com", "password1")), "WRONG_CREDENTIALS_ERROR");
    });

    it("sets a new password by a token that is good once", async () => {
        const { user } = await signUp("reset@example.com");
        assert.equal(await statusOf(EmailPassword.createResetPasswordToken("public", "nosuch", "reset@example.com")), "UNKNOWN_USER_ID_ERROR");
        const { token } = await EmailPassword.createResetPasswordToken("public", user.id, "reset@example.com");
        assert.equal(await statusOf(EmailPassword.resetPasswordUsingToken("public", token, "password2")), "OK");
        assert.equal(
            await statusOf(EmailPassword.resetPasswordUsingToken("public", token, "password3")),
            "RESET_PASSWORD_INVALID_TOKEN_ERROR",
        );
        assert.equal(await statusOf(EmailPassword.signIn("public", "reset@example.com", "password1")), "WRONG_CREDENTIALS_ERROR");
        assert.equal(await statusOf(EmailPassword.signIn("public", "reset@example.com", "password2")), "OK");
    });

    it("changes address and password", async () => {
        const { recipeUserId } = await signUp("old@example.com");
        await signUp("taken@example.com");
        const change = (input) => statusOf(EmailPassword.updateEmailOrPassword({ recipeUserId, ...input }));
        assert.equal(await change({ email: "taken@example.com" }), "EMAIL_ALREADY_EXISTS_ERROR");
        assert.equal(await change({ email: "new@example.com", password: "password2" }), "OK");
        assert.equal(await statusOf(EmailPassword.signIn("public", "old@example.com", "password2")), "WRONG_CREDENTIALS_ERROR");
        assert.equal(await statusOf(EmailPassword.signIn("public", "new@example.com", "password2")), "OK");
    });
});

describe("e-mail verification", () => {
    it("verifies an address by a token that is good once", async () => {
        const { user, recipeUserId } = await signUp("verify@example.com");
        assert.equal(await EmailVerification.isEmailVerified(recipeUserId), false);
        const { token } = await EmailVerification.createEmailVerificationToken("public", recipeUserId);
        const verified = await EmailVerification.verifyEmailUsingToken("public", token);
        assert.equal(verified.status, "OK");
        assert.equal(verified.user.recipeUserId.getAsString(), user.id);
        assert.equal(
            await statusOf(EmailVerification.verifyEmailUsingToken("public", token)),
            "EMAIL_VERIFICATION_INVALID_TOKEN_ERROR",
        );
        assert.equal(await EmailVerification.isEmailVerified(recipeUserId), true);
        assert.equal((await supertokens.getUser(user.id)).loginMethods[0].verified, true);
        assert.equal(
            await statusOf(EmailVerification.createEmailVerificationToken("public", recipeUserId)),
            "EMAIL_ALREADY_VERIFIED_ERROR",
        );
        await EmailVerification.unverifyEmail(recipeUserId);
        assert.equal((await supertokens.getUser(user.id)).loginMethods[0].verified, false);
    });

    it("revokes tokens", async () => {
        const { recipeUserId } = await signUp("revoke@example.com");
        const { token } = await EmailVerification.createEmailVerificationToken("public", recipeUserId);
        await EmailVerification.revokeEmailVerificationTokens("public", recipeUserId);
        assert.equal(
            await statusOf(EmailVerification.verifyEmailUsingToken("public", token)),
            "EMAIL_VERIFICATION_INVALID_TOKEN_ERROR",
        );
    });
});

describe("a front end", () => {
    it("signs up, verifies, resets the password and signs in", async () => {
        const fields = { email: "front@example.com", password: "password1" };
        const signedUp = await ask("POST", "/auth/signup", form(fields));
        assert.equal(signedUp.body.status, "OK", JSON.stringify(signedUp.body));
        const token = signedUp.headers.get("st-access-token");
        const payload = JSON.parse(atob(signedUp.headers.get("front-token"))).up;
        assert.equal(payload["st-ev"].v, false);

        assert.equal((await ask("POST", "/auth/user/email/verify/token", undefined, token)).body.status, "OK");
        const mail = mails.findLast((mail) => mail.type === "EMAIL_VERIFICATION" && mail.user.email === fields.email);
        const link = new URL(mail.emailVerifyLink);
        const body = { method: "token", token: link.searchParams.get("token") };
        const verified = await ask("POST", "/auth/user/email/verify", body, token);
        assert.equal(verified.body.status, "OK");
        const isVerified = await ask("GET", "/auth/user/email/verify", undefined, verified.headers.get("st-access-token") ?? token);
        assert.deepEqual(isVerified.body, { status: "OK", isVerified: true });

        await ask("POST", "/auth/user/password/reset/token", form({ email: fields.email }));
        const reset = new URL(mails.findLast((mail) => mail.type === "PASSWORD_RESET").passwordResetLink);
        const resetBody = { ...form({ password: "password2" }), method: "token", token: reset.searchParams.get("token") };
        assert.equal((await ask("POST", "/auth/user/password/reset", resetBody)).body.status, "OK");

        assert.equal((await ask("POST", "/auth/signin", form(fields))).body.status, "WRONG_CREDENTIALS_ERROR");
        const signedIn = await ask("POST", "/auth/signin", form({ ...fields, password: "password2" }));
        assert.equal(signedIn.body.status, "OK");
        assert.equal(JSON.parse(atob(signedIn.headers.get("front-token"))).up["st-ev"].v, true);
        const exists = await ask("GET", "/auth/emailpassword/email/exists?email=front@example.com");
        assert.deepEqual(exists.body, { status: "OK", exists: true });
    });
});
