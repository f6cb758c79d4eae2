//! Rust source without what is no code: comments, strings, and what is compiled for tests only.
//!
//! This is no parser. It knows as much of the syntax as the rules need to leave lines where they are and braces in
//! pairs.

/// The source with a space for every character of a comment, a string or a character literal. Lines stay.
pub(super) fn code_only(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let hidden = hidden_length(rest, code.chars().next_back());
        let (part, after) = rest.split_at(hidden.unwrap_or(first.len_utf8()));
        if hidden.is_some() {
            blank(part, &mut code)
        } else {
            code.push_str(part)
        }
        rest = after;
    }
    code
}

/// Code (of [`code_only`]) with spaces for every item under `#[test]` or `#[cfg(test)]`. Lines stay.
pub(super) fn without_test_items(code: &str) -> String {
    let mut kept = String::with_capacity(code.len());
    let mut rest = code;
    while let Some((before, attribute)) = rest.find("#[").map(|start| rest.split_at(start)) {
        kept.push_str(before);
        let length = pair_length(attribute, '[', ']');
        let (text, after) = attribute.split_at(length);
        if is_for_tests(text) {
            let (item, after_item) = after.split_at(item_length(after));
            blank(text, &mut kept);
            blank(item, &mut kept);
            rest = after_item;
        } else {
            kept.push_str(text);
            rest = after;
        }
    }
    kept + rest
}

/// Names of modules in files of their own (`mod tests;`) that are compiled for tests only.
pub(super) fn test_modules(code: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for (start, _) in code.match_indices("#[") {
        let (_, attribute) = code.split_at(start);
        let (text, after) = attribute.split_at(pair_length(attribute, '[', ']'));
        if is_for_tests(text) {
            let (item, _) = after.split_at(item_length(after));
            let name = item.trim_end_matches(';').rsplit_once("mod ").map(|(_, name)| name.trim());
            names.extend(name.filter(|name| name.chars().all(is_word)));
        }
    }
    names
}

/// Byte positions of a word or call in code, where no other word character stands before it.
pub(super) fn positions_of_word<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    code.match_indices(word).map(|(start, _)| start).filter(move |start| {
        let (before, _) = code.split_at(*start);
        !(word.starts_with(is_word) && before.ends_with(is_word))
    })
}

/// Line (from 1) of a byte position.
pub(super) fn line_of(text: &str, position: usize) -> usize {
    let (before, _) = text.split_at(position);
    before.matches('\n').count() + 1
}

/// Length up to the end of the pair that the first `open` begins; all of it if the pair does not end.
pub(super) fn pair_length(code: &str, open: char, close: char) -> usize {
    let mut depth = 0_usize;
    for (position, character) in code.char_indices() {
        if character == open {
            depth += 1;
        } else if character == close {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return position + close.len_utf8();
            }
        }
    }
    code.len()
}

/// Whether a character is part of a name.
pub(super) fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Length of the comment, string or character literal at the start of `rest`, if one is there.
fn hidden_length(rest: &str, previous: Option<char>) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(block_comment_length(rest));
    }
    if rest.starts_with('"') {
        return Some(quoted_length(rest, '"'));
    }
    if rest.starts_with('\'') {
        return is_character(rest).then(|| quoted_length(rest, '\''));
    }
    let after_prefix = rest.strip_prefix(['b', 'c']).unwrap_or(rest).strip_prefix('r')?;
    let hashes = after_prefix.len() - after_prefix.trim_start_matches('#').len();
    let content = after_prefix.trim_start_matches('#').strip_prefix('"')?;
    if previous.is_some_and(is_word) {
        return None; // the `r` ends a name
    }
    let end = format!("\"{}", "#".repeat(hashes));
    let content_length = content.find(&end).map_or(content.len(), |position| position + end.len());
    Some(rest.len() - content.len() + content_length)
}

fn block_comment_length(rest: &str) -> usize {
    let (mut depth, mut position) = (0_usize, 0_usize);
    loop {
        let (_, here) = rest.split_at(position);
        let Some(character) = here.chars().next() else { return rest.len() };
        if here.starts_with("/*") {
            depth += 1;
            position += 2;
        } else if here.starts_with("*/") {
            depth -= 1;
            position += 2;
            if depth == 0 {
                return position;
            }
        } else {
            position += character.len_utf8();
        }
    }
}

fn quoted_length(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (position, character) in rest.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == quote => return position + quote.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

/// `'a'` and `'\n'` are characters, `'a` is a lifetime.
fn is_character(rest: &str) -> bool {
    let mut characters = rest.chars().skip(1);
    match characters.next() {
        Some('\\') => true,
        Some(_) => characters.next() == Some('\''),
        None => false,
    }
}

fn is_for_tests(attribute: &str) -> bool {
    let attribute: String = attribute.chars().filter(|character| !character.is_whitespace()).collect();
    ["#[cfg(test)", "#[cfg(all(test,", "#[test]", "#[tokio::test"].iter().any(|start| attribute.starts_with(start))
}

/// Length of the item at the start of `code`: up to its `;`, or the end of its braces.
fn item_length(code: &str) -> usize {
    let mut depth = 0_usize;
    for (position, character) in code.char_indices() {
        match character {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            ';' if depth == 0 => return position + 1,
            '{' if depth == 0 => {
                let (_, block) = code.split_at(position);
                return position + pair_length(block, '{', '}');
            }
            _ => {}
        }
    }
    code.len()
}

fn blank(part: &str, into: &mut String) {
    into.extend(part.chars().map(|character| if character == '\n' { '\n' } else { ' ' }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(code: &str) -> Vec<&str> {
        code.split_whitespace().collect()
    }

    #[test]
    fn comments_and_strings_are_blanked_and_lines_stay() {
        let source = "a // x\n/* y /* z */\n y */ b \"s \\\" t\" c r#\"u \" v\"# d b\"w\" e";
        let code = code_only(source);
        assert_eq!(words(&code), ["a", "b", "c", "d", "b", "e"]);
        assert_eq!(code.matches('\n').count(), 2);
    }

    #[test]
    fn a_lifetime_is_code_and_a_character_is_not() {
        assert_eq!(words(&code_only("&'a str, '{', '\\'', 'x",)), ["&'a", "str,", ",", ",", "'x"]);
    }

    #[test]
    fn a_name_that_ends_in_r_begins_no_raw_string() {
        assert_eq!(words(&code_only("for\"x\" y")), ["for", "y"]);
    }

    #[test]
    fn items_for_tests_are_blanked() {
        let code = "fn a() {}\n#[cfg(test)]\nmod tests { fn b() { {} } }\n#[cfg(all(test, unix))]\nuse c;\nfn d() {}";
        assert_eq!(words(&without_test_items(code)), ["fn", "a()", "{}", "fn", "d()", "{}"]);
        let kept = "#[cfg(not(test))]\nfn a() {}\n#[cfg(any(test, unix))] fn b() {}";
        assert_eq!(without_test_items(kept), kept);
    }

    #[test]
    fn modules_for_tests_are_named() {
        assert_eq!(test_modules("mod a;\n#[cfg(test)]\nmod tests;\n#[cfg(test)]\nmod inline { }"), ["tests"]);
    }
}
