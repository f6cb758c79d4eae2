//! Forms: what fields the sign-up form has, and reading the fields that a request sends.

use std::sync::Arc;

use serde_json::Value;
use supertokens_kernel::{BoxFuture, Error, InitError, TenantId, UserContext};

use crate::error::{FieldError, FormFieldsError};
use crate::types::Password;
use crate::validators::{default_email_validator, default_password_validator};

/// The id of the e-mail field.
pub const EMAIL_FIELD_ID: &str = "email";
/// The id of the password field.
pub const PASSWORD_FIELD_ID: &str = "password";

pub(crate) type Validator<T> = Arc<dyn Fn(T, TenantId, UserContext) -> BoxFuture<Result<(), String>> + Send + Sync>;

/// A field of the sign-up form besides e-mail and password.
///
/// ```
/// use supertokens_emailpassword::{EmailPassword, FormField};
///
/// let recipe = EmailPassword::new()
///     .form_field(FormField::new("name"))
///     .form_field(FormField::new("age").optional().validate(async |value, _tenant_id, _context| {
///         match value.as_str().and_then(|age| age.parse::<u8>().ok()) {
///             Some(16..) => Ok(()),
///             _ => Err("You must be over 16 to register".to_owned()),
///         }
///     }));
/// # let _ = recipe;
/// ```
#[derive(Clone)]
#[must_use]
pub struct FormField {
    id: String,
    optional: bool,
    validator: Option<Validator<Value>>,
}

impl FormField {
    /// A field that has to be filled in, with anything.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), optional: false, validator: None }
    }

    /// Lets the field be left empty or out.
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// Checks what is filled in; an `Err` holds what the front end shows below the field. What is left empty is not
    /// checked.
    pub fn validate<F, Fut>(mut self, validate: F) -> Self
    where
        F: FnOnce(Value, TenantId, UserContext) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.validator =
            Some(Arc::new(move |value, tenant_id, context| Box::pin(validate.clone()(value, tenant_id, context))));
        self
    }
}

/// What the forms of the recipe have in them. Every form is a choice of the sign-up form's fields.
#[derive(Clone, Default)]
pub(crate) struct Fields {
    pub(crate) others: Vec<FormField>,
    pub(crate) email: Option<Validator<String>>,
    pub(crate) password: Option<Validator<Password>>,
}

/// The forms of the recipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    SignUp,
    /// Passwords of old stay good, whatever the rules are now: they are not checked.
    SignIn,
    ResetToken,
    Reset,
}

/// The fields that a request has sent, checked. `Debug` does not show the password.
#[derive(Clone, Debug, Default)]
pub struct FormFields {
    email: String,
    password: Option<Password>,
    others: Vec<(String, Value)>,
}

impl FormFields {
    /// Fields made by hand, for tests and for calls of an API's functions.
    pub fn new(email: impl Into<String>, password: Option<Password>) -> Self {
        Self { email: email.into(), password, others: Vec::new() }
    }

    /// The e-mail address, trimmed; empty in the form that sets a new password.
    pub fn email(&self) -> &str {
        &self.email
    }

    /// The password; none in the form that asks for a link.
    pub fn password(&self) -> Option<&Password> {
        self.password.as_ref()
    }

    /// The value of another field.
    pub fn get(&self, id: &str) -> Option<&Value> {
        self.others.iter().find(|(other, _)| other == id).map(|(_, value)| value)
    }

    /// All other fields, in the order in which they came.
    pub fn others(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.others.iter().map(|(id, value)| (id.as_str(), value))
    }

    /// The password of a form that has one.
    pub(crate) fn required_password(&self) -> Result<Password, Error> {
        self.password.clone().ok_or_else(|| Error::misuse("the form fields given to this API hold no password"))
    }
}

impl Fields {
    /// Checks that every field has an id of its own.
    pub(crate) fn check(&self) -> Result<(), InitError> {
        for (index, field) in self.others.iter().enumerate() {
            let problem = match &*field.id {
                EMAIL_FIELD_ID | PASSWORD_FIELD_ID => "is always there; use validate_email or validate_password",
                id if self.others.iter().take(index).any(|earlier| earlier.id == id) => "is given twice",
                "" => "is empty",
                _ => continue,
            };
            return Err(InitError::invalid("form_field", &*field.id, problem, "an id of its own"));
        }
        Ok(())
    }

