//! The usual mistakes in overrides are compile errors that say what is wrong, and the usual forms compile.
//!
//! The `.stderr` files are what rustc 1.95 says, without the component `rust-src`; another version may word it
//! differently. To write them anew, run `TRYBUILD=overwrite cargo test --all-features --test ui`, and read them as
//! somebody who made the mistake. rustc moves a label that is wider than 140 columns into a line of its own, and a closure's
//! type names the whole path of its file: a case whose message has one keeps well above that, so that it reads the same in
//! every folder. It writes a name with its path where two crates have it: the messages are those of all features.

#[test]
fn mistakes_are_readable_compile_errors_and_the_usual_forms_compile() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/fail/*.rs");
}
