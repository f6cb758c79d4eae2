//! The facade `src/` re-exports and does nothing else.

use super::rust_code::{code_only, is_word, line_of, pair_length};
use super::{Finding, Rule};
use crate::workspace::Workspace;

pub(super) const RULE: Rule = Rule {
    name: "facade",
    why: "`src/` is what an application imports. Logic there is out of reach of recipes and adapters.",
    advice: "Move the item to the crate it belongs to (crates/kernel, crates/app, a recipe) and re-export it with \
             `pub use`; `src/` may hold `use`, `mod`, attributes and docs.",
    check,
};

fn check(workspace: &Workspace) -> Vec<Finding> {
    let files = workspace.files_of_kind("rs").filter(|file| file.path.starts_with("src/"));
    files.flat_map(|file| findings(&file.path, &file.text)).collect()
}

fn findings(path: &str, source: &str) -> Vec<Finding> {
    let code = code_only(source);
    let mut findings = Vec::new();
    let mut rest = code.as_str();
    loop {
        // A `}` closes a `mod name {`, whose items are looked at like all others.
        rest = rest.trim_start_matches(|character: char| character.is_whitespace() || character == '}');
        if rest.is_empty() {
            return findings;
        }
        if rest.starts_with('#') {
            (_, rest) = rest.split_at(pair_length(rest, '[', ']'));
            continue;
        }
        let item = without_visibility(rest);
        let keyword: String = item.chars().take_while(|character| is_word(*character)).collect();
        let ends = match keyword.as_str() {
            "use" | "extern" => item.find(';'),
            "mod" => item.find([';', '{']),
            _ => {
                let message = format!("`{}` is no re-export", item.lines().next().unwrap_or_default().trim());
                findings.push(Finding::new(path, line_of(&code, code.len() - item.len()), message));
                // Past the whole item: its end is a `;`, or the braces that begin before one.
                item.find([';', '{']).map(|end| {
                    let (_, block) = item.split_at(end);
                    if block.starts_with('{') { end + pair_length(block, '{', '}') - 1 } else { end }
                })
            }
        };
        (_, rest) = item.split_at(ends.map_or(item.len(), |end| end + 1));
    }
}

fn without_visibility(item: &str) -> &str {
    let Some(after) = item.strip_prefix("pub").filter(|after| !after.starts_with(is_word)) else { return item };
    let after = after.trim_start();
    if !after.starts_with('(') {
        return after;
    }
    let (_, after) = after.split_at(pair_length(after, '(', ')'));
    after.trim_start()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(source: &str) -> Vec<usize> {
        findings("src/lib.rs", source).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn reexports_modules_attributes_and_docs_are_allowed() {
        let source = "//! Tour: fn main() {}\n#![doc = include_str!(\"lib.md\")]\n#[cfg(feature = \"x\")]\n\
            pub use a::{b, c};\npub mod session {\n    //! Sessions.\n    #[doc(inline)]\n    pub use s::*;\n}\nmod d;\n";
        assert_eq!(lines(source), [0; 0]);
    }

    #[test]
    fn every_other_item_is_logic() {
        for item in [
            "pub fn a() { if x { y(); } }",
            "impl A for B { fn c() {} }",
            "pub(crate) struct A;",
            "enum A { B }",
            "trait A {}",
            "const A: u8 = 1;",
            "static A: u8 = 1;",
            "macro_rules! a { () => {} }",
            "pub type A = B;",
            "a::b!();",
        ] {
            let source = format!("pub use a::b;\n\n{item}\npub mod c {{\n    {item}\n}}\npub use d;\n");
            assert_eq!(lines(&source), [3, 5], "{item}");
        }
    }
}
