// What a person sees once signed in, with a route of the API that only the role "admin" opens.
import { useState } from "react";
import { signOut, useSessionContext } from "supertokens-auth-react/recipe/session";

export function Dashboard() {
    const session = useSessionContext();
    const [answer, setAnswer] = useState("");
    if (session.loading) {
        return null;
    }

    // The SDK has put its interceptor on fetch: an expired session is refreshed, and the call made again.
    async function ask(method, path) {
        const response = await fetch(path, { method });
        const body = await response.json();
        setAnswer(`${response.status}: ${body.message}`);
    }

    async function leave() {
        await signOut();
        window.location.assign("/");
    }

    // Where the API has changed the token, the session here knows at once.
    const roles = session.accessTokenPayload["st-role"]?.v ?? [];
    return (
        <main>
            <h1>Your dashboard</h1>
            <dl>
                <dt>User</dt>
                <dd id="user-id">{session.userId}</dd>
                <dt>Roles</dt>
                <dd id="roles">{roles.join(", ") || "none"}</dd>
            </dl>
            <p className="actions">
                <button type="button" onClick={() => ask("GET", "/api/me")}>
                    Who am I?
                </button>
                <button type="button" onClick={() => ask("GET", "/api/admin")}>
                    Open the admin's room
                </button>
                <button type="button" onClick={() => ask("POST", "/api/role")}>
                    Become an admin
                </button>
                <button type="button" className="quiet" onClick={leave}>
                    Sign out
                </button>
            </p>
            <output id="answer" aria-live="polite">
                {answer}
            </output>
        </main>
    );
}
