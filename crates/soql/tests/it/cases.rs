//! Verdicts on a collection of queries from public test suites, kept beside the project.

use std::path::Path;

use serde_json::Value;

/// Queries judged otherwise than their label says (told by words in them), and why.
const OTHERWISE: &[(&str, &str)] = &[
    (
        "FOR UPDATE",
        "the reference gives it to Apex alone, and Salesforce's own parser refuses it for the API",
    ),
    ("// Hello world", "the reference knows no comments, and Salesforce's own parser refuses them"),
    (
        "TYPEOF Owner",
        "the reference shows this very query as one that is not valid: TYPEOF in a semi-join",
    ),
    (
        "WITH SECURITY_ENFORCED",
        "the reference gives it to Apex alone; a caller of the API must not believe it is at work",
    ),
    ("WITH USER_MODE", "the reference gives it to Apex alone"),
    ("WITH SYSTEM_MODE", "the reference gives it to Apex alone"),
];

#[test]
fn verdicts_agree_with_the_labels() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/soql_cases.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: no {}", path.display());
        return;
    };
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    let mut wrong = Vec::new();
    for case in &cases {
        let query = case["query"].as_str().unwrap();
        let verdict = soql::parse(query);
        if let Ok(parsed) = &verdict {
            let printed = parsed.to_string();
            assert_eq!(soql::parse(&printed).as_ref(), Ok(parsed), "{query}\n{printed}");
        }
        let right = match (case["dialect"].as_str(), &verdict) {
            // What is right in Apex alone must be refused, and for that reason.
            (Some("apex"), Err(error)) => error.is_apex_only(),
            (_, verdict) => case["valid"] == verdict.is_ok(),
        };
        let otherwise = OTHERWISE.iter().any(|(words, _)| query.contains(words));
        if right == otherwise {
            wrong.push(format!("{query}\n    {verdict:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
