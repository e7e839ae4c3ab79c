//! Lists of changes and of logs, which Salesforce gives two thousand rows at a time.

use std::sync::Arc;

use serde_json::json;

use crate::org::{Memory, client, person, tokens};
use crate::server::{Act, Seen, Server, json as answer};

/// Of an answer.
const ROWS: usize = 2_000;

fn id(prefix: &str, number: usize) -> String {
    format!("{prefix}{number:012}AAA")
}

/// What stands behind `Id >` in an address.
fn after(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("Id%3E'")?;
    Some(rest.split_once('\'')?.0.to_owned())
}

/// An org with so many rows, in the order of their ids.
fn org(total: usize) -> impl FnMut(&Seen) -> Act + Send + 'static {
    move |seen: &Seen| {
        let line = seen.line();
        if line.starts_with("POST /services/oauth2/token") {
            return tokens(1, crate::org::ORG, person().user());
        }
        assert!(line.contains("ORDER+BY+Id+LIMIT+2000"), "{line}");
        let history = line.contains("AccountHistory");
        let prefix = if history { "017" } else { "001" };
        let row = |number: usize| {
            let (user, at) = (person().user().to_owned(), "2026-11-22T10:46:59.000+0000");
            if history {
                json!({ "Id": id(prefix, number), "AccountId": id("001", number), "Field": "Phone",
                        "CreatedById": user, "CreatedDate": at })
            } else {
                json!({ "Id": id(prefix, number), "LastModifiedById": user, "LastModifiedDate": at })
            }
        };
        let after = after(line);
        let left =
            (0..total).filter(|it| after.as_ref().is_none_or(|after| id(prefix, *it) > *after));
        let rows: Vec<_> = left.take(ROWS).map(row).collect();
        answer(200, &json!({ "totalSize": rows.len(), "done": true, "records": rows }).to_string())
    }
}

#[tokio::test]
async fn changes_and_logs_beyond_the_first_two_thousand_are_asked_for() {
    let users = [person().user().to_owned()];
    for (total, asked) in [(0, 1), (1_999, 1), (2_000, 2), (2_001, 2), (4_500, 3)] {
        let server = Server::start(org(total)).await;
        let (client, _) = client(&server, &Arc::new(Memory::default()));
        let since = "2026-11-01T00:00:00Z";
        let asked_since = |before: usize| {
            let seen = server.seen();
            seen.iter().skip(before).filter(|it| it.line().starts_with("GET ")).count()
        };
        let changed = client.changed_by("Account", &users, since).await.unwrap().unwrap();
        assert_eq!((changed.len(), asked_since(0)), (total, asked), "{total} records");
        let mut records: Vec<String> = changed.into_iter().map(|it| it.record).collect();
        records.dedup();
        assert_eq!(records.len(), total, "none twice");
        let before = server.seen().len();
        let fields = client.fields_changed_by("Account", &users, since).await.unwrap().unwrap();
        assert_eq!((fields.len(), asked_since(before)), (total, asked), "{total} fields");
        let before = server.seen().len();
        let logs = client.event_logs(since).await.unwrap();
        assert_eq!((logs.len(), asked_since(before)), (total, asked), "{total} logs");
    }
}

/// Users and records are named a hundred at a time.
#[tokio::test]
async fn many_users_and_records_are_asked_about_in_parts() {
    let server = Server::start(|seen: &Seen| {
        let line = seen.line();
        if line.starts_with("POST /services/oauth2/token") {
            return tokens(1, crate::org::ORG, person().user());
        }
        let (_, list) = line.split_once("IN+('").unwrap();
        let ids = list.split_once("')").unwrap().0.split("','");
        let by_id = line.contains("WHERE+Id+IN");
        let rows: Vec<_> = ids
            .enumerate()
            .map(|(number, it)| {
                let record = if by_id { it.to_owned() } else { id("001", number) };
                json!({ "Id": record, "LastModifiedById": it, "LastModifiedDate": "2026-11-22T10:46:59.000+0000" })
            })
            .collect();
        answer(200, &json!({ "totalSize": rows.len(), "done": true, "records": rows }).to_string())
    })
    .await;
    let (client, _) = client(&server, &Arc::new(Memory::default()));
    let ids: Vec<String> = (0..250).map(|it| id("005", it)).collect();
    let changed = client.changed_by("Account", &ids, "2026-11-01T00:00:00Z").await.unwrap();
    assert_eq!(changed.unwrap().len(), 250);
    let last = client.changed_last("Account", &ids).await.unwrap().unwrap();
    let named: Vec<String> = last.into_iter().map(|it| it.record).collect();
    assert_eq!(named, ids);
    let asked = server.seen().iter().filter(|it| it.line().starts_with("GET ")).count();
    assert_eq!(asked, 6);
}
