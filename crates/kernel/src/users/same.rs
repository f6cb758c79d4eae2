//! When two pieces of account information are the same.

/// An e-mail address as the core stores it.
pub(crate) fn normalised_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// A phone number as the core stores it: E.164, so without what groups its digits. What is not written internationally
/// is only trimmed, since nobody knows its country.
pub(crate) fn normalised_phone_number(phone_number: &str) -> String {
    let trimmed = phone_number.trim();
    if !trimmed.starts_with('+') || trimmed.chars().any(char::is_alphabetic) {
        return trimmed.to_owned();
    }
    trimmed.chars().filter(|character| character.is_ascii_digit() || *character == '+').collect()
}
