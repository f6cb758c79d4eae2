//! The link that verifies an address.

use supertokens_kernel::{Error, NormalisedAppInfo, Request, TenantId, UserContext};
use url::form_urlencoded::Serializer;

use crate::types::EmailVerificationToken;

/// `<website><website base path>/verify-email?token=..&tenantId=..`. Which website that is says the configuration alone;
/// what a request claims to come from decides nothing.
pub(crate) fn verify_link(
    app_info: &NormalisedAppInfo,
    token: &EmailVerificationToken,
    tenant_id: &TenantId,
    request: Option<&Request>,
    context: &UserContext,
) -> Result<String, Error> {
    let website = app_info.website(request, context)?;
    let query = Serializer::new(String::new())
        .append_pair("token", token.as_str())
        .append_pair("tenantId", tenant_id.as_str())
        .finish();
    Ok(format!("{}{}/verify-email?{query}", website.domain, app_info.website_base_path))
}
