//! What came back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use supertokens::session::TokenTransferMethod;

use super::request::Tokens;

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// The body as JSON; as a string if it is none.
    pub(crate) body: Value,
}

/// One `Set-Cookie` header, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SetCookie {
    pub(crate) name: String,
    pub(crate) value: String,
    /// Everything behind the value, as it is written, without the expiry.
    pub(crate) attributes: String,
    pub(crate) expires_ms: u64,
}

impl Reply {
    /// The value of a response header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// All `Set-Cookie` headers.
    pub(crate) fn set_cookies(&self) -> Vec<&str> {
        self.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect()
    }

    /// All `Set-Cookie` headers, taken apart.
    pub(crate) fn cookies(&self) -> Vec<SetCookie> {
        self.set_cookies().into_iter().map(SetCookie::parse).collect()
    }

    /// The value that a cookie is set to, as it is written.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        let set = self.set_cookies().into_iter().find_map(|cookie| cookie.strip_prefix(name)?.strip_prefix('='))?;
        set.split(';').next()
    }

    /// What the front token says.
    pub(crate) fn front_token(&self) -> Option<Value> {
        let token = STANDARD.decode(self.header("front-token")?).ok()?;
        Some(serde_json::from_slice(&token).unwrap())
    }

    /// The names of the headers that scripts of other origins may read.
    pub(crate) fn exposed(&self) -> Vec<&str> {
        let list = self.header("access-control-expose-headers");
        list.map(|names| names.split(", ").collect()).unwrap_or_default()
    }

    /// The session's tokens, which the reply has to carry in this way.
    pub(crate) fn tokens(&self, method: TokenTransferMethod) -> Tokens {
        let tokens = match method {
            TokenTransferMethod::Cookie => [self.cookie("sAccessToken"), self.cookie("sRefreshToken")],
            TokenTransferMethod::Header => [self.header("st-access-token"), self.header("st-refresh-token")],
        };
        let [access, refresh] = tokens.map(|token| token.unwrap_or_else(|| panic!("no tokens: {self:?}")).to_owned());
        let handle = self.front_token().unwrap()["up"]["sessionHandle"].as_str().unwrap().to_owned();
        Tokens { method, access, refresh, anti_csrf: self.header("anti-csrf").map(str::to_owned), handle }
    }

    /// Whether the reply removes the tokens that travel in this way, all of them or none.
    pub(crate) fn clears(&self, method: TokenTransferMethod) -> bool {
        let cleared = match method {
            TokenTransferMethod::Cookie => [self.cookie("sAccessToken"), self.cookie("sRefreshToken")],
            TokenTransferMethod::Header => [self.header("st-access-token"), self.header("st-refresh-token")],
        };
        let [access, refresh] = cleared.map(|token| token == Some(""));
        assert_eq!(access, refresh, "{self:?}");
        access
    }

    /// Whether the reply says nothing about tokens at all.
    pub(crate) fn leaves_tokens_alone(&self) -> bool {
        let headers = ["front-token", "st-access-token", "st-refresh-token", "anti-csrf"];
        self.set_cookies().is_empty() && headers.iter().all(|name| self.header(name).is_none())
    }

    /// Status and `message` of the body.
    pub(crate) fn outcome(&self) -> (u16, &str) {
        (self.status.as_u16(), self.body["message"].as_str().unwrap_or_default())
    }

    /// Checks that this is an error of the session with its default body.
    #[track_caller]
    pub(crate) fn assert_is(&self, status: u16, message: &str) {
        assert_eq!((self.status.as_u16(), &self.body), (status, &json!({"message": message})), "{self:?}");
    }
}

impl SetCookie {
    fn parse(header: &str) -> Self {
        let (pair, rest) = header.split_once("; ").unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        let (expires, attributes): (Vec<_>, Vec<_>) = rest.split("; ").partition(|part| part.starts_with("Expires="));
        let expires = httpdate::parse_http_date(expires[0].strip_prefix("Expires=").unwrap()).unwrap();
        let expires = expires.duration_since(std::time::UNIX_EPOCH).unwrap();
        Self {
            name: name.to_owned(),
            value: value.to_owned(),
            attributes: attributes.join("; "),
            expires_ms: u64::try_from(expires.as_millis()).unwrap(),
        }
    }
}
