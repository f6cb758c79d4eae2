//! The table.

/// How a request carries its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sends {
    Nothing,
    Cookies,
    Headers,
    /// Cookies, the access token of which somebody has changed.
    ForgedCookies,
    /// The refresh token, as the refresh route wants it.
    RefreshCookies,
    RefreshHeaders,
}

/// One request and the status that it is answered with; the rest of the answer has to be the same everywhere.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) sends: Sends,
    /// The session has been ended before.
    pub(crate) is_revoked: bool,
    pub(crate) headers: Vec<(&'static str, &'static str)>,
    pub(crate) body: String,
    pub(crate) status: u16,
}

impl Row {
    fn new(method: &'static str, path: &'static str) -> Self {
        Self {
            name: format!("{method} {path}"),
            method,
            path,
            sends: Sends::Nothing,
            is_revoked: false,
            headers: Vec::new(),
            body: String::new(),
            status: 200,
        }
    }

    pub(crate) fn get(path: &'static str) -> Self {
        Self::new("GET", path)
    }

    pub(crate) fn post(path: &'static str) -> Self {
        Self::new("POST", path)
    }

    pub(crate) fn with(mut self, sends: Sends) -> Self {
        self.name = format!("{} with {sends:?}", self.name);
        self.sends = sends;
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: &'static str) -> Self {
        self.name = format!("{}, {name}: {value}", self.name);
        self.headers.push((name, value));
        self
    }

    fn body(mut self, body: impl Into<String>) -> Self {
        self.body = body.into();
        self
    }

    fn revoked(mut self) -> Self {
        self.name = format!("{}, revoked", self.name);
        self.is_revoked = true;
        self
    }

    fn is(mut self, status: u16) -> Self {
        self.status = status;
        self
    }
}

/// All of it. The website is another site than the API, so cookies are protected by the header `rid`.
pub(crate) fn rows() -> Vec<Row> {
    use Sends::{Cookies, ForgedCookies, Headers, RefreshCookies, RefreshHeaders};
    let mut rows = vec![
        // The application's own routes
        Row::get("/ping"),
        Row::get("/elsewhere").is(404),
        Row::post("/echo").body("x".repeat(100_000)),
        // A new session
        Row::post("/create"),
        Row::post("/create").header("st-auth-mode", "cookie"),
        Row::post("/create").header("st-auth-mode", "header"),
        Row::post("/create").with(Headers).header("st-auth-mode", "cookie"),
        Row::post("/create").with(Cookies).header("st-auth-mode", "header"),
        // A session that is not good
        Row::get("/me").with(ForgedCookies).is(401),
        Row::get("/optional").with(ForgedCookies).is(401),
        Row::get("/me").header("cookie", "sIdRefreshToken=x").is(401),
        Row::get("/me").header("cookie", "sAccessToken=x").is(401),
        Row::get("/me").header("authorization", "Bearer x").is(401),
        Row::get("/optional").header("authorization", "Basic x"),
        Row::get("/strict").with(Cookies).revoked().is(401),
        Row::get("/strict").with(Headers).revoked().is(401),
        Row::get("/layered").with(Cookies).revoked().is(401),
        Row::get("/me").with(Headers).revoked(),
        // What protects cookies
        Row::post("/me").with(Cookies).is(401),
        Row::post("/me").with(Cookies).header("rid", "anti-csrf"),
        Row::post("/me").with(Headers),
        Row::post("/unprotected").with(Cookies),
        // Tokens that change in a handler
        Row::post("/merge").with(Cookies).header("rid", "anti-csrf"),
        Row::post("/merge").with(Headers),
        Row::post("/revoke").with(Cookies).header("rid", "anti-csrf"),
        Row::post("/revoke").with(Headers),
        // Errors that a handler returns
        Row::get("/fails/unauthorised").is(401),
        Row::get("/fails/try-refresh-token").is(401),
        Row::get("/fails/token-theft").is(401),
        Row::get("/fails/invalid-claim").is(403),
        Row::get("/fails/bad-input").is(400),
        Row::get("/fails/other").is(500),
        Row::post("/create-and-refuse").header("st-auth-mode", "cookie").is(401),
        // The recipes' routes
        Row::post("/auth/session/refresh").is(401),
        Row::post("/auth/session/refresh").with(RefreshCookies).is(401),
        Row::post("/auth/session/refresh").with(RefreshCookies).header("rid", "anti-csrf"),
        Row::post("/auth/session/refresh").with(RefreshHeaders),
        Row::post("/auth/session/refresh/").with(RefreshHeaders),
        Row::post("/auth/public/session/refresh").with(RefreshHeaders),
        Row::post("/auth/session/refresh").with(Headers).is(401),
        Row::post("/auth/session/refresh").with(RefreshHeaders).revoked().is(401),
        Row::post("/auth/session/refresh").header("content-encoding", "gzip").is(400),
        Row::post("/auth/session/refresh").body("x".repeat(2 * 1024 * 1024)).is(413),
        Row::post("/auth/session/refresh?a=%20b").with(RefreshHeaders),
        Row::get("/auth/session/refresh").is(404),
        Row::new("HEAD", "/auth/jwt/jwks.json").is(404),
        Row::new("OPTIONS", "/auth/session/refresh").is(404),
        Row::post("/authors/session/refresh").is(404),
        Row::post("/auth/signout").is(401),
        Row::post("/auth/signout").with(Cookies).header("rid", "anti-csrf"),
        Row::post("/auth/signout").with(Headers),
        Row::get("/auth/jwt/jwks.json"),
        Row::get("/auth/.well-known/openid-configuration"),
    ];
    for path in ["/me", "/strict", "/layered", "/admins"] {
        rows.push(Row::get(path).is(401));
    }
    for path in ["/me", "/optional", "/strict", "/layered", "/admins"] {
        rows.extend([Row::get(path).with(Cookies), Row::get(path).with(Headers)]);
    }
    rows.extend([Row::get("/optional"), Row::get("/owners").is(401)]);
    rows.extend([Row::get("/owners").with(Cookies).is(403), Row::get("/owners").with(Headers).is(403)]);
    rows
}
