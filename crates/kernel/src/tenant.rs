//! Tenants, as far as every recipe needs them.

/// The tenant that exists without being created, and that requests without a tenant belong to.
pub const DEFAULT_TENANT_ID: &str = "public";

/// The id of a tenant: `"public"` unless said otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct TenantId(String);

impl TenantId {
    /// A tenant by its id.
    pub fn new(tenant_id: impl Into<String>) -> Self {
        Self(tenant_id.into())
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
        Self(tenant_id)
    }
}
