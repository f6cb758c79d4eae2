//! E-mail addresses and phone numbers of a request: in the form in which they are stored, and not too long for an index.

use crate::{
    email,
    http::{ApiError, Fields},
    phone_number,
};

/// The longest address, in bytes. Longer ones than mail has are fine.
const MAX_EMAIL_BYTES: usize = 2048;

/// An address that a body must have.
pub(super) fn email(fields: &Fields<'_>, name: &str) -> Result<String, ApiError> {
    read_email(&fields.string(name)?)
}

/// An address, normalised.
pub(super) fn read_email(text: &str) -> Result<String, ApiError> {
    let email = email::normalise(text);
    if email.len() > MAX_EMAIL_BYTES {
        return Err(ApiError::bad_request(format!("An e-mail address must have at most {MAX_EMAIL_BYTES} bytes")));
    }
    Ok(email)
}

/// A phone number, normalised.
pub(super) fn read_phone_number(text: &str) -> Result<String, ApiError> {
    let number = phone_number::normalise(text);
    if number.len() > phone_number::MAX_BYTES {
        let message = format!("A phone number must have at most {} bytes", phone_number::MAX_BYTES);
        return Err(ApiError::bad_request(message));
    }
    Ok(number)
}
