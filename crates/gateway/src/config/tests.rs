use super::*;

const GOOD: &str = r#"
data = "/var/lib/portcullis"
matrix = "matrix.csv"
[org]
instance = "https://acme.my.salesforce.com"
client_id = "3MVG9"
[[endpoint]]
name = "local"
kind = "local"
residency = "machine"
level = "MissionCritical"
compliance = ["PII", "GDPR", "PROPRIETARY"]
"#;

fn problem(change: impl Fn(&str) -> String) -> String {
    Config::parse(&change(GOOD)).unwrap_err().0
}

#[test]
fn defaults_are_safe() {
    let config = Config::parse(GOOD).unwrap();
    assert_eq!(config.base_url(), "http://127.0.0.1:8080");
    assert_eq!(config.limits.rows, 200);
    assert!(config.access.auditors.is_empty() && config.screen.link_hosts.is_empty());
    assert_eq!(config.endpoints[0].spec().residency, Residency::Machine);
}

#[test]
fn an_unknown_member_is_refused_with_its_line() {
    let found = problem(|good| good.replace("client_id", "client_idd"));
    assert!(found.contains("line 6") && found.contains("client_idd"), "{found}");
}

#[test]
fn endpoints_have_to_make_sense() {
    assert!(
        problem(|good| good.split("[[endpoint]]").next().unwrap().to_owned())
            .contains("[[endpoint]]")
    );
    assert!(
        problem(|good| good.replace("kind = \"local\"", "kind = \"openai\""))
            .contains("`url` and `model`")
    );
    assert!(problem(|good| good.replace("\"machine\"", "\"eu\"")).contains("residency"));
    assert!(
        problem(|good| good.replace("\"local\"\nkind", "\"portcullis\"\nkind"))
            .contains("other than")
    );
    let twice =
        |good: &str| format!("{good}[[endpoint]]\n{}", good.split("[[endpoint]]").nth(1).unwrap());
    assert_eq!(problem(twice), "endpoint `local` stands twice");
}

#[test]
fn guesses_are_let_to_one_client_by_its_key_alone() {
    let one = format!(
        "{GOOD}[[direct.client]]\nkey = \"k1\"\nguesses = \"allow\"\n[[direct.client]]\nkey = \"k2\"\n"
    );
    let config = Config::parse(&one).unwrap();
    let of = |key: &str| config.direct.terms(key, &config.endpoints).guesses;
    assert_eq!(of("k1"), Guesses::Allow);
    for other in ["k2", "k3", ""] {
        assert_eq!(of(other), Guesses::Refuse, "{other}");
    }
    assert!(problem(|good| format!("{good}[direct]\nguesses = \"allow\"\n")).contains("guesses"));
}
