//! E-mail addresses in the one form in which they are stored and compared.

/// The domain of addresses that an application makes up for people without one. They count as verified.
const FAKE_DOMAIN: &str = "@stfakeemail.supertokens.com";

/// An address trimmed and in lower case. The core does not validate.
pub(crate) fn normalise(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Whether an address was made up.
pub(crate) fn is_fake(email: &str) -> bool {
    email.ends_with(FAKE_DOMAIN)
}
