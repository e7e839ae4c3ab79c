//! The same request of different people, at the org and through the gate's Salesforce-compatible door: each sees what is
//! theirs, and the gate never shows more than the org.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::demo::{Demo, ELENA, MAYA, TOM, prepared};
use crate::http::{Answer, send, split};

const API: &str = "/services/data/v66.0";
/// Objects with rows of their own for each, and fields of which some are hidden from some.
const ASKED: [(&str, &[&str]); 5] = [
    ("Account", &["Name", "Industry", "Portfolio_Value__c"]),
    ("Contact", &["LastName", "Email", "Title", "Risk_Rating__c"]),
    ("Opportunity", &["Name", "StageName", "Amount", "Discount_Model__c"]),
    ("Case", &["CaseNumber", "Status"]),
    ("Lead", &["Email", "Status", "Company"]),
];

/// A person at one of the two: the address and what proves who asks.
struct At {
    host: String,
    bearer: String,
}

impl At {
    fn call(&self, path: &str) -> Answer {
        let headers = [("authorization", self.bearer.as_str())];
        send(&self.host, "GET", path, &headers, b"").expect("an answer")
    }

    /// Rows by their ids, over all pages; `None` when the query is refused as naming what is not there.
    fn rows(&self, soql: &str) -> Option<BTreeMap<String, Value>> {
        let query = percent_encoding::utf8_percent_encode(soql, percent_encoding::NON_ALPHANUMERIC);
        let mut path = format!("{API}/query?q={query}");
        let mut rows = BTreeMap::new();
        loop {
            let answer = self.call(&path);
            if answer.status == 400 {
                assert_eq!(answer.json()[0]["errorCode"], "INVALID_FIELD", "{}", answer.text());
                return None;
            }
            assert_eq!(answer.status, 200, "{soql}: {}", answer.text());
            let page = answer.json();
            for row in page["records"].as_array().unwrap() {
                rows.insert(row["Id"].as_str().unwrap().to_owned(), row.clone());
            }
            match page["nextRecordsUrl"].as_str() {
                Some(next) => next.clone_into(&mut path),
                None => return Some(rows),
            }
        }
    }

    fn fields(&self, object: &str) -> BTreeSet<String> {
        let answer = self.call(&format!("{API}/sobjects/{object}/describe"));
        assert_eq!(answer.status, 200, "{object}: {}", answer.text());
        let described = answer.json();
        let names = described["fields"].as_array().unwrap().iter();
        names.map(|field| field["name"].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn each_sees_their_own_and_the_gate_shows_no_more_than_the_org() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(&prepared(folder.path()), &[]);
    let mut seen: BTreeMap<(&str, &str), BTreeSet<String>> = BTreeMap::new();
    for person in [MAYA, TOM, ELENA] {
        let (key, _) = demo.make_key(person);
        let gate = At { host: split(demo.page()).0, bearer: format!("Bearer {key}") };
        let org = At {
            host: split(demo.greeting["org"].as_str().unwrap()).0,
            bearer: format!("Bearer {}", demo.org(person).token()),
        };
        for (object, fields) in ASKED {
            let (at_gate, at_org) = (gate.fields(object), org.fields(object));
            let more: Vec<_> = at_gate.difference(&at_org).collect();
            assert!(more.is_empty(), "{person} {object}: {more:?}");

            let soql = format!("SELECT Id FROM {object} LIMIT 2000");
            let (through, real) = (gate.rows(&soql).unwrap(), org.rows(&soql).unwrap());
            assert!(through.keys().eq(real.keys()), "{person} {object}");
            seen.insert((person, object), through.into_keys().collect());

            for field in fields {
                let soql = format!("SELECT Id, {field} FROM {object} ORDER BY Id LIMIT 20");
                let (through, real) = (gate.rows(&soql), org.rows(&soql));
                // What the org hides, the gate hides; what the matrix hides besides, nobody sees.
                let Some(real) = real else {
                    assert!(through.is_none(), "{person} {object}.{field}");
                    continue;
                };
                for (id, row) in through.unwrap_or_default() {
                    let held = &real.get(&id).unwrap_or_else(|| panic!("{person} {id}"))[*field];
                    let shown = &row[*field];
                    let treated = shown.is_null()
                        || shown.as_str().is_some_and(|text| text.starts_with('{'))
                        || shown.is_number();
                    assert!(shown == held || treated, "{person} {object}.{field}: {shown}");
                    let closed = ["Discount_Model__c", "Risk_Rating__c", "Email", "LastName"];
                    let clear = closed.contains(field) && !held.is_null() && shown == held;
                    assert!(!clear, "{person} {object}.{field} in the clear");
                }
            }
        }
        let hidden = org.rows("SELECT Id, Discount_Model__c FROM Opportunity LIMIT 1");
        assert_eq!(hidden.is_some(), person == ELENA, "{person}");
    }
    for (object, _) in ASKED {
        let (maya, tom) = (&seen[&(MAYA, object)], &seen[&(TOM, object)]);
        let elena = &seen[&(ELENA, object)];
        assert!(maya.difference(tom).next().is_some(), "{object}");
        assert!(tom.difference(maya).next().is_some(), "{object}");
        assert!(maya.is_subset(elena) && tom.is_subset(elena), "{object}");
        assert!(elena.len() > maya.len() && elena.len() > tom.len(), "{object}");
    }
}