    /// The fields of `formFields` in a request's body, checked as `form` demands.
    ///
    /// # Errors
    ///
    /// [`Error::BadInput`] for what a front end would never send, [`FormFieldsError`] for what a person fills in wrong.
    pub(crate) async fn read(
        &self,
        form: Form,
        body: &Value,
        tenant_id: &TenantId,
        context: &UserContext,
    ) -> Result<FormFields, Error> {
        self.refuse_too_many(form, body)?;
        let mut read = parse(body)?;
        let mut errors = Vec::new();
        if form == Form::SignUp {
            for field in &self.others {
                let value = read.get(&field.id).filter(|value| is_filled_in(value)).cloned();
                let result = match (value, &field.validator) {
                    (None, _) if !field.optional => Err(NOT_OPTIONAL.to_owned()),
                    (Some(value), Some(validate)) => validate(value, tenant_id.clone(), context.clone()).await,
                    _ => Ok(()),
                };
                collect(&mut errors, &field.id, result);
            }
        }
        if form != Form::ResetToken {
            let result = self.check_password_field(form, &read, tenant_id, context).await;
            collect(&mut errors, PASSWORD_FIELD_ID, result);
        }
        if form != Form::Reset {
            let result = match &*read.email {
                "" => Err(NOT_OPTIONAL.to_owned()),
                email => self.check_email(email, tenant_id, context).await,
            };
            collect(&mut errors, EMAIL_FIELD_ID, result);
        }
        if !errors.is_empty() {
            return Err(FormFieldsError { form_fields: errors }.into());
        }
        if form == Form::ResetToken {
            read.password = None;
        }
        Ok(read)
    }

    /// Whether a new password keeps the rules of the sign-up form.
    pub(crate) async fn check_password(
        &self,
        password: &Password,
        tenant_id: &TenantId,
        context: &UserContext,
    ) -> Result<(), String> {
        match &self.password {
            Some(validate) => validate(password.clone(), tenant_id.clone(), context.clone()).await,
            None => default_password_validator(password.expose_secret()),
        }
    }

    async fn check_email(&self, email: &str, tenant_id: &TenantId, context: &UserContext) -> Result<(), String> {
        match &self.email {
            Some(validate) => validate(email.to_owned(), tenant_id.clone(), context.clone()).await,
            None => default_email_validator(email),
        }
    }

    async fn check_password_field(
        &self,
        form: Form,
        read: &FormFields,
        tenant_id: &TenantId,
        context: &UserContext,
    ) -> Result<(), String> {
        match read.password() {
            None => Err(NOT_OPTIONAL.to_owned()),
            Some(password) if password.expose_secret().is_empty() => Err(NOT_OPTIONAL.to_owned()),
            Some(_) if form == Form::SignIn => Ok(()),
            Some(password) => self.check_password(password, tenant_id, context).await,
        }
    }

    fn refuse_too_many(&self, form: Form, body: &Value) -> Result<(), Error> {
        let allowed = match form {
            Form::SignUp => 2 + self.others.len(),
            Form::SignIn => 2,
            Form::ResetToken | Form::Reset => 1,
        };
        match body.get("formFields").and_then(Value::as_array) {
            Some(fields) if fields.len() > allowed => Err(Error::bad_input("Are you sending too many formFields?")),
            _ => Ok(()),
        }
    }
}

const NOT_OPTIONAL: &str = "Field is not optional";

fn collect(errors: &mut Vec<FieldError>, id: &str, result: Result<(), String>) {
    if let Err(error) = result {
        errors.push(FieldError { id: id.to_owned(), error });
    }
}

fn is_filled_in(value: &Value) -> bool {
    !value.is_null() && value.as_str() != Some("")
}

/// Reads the list. Of two fields with one id the first counts.
fn parse(body: &Value) -> Result<FormFields, Error> {
    let fields = match body.get("formFields") {
        None => return Err(Error::bad_input("Missing input param: formFields")),
        Some(Value::Array(fields)) => fields,
        Some(_) => return Err(Error::bad_input("formFields must be an array")),
    };
    let (mut email, mut read) = (None, FormFields::default());
    for field in fields {
        if !field.is_object() && !field.is_array() {
            return Err(Error::bad_input("All elements of formFields must be an object"));
        }
        let (Some(id), Some(value)) = (field.get("id").and_then(Value::as_str), field.get("value")) else {
            return Err(Error::bad_input("All elements of formFields must contain an 'id' and 'value' field"));
        };
        let text = || value.as_str().ok_or_else(|| Error::bad_input(format!("{id} value must be a string")));
        match id {
            EMAIL_FIELD_ID => _ = email.get_or_insert(text()?.trim()),
            PASSWORD_FIELD_ID => {
                let password = text()?;
                read.password.get_or_insert_with(|| password.into());
            }
            _ if read.get(id).is_none() => read.others.push((id.to_owned(), value.clone())),
            _ => {}
        }
    }
    read.email = email.unwrap_or_default().to_owned();
    Ok(read)
}
