//! Tenants, as far as every recipe needs them.

/// The tenant that exists without being created, and that requests without a tenant belong to.
pub const DEFAULT_TENANT_ID: &str = "public";

/// The id of a tenant: `"public"` unless said otherwise. It is in lower case, as the core keeps it, whatever it is made
/// from: one tenant is one id to every rule that is given it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(from = "String")]
pub struct TenantId(String);

impl TenantId {
    /// A tenant by its id.
    pub fn new(tenant_id: impl Into<String>) -> Self {
        let mut tenant_id = tenant_id.into();
        tenant_id.make_ascii_lowercase();
        Self(tenant_id)
    }

    /// Whether a core would take it for the name of an app where it stands in a path: `/appid-other/recipe/signup`.
    pub(crate) fn names_an_app(&self) -> bool {
        self.0.starts_with("appid-")
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for TenantId {
    fn default() -> Self {
        Self(DEFAULT_TENANT_ID.to_owned())
    }
}

impl std::fmt::Display for TenantId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for TenantId {
    fn from(tenant_id: &str) -> Self {
        Self::new(tenant_id)
    }
}

impl From<String> for TenantId {
    fn from(tenant_id: String) -> Self {
        Self::new(tenant_id)
    }
}

impl serde::Serialize for TenantId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
