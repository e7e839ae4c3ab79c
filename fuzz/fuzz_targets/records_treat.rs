//! Any bytes as an answer of the CRM: refused, or treated so that the result is JSON and what a cell covers is gone from it.

#![no_main]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use boundary::{
    Columns, Conversation, Detector, DetectorFailure, Finding, Label, Matrix, PersonId, Raw, Records,
};
use libfuzzer_sys::fuzz_target;

/// Finds nothing: what is gone is gone by its cell alone.
struct Blind;

impl Detector for Blind {
    fn detect(&self, _: &str) -> Result<Vec<Finding>, DetectorFailure> {
        Ok(Vec::new())
    }
}

static MATRIX: LazyLock<Matrix> = LazyLock::new(|| {
    let rows = "object,field,read,create,update,label,treatment,why\n\
        Contact,Id,yes,no,no,Internal System,pass,\n\
        Contact,Name,yes,no,no,Confidential PII Staff,token,people\n\
        Contact,Phone,yes,no,no,Restricted Staff,strip,people\n\
        Contact,Title,yes,no,no,Internal Staff,pass,\n";
    Matrix::parse(rows).expect("a good matrix")
});

fuzz_target!(|body: &[u8]| {
    let treat = |body: Vec<u8>| {
        let mut it = Conversation::new("c".to_owned(), PersonId::new("org", "user"));
        let records = Records::parse(Raw::new(body, Label::unknown())).ok()?;
        let none = BTreeSet::new();
        let treated =
            it.hear_records(("1", "soqlQuery"), &records, &Columns::new(), none, &MATRIX, &Blind).ok()?;
        let text = treated.masked.as_str().to_owned();
        serde_json::from_str::<serde_json::Value>(&text).expect("JSON");
        Some(text)
    };
    treat(body.to_vec());
    // The same bytes as a value of a record: only its cell decides.
    let value = String::from_utf8_lossy(body);
    let secret = format!("canary{value}yranac");
    let record = serde_json::json!({ "totalSize": 1, "done": true, "records": [{
        "attributes": { "type": "Contact" }, "Id": "003000000000001AAA",
        "Name": secret, "Phone": secret, "Title": "Buyer",
    }] });
    let text = treat(record.to_string().into_bytes()).expect("a good answer");
    assert!(!text.contains("canary") && text.contains("Buyer"), "{text}");
});
