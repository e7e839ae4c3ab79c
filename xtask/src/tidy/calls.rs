//! Calls that only some crates may make.

use super::Violation;
use super::rules;
use super::rust;
use super::tree::Tree;

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in tree.rust().filter(|file| !file.is_test()) {
        let Some(krate) = file.krate() else { continue };
        let code = rust::without_tests(&rust::code(&file.text));
        for call in rules::CALLS.iter().filter(|call| !call.only.contains(&krate)) {
            for (index, _) in
                code.lines().enumerate().filter(|(_, line)| rust::mentions(line, call.path))
            {
                let what = format!("`{krate}` calls `{}`", call.path);
                found.push(Violation::at(&file.path, index + 1, what, call.instead));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::tree::Tree;

    #[test]
    fn a_call_is_found_in_code_and_not_in_tests_comments_or_its_home() {
        let connect = "fn f() {\n    TcpStream::connect(x)\n}\n";
        let tree = Tree::of(&[
            ("crates/egress/src/lib.rs", connect),
            ("crates/models/src/lib.rs", connect),
            ("crates/models/src/tests.rs", connect),
            ("crates/models/tests/it/main.rs", connect),
            (
                "crates/store/src/lib.rs",
                "// TcpStream::connect\n#[cfg(test)]\nmod tests {\n TcpStream::connect(x)\n}\n",
            ),
        ]);
        let found: Vec<String> = check(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            ["crates/models/src/lib.rs:2: `models` calls `TcpStream::connect`; \
              expected `egress`, which opens every connection"]
        );
    }
}
