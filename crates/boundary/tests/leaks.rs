//! Leaks that do not compile. Each case keeps the compiler's message beside it: reading well is
//! part of the promise. `TRYBUILD=overwrite cargo test -p boundary --test leaks` renews them.

#![forbid(unsafe_code)]

#[test]
fn no_leak_compiles() {
    trybuild::TestCases::new().compile_fail("tests/leaks/*.rs");
}
