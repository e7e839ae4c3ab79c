//! Small houses with one fault each.

use super::check;
use crate::tidy::house::{Crate, House, Use};
use crate::tidy::tree::Tree;

/// A crate that uses `uses` (a `package` or `package/feature`) and reaches those packages and `deeper`.
fn krate(name: &str, uses: &[&str], deeper: &[(&str, &str)]) -> Crate {
    let split = |used: &str| match used.split_once('/') {
        None => Use { package: used.to_owned(), features: Vec::new() },
        Some((package, feature)) => {
            Use { package: package.to_owned(), features: vec![feature.to_owned()] }
        }
    };
    let uses: Vec<Use> = uses.iter().map(|used| split(used)).collect();
    let direct = uses.iter().map(|used| (used.package.clone(), name.to_owned()));
    let deeper = deeper.iter().map(|&(package, through)| (package.to_owned(), through.to_owned()));
    Crate {
        name: name.to_owned(),
        manifest: format!("crates/{name}/Cargo.toml"),
        roots: Vec::new(),
        reaches: direct.chain(deeper).collect(),
        uses,
    }
}

fn found(crates: Vec<Crate>) -> Vec<String> {
    let tree =
        Tree::of(&[("crates/models/Cargo.toml", "[dependencies]\nrusqlite.workspace = true\n")]);
    check(&House { crates }, &tree).iter().map(ToString::to_string).collect()
}

#[test]
fn a_house_in_order_passes() {
    let crates = vec![
        krate("soql", &["thiserror"], &[]),
        krate("boundary", &["serde"], &[]),
        krate("egress", &["boundary", "hyper-util/client", "tokio"], &[]),
        krate("practice", &["soql", "axum", "rusqlite", "hyper"], &[]),
        krate("salesforce", &["soql", "egress"], &[("boundary", "egress")]),
    ];
    assert_eq!(found(crates), Vec::<String>::new());
}

#[test]
fn an_arrow_up_is_found() {
    let crates = vec![krate("boundary", &["detect"], &[]), krate("detect", &["boundary"], &[])];
    assert_eq!(
        found(crates),
        ["crates/boundary/Cargo.toml: `boundary` uses `detect`; expected none of our crates"]
    );
}

#[test]
fn a_crate_without_arrows_is_found() {
    assert!(found(vec![krate("helpers", &[], &[])])[0].contains("`helpers` has no arrows"));
}

#[test]
fn a_guarded_dependency_is_found_with_its_line() {
    assert_eq!(
        found(vec![krate("models", &["rusqlite"], &[])]),
        ["crates/models/Cargo.toml:2: `models` has a database driver, `rusqlite`; \
          expected a database driver only in `postgresql`, `practice`, `store`"]
    );
    assert!(
        found(vec![krate("web", &["hyper-util/client-legacy"], &[])])[0].contains("an HTTP client")
    );
    assert!(found(vec![krate("gateway", &["axum"], &[])])[0].contains("an HTTP server"));
    assert!(found(vec![krate("gateway", &["anyhow"], &[])])[0].contains("only in `cli`, `xtask`"));
}

#[test]
fn a_server_of_the_same_library_is_no_client() {
    assert_eq!(
        found(vec![krate("practice", &["hyper/server", "hyper-util/server"], &[])]),
        Vec::<String>::new()
    );
}

#[test]
fn a_pure_crate_reaches_no_runtime_at_any_depth() {
    let crates = vec![krate("detect", &["sneaky"], &[("tokio", "sneaky"), ("tracing", "sneaky")])];
    let found = found(crates);
    assert!(found[0].contains("`detect` reaches `tokio`: detect -> sneaky -> tokio"), "{found:?}");
    assert!(found[1].contains("`detect` reaches `tracing`"), "{found:?}");
}

#[test]
fn models_cannot_see_salesforce_even_through_others() {
    let crates = vec![
        krate("egress", &[], &[]),
        krate("models", &["egress"], &[("salesforce", "egress")]),
        krate("salesforce", &[], &[]),
    ];
    assert!(
        found(crates)[0].contains("`models` reaches `salesforce`: models -> egress -> salesforce")
    );
}

#[test]
fn client_and_practice_org_share_only_the_grammar() {
    let crates = vec![
        krate("soql", &[], &[]),
        krate("boundary", &[], &[]),
        krate("practice", &["soql"], &[("boundary", "soql")]),
        krate("salesforce", &["soql", "boundary"], &[]),
    ];
    assert!(found(crates)[0].contains("`practice` and `salesforce` share `boundary`"));
}
