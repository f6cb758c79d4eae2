//! What e-mail addresses and passwords are accepted unless the application says otherwise: what official front ends
//! accept too, with the words that they show.

use std::net::Ipv4Addr;

/// The longest address that mail can be sent to (RFC 5321, section 4.5.3.1.3, without the angle brackets).
const MAX_EMAIL_BYTES: usize = 254;

/// Checks an e-mail address: a local part in the usual characters or in quotes, and a domain of at least two labels or
/// an IPv4 address in brackets.
pub fn default_email_validator(email: &str) -> Result<(), String> {
    if email.len() <= MAX_EMAIL_BYTES
        && let Some((local, domain)) = email.rsplit_once('@')
        && (is_dotted_word(local) || is_quoted(local))
        && (is_domain(domain) || is_address_literal(domain))
    {
        return Ok(());
    }
    Err("Email is invalid".to_owned())
}

/// Checks a password: 8 to 99 characters, with a letter and a number.
pub fn default_password_validator(password: &str) -> Result<(), String> {
    // As front ends count, which are written in JavaScript.
    let length = password.encode_utf16().count();
    let problem = if length < 8 {
        "Password must contain at least 8 characters, including a number"
    } else if length >= 100 {
        "Password's length must be lesser than 100 characters"
    } else if !password.contains(|character: char| character.is_ascii_alphabetic()) {
        "Password must contain at least one alphabet"
    } else if !password.contains(|character: char| character.is_ascii_digit()) {
        "Password must contain at least one number"
    } else {
        return Ok(());
    };
    Err(problem.to_owned())
}

/// Whether an address was made up for a user who has none. The core takes such an address as verified, whatever its case.
pub(crate) fn is_fake_email(email: &str) -> bool {
    let email = normalised(email);
    email.ends_with("@stfakeemail.supertokens.com") || email.ends_with(".fakeemail.com")
}

/// An address as it is compared: front ends and the core trim and lower-case it.
pub(crate) fn normalised(email: &str) -> String {
    email.trim().to_lowercase()
}

fn is_dotted_word(local: &str) -> bool {
    let is_part_of_word =
        |character: char| !character.is_whitespace() && !"<>()[]\\.,;:@\"\u{feff}".contains(character);
    local.split('.').all(|word| !word.is_empty() && word.chars().all(is_part_of_word))
}

fn is_quoted(local: &str) -> bool {
    let inside = local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inside.is_some_and(|inside| !inside.is_empty() && !inside.contains(['\n', '\r', '\u{2028}', '\u{2029}']))
}

fn is_domain(domain: &str) -> bool {
    let Some((labels, last)) = domain.rsplit_once('.') else { return false };
    let is_label =
        |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    labels.split('.').all(is_label) && last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_address_literal(domain: &str) -> bool {
    let inside = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inside.is_some_and(|inside| inside.parse::<Ipv4Addr>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_front_ends_take_are_taken() {
        let long = format!("{}@example.com", "a".repeat(242));
        for email in [
            "ada@example.com",
            "a.b+c_d-e@sub.example.co",
            "ADA@EXAMPLE.COM",
            "ünï@example.com",
            "\"a b@c\"@example.com",
            "ada@[127.0.0.1]",
            "ada@-a-.example.com",
            "a!#$%&'*/=?^`{|}~@example.com",
            &*long,
        ] {
            assert_eq!(default_email_validator(email), Ok(()), "{email}");
        }
    }

    #[test]
    fn other_addresses_are_not() {
        let long = format!("{}@example.com", "a".repeat(243));
        let huge = format!("{}@example.com", "a.".repeat(1_000_000));
        for email in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@example",
            "ada@example.c",
            "ada@example.c0m",
            "ada@exa mple.com",
            "a da@example.com",
            "ada@@example.com",
            ".ada@example.com",
            "ada.@example.com",
            "a..b@example.com",
            "ada@.example.com",
            "ada@example..com",
            "ada@exämple.com",
            "\"\"@example.com",
            "\"a\nb\"@example.com",
            "a\"b@example.com",
            "ada@[127.0.0.256]",
            "ada@[1.2.3]",
            "ada@[::1]",
            "ada@example.com\n",
            "<ada@example.com>",
            "ada@example.com,eve@example.com",
            "a\0da@example.com ",
            &*long,
            &*huge,
        ] {
            assert_eq!(default_email_validator(email), Err("Email is invalid".to_owned()), "{email:.40}");
        }
    }

    #[test]
    fn passwords_have_eight_to_ninety_nine_characters_a_letter_and_a_number() {
        let of = |length: usize| format!("a1{}", "-".repeat(length - 2));
        for password in [&*of(8), &*of(99), "päßwörd1x", "😀😀😀a1", "12345678a", "a b c d 1"] {
            assert_eq!(default_password_validator(password), Ok(()), "{password}");
        }
        let refused = |password: &str| default_password_validator(password).unwrap_err();
        assert_eq!(refused(&of(7)), "Password must contain at least 8 characters, including a number");
        assert_eq!(refused(""), "Password must contain at least 8 characters, including a number");
        assert_eq!(refused(&of(100)), "Password's length must be lesser than 100 characters");
        assert_eq!(refused(&of(1_000_000)), "Password's length must be lesser than 100 characters");
        assert_eq!(refused("12345678"), "Password must contain at least one alphabet");
        assert_eq!(refused("ääääääää1"), "Password must contain at least one alphabet");
        assert_eq!(refused("abcdefgh"), "Password must contain at least one number");
        assert_eq!(refused("abcdefg٣"), "Password must contain at least one number");
    }

    #[test]
    fn made_up_addresses_are_known_by_their_domain() {
        for email in ["u@stfakeemail.supertokens.com", "u@google.fakeemail.com", "u@STFakeEmail.SuperTokens.COM "] {
            assert!(is_fake_email(email), "{email}");
        }
        assert!(!is_fake_email("u@fakeemail.com") && !is_fake_email("fakeemail.com@example.com"));
    }
}
