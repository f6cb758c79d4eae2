// Chooses the page by the address: the SDK's own below /auth, else one of ours.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { SuperTokensWrapper } from "supertokens-auth-react";
import { SessionAuth } from "supertokens-auth-react/recipe/session";
import { canHandleRoute, getRoutingComponent } from "supertokens-auth-react/ui";

import { Dashboard } from "./Dashboard.jsx";
import { Home } from "./Home.jsx";
import { preBuiltUi } from "./supertokens.js";
import "./style.css";

function Page() {
    if (canHandleRoute(preBuiltUi)) {
        return getRoutingComponent(preBuiltUi);
    }
    if (window.location.pathname === "/dashboard") {
        // Without a session, or with an address that is not verified yet, this leads to the SDK's pages.
        return (
            <SessionAuth>
                <Dashboard />
            </SessionAuth>
        );
    }
    return <Home />;
}

createRoot(document.getElementById("root")).render(
    <StrictMode>
        <SuperTokensWrapper>
            <Page />
        </SuperTokensWrapper>
    </StrictMode>,
);
