// Tells the official front-end SDK where the API is, and which recipes it shows pages for.
import SuperTokens from "supertokens-auth-react";
import EmailPassword from "supertokens-auth-react/recipe/emailpassword";
import { EmailPasswordPreBuiltUI } from "supertokens-auth-react/recipe/emailpassword/prebuiltui";
import EmailVerification from "supertokens-auth-react/recipe/emailverification";
import { EmailVerificationPreBuiltUI } from "supertokens-auth-react/recipe/emailverification/prebuiltui";
import Session from "supertokens-auth-react/recipe/session";

export const preBuiltUi = [EmailPasswordPreBuiltUI, EmailVerificationPreBuiltUI];

SuperTokens.init({
    appInfo: {
        appName: "Pre-built UI example",
        // Here API and website are one program; they may as well be two, on two domains.
        apiDomain: window.location.origin,
        websiteDomain: window.location.origin,
        apiBasePath: "/api/auth",
        websiteBasePath: "/auth",
    },
    getRedirectionURL: async (context) => (context.action === "SUCCESS" ? "/dashboard" : undefined),
    recipeList: [EmailPassword.init(), EmailVerification.init({ mode: "REQUIRED" }), Session.init()],
});
