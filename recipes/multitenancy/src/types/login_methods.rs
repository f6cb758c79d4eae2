//! What a front end shows to somebody who wants to sign in.

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};
use supertokens_kernel::ports::factor_ids;

/// How somebody can sign in to a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoginMethods {
    /// The ids of the first factors.
    pub first_factors: Vec<String>,
    /// The third-party providers.
    pub providers: Vec<LoginProvider>,
}

/// A third-party provider as a front end shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LoginProvider {
    /// The provider's id.
    pub id: String,
    /// What to call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl LoginMethods {
    /// These first factors and providers.
    pub fn new(first_factors: Vec<String>, providers: Vec<LoginProvider>) -> Self {
        Self { first_factors, providers }
    }

    fn has_any(&self, factors: &[&str]) -> bool {
        self.first_factors.iter().any(|factor| factors.contains(&factor.as_str()))
    }
}

/// The JSON of the front-end interface, which has a flag per recipe beside the factors.
impl Serialize for LoginMethods {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Enabled {
            enabled: bool,
        }
        #[derive(Serialize)]
        struct ThirdParty<'a> {
            enabled: bool,
            providers: &'a [LoginProvider],
        }
        let enabled = |factors: &[&str]| Enabled { enabled: self.has_any(factors) };
        let third_party = ThirdParty { enabled: self.has_any(&[factor_ids::THIRDPARTY]), providers: &self.providers };
        let passwordless =
            [factor_ids::OTP_EMAIL, factor_ids::OTP_PHONE, factor_ids::LINK_EMAIL, factor_ids::LINK_PHONE];
        let mut object = serializer.serialize_struct("LoginMethods", 5)?;
        object.serialize_field("emailPassword", &enabled(&[factor_ids::EMAILPASSWORD]))?;
        object.serialize_field("thirdParty", &third_party)?;
        object.serialize_field("webauthn", &enabled(&[factor_ids::WEBAUTHN]))?;
        object.serialize_field("passwordless", &enabled(&passwordless))?;
        object.serialize_field("firstFactors", &self.first_factors)?;
        object.end()
    }
}
