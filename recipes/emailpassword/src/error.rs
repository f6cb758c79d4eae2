//! What is wrong with the fields of a form.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde::Serialize;
use supertokens_kernel::Error;
use supertokens_kernel::error::RecipeError;
use supertokens_kernel::http::json_response;

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The field's id: `"email"`.
    pub id: String,
    /// What the front end shows below the field.
    pub error: String,
}

/// What is wrong with the fields of a form. The reply is `200 {"status": "FIELD_ERROR", "formFields": [{"id", "error"}]}`.
///
/// An override of an API may fail with it:
///
/// ```
/// use supertokens_emailpassword::{EmailPassword, FormFieldsError};
///
/// let recipe = EmailPassword::new().override_apis(|apis| {
///     apis.sign_up_post(async move |input, original| {
///         if input.form_fields.email().ends_with("@example.org") {
///             return Err(FormFieldsError::of_field("email", "Please use your address at work").into());
///         }
///         original.sign_up_post(input).await
///     })
/// });
/// # let _ = recipe;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("fields of the form are not valid: {}", ids(form_fields))]
pub struct FormFieldsError {
    /// What is wrong, field by field.
    pub form_fields: Vec<FieldError>,
}

impl FormFieldsError {
    /// What is wrong with one field.
    pub fn of_field(id: impl Into<String>, error: impl Into<String>) -> Self {
        Self { form_fields: vec![FieldError { id: id.into(), error: error.into() }] }
    }

    pub(crate) fn reply(&self) -> Result<Response<Bytes>, Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Reply<'a> {
            status: &'static str,
            form_fields: &'a [FieldError],
        }
        json_response(StatusCode::OK, &Reply { status: "FIELD_ERROR", form_fields: &self.form_fields })
    }
}

impl RecipeError for FormFieldsError {
    fn usual_status(&self) -> StatusCode {
        StatusCode::OK
    }
}

impl From<FormFieldsError> for Error {
    fn from(error: FormFieldsError) -> Self {
        Self::recipe(error)
    }
}

fn ids(form_fields: &[FieldError]) -> String {
    form_fields.iter().map(|field| field.id.as_str()).collect::<Vec<_>>().join(", ")
}
