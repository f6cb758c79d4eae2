// The page that everybody may see.
import { redirectToAuth } from "supertokens-auth-react";
import { useSessionContext } from "supertokens-auth-react/recipe/session";

export function Home() {
    const session = useSessionContext();
    if (session.loading) {
        return null;
    }
    return (
        <main>
            <h1>Pre-built UI example</h1>
            {session.doesSessionExist ? (
                <p>
                    You are signed in. <a href="/dashboard">Go to your dashboard</a>
                </p>
            ) : (
                <>
                    <p>You are not signed in.</p>
                    <p className="actions">
                        <button type="button" onClick={() => redirectToAuth({ show: "signup" })}>
                            Sign up
                        </button>
                        <button type="button" className="quiet" onClick={() => redirectToAuth({ show: "signin" })}>
                            Sign in
                        </button>
                    </p>
                </>
            )}
        </main>
    );
}
