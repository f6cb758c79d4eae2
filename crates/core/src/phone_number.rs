//! Phone numbers in the one form in which they are stored and compared.

use phonenumber::Mode;

/// Longer ones are no phone numbers, and not worth looking through.
pub(crate) const MAX_BYTES: usize = 250;

/// A phone number as E.164 has it, such as `+14155550120`. What cannot be read as one with its country's code stays as it
/// is, trimmed: the core does not validate.
pub(crate) fn normalise(text: &str) -> String {
    let text = text.trim();
    let number = if text.len() <= MAX_BYTES { phonenumber::parse(None, text).ok() } else { None };
    number.map_or_else(|| text.to_owned(), |number| number.format().mode(Mode::E164).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_with_its_countrys_code_loses_what_is_between_the_digits() {
        for (written, stored) in [
            (" +1 (415) 555-0120 ", "+14155550120"),
            ("+14155550120", "+14155550120"),
            ("+44 (0)20 7946 0018", "+442079460018"),
            ("+39 06 1234", "+39061234"),
        ] {
            assert_eq!(normalise(written), stored);
        }
    }

    #[test]
    fn anything_else_is_only_trimmed() {
        let long = format!("+1{}", "4".repeat(MAX_BYTES));
        for text in ["", "no phone", "415 555-0120", "+999 123", "+", "+1", &long] {
            assert_eq!(normalise(&format!(" {text}\n")), text);
        }
    }
}
