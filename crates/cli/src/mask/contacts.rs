//! A file of contacts: JSON lines.

use std::collections::HashSet;
use std::io::BufRead;

use anyhow::{Context as _, anyhow};
use detect::{Known, KnownValues};
use serde::Deserialize;

/// One line of the file. What is not here is not looked for; other members are left alone.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Contact {
    id: Option<String>,
    account_id: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    account: Option<String>,
    account_number: Option<String>,
    street: Option<String>,
    city: Option<String>,
    zip: Option<String>,
}

/// Learns every line of about `count`, under this key.
pub(super) fn read(
    lines: impl BufRead,
    count: usize,
    key: [u8; 16],
) -> anyhow::Result<KnownValues> {
    let mut known = KnownValues::new(key, count);
    known.load(|known| {
        let mut accounts = HashSet::new();
        for (number, line) in lines.split(b'\n').enumerate() {
            let place = || format!("line {}", number + 1);
            let line = line.with_context(place)?;
            let line = std::str::from_utf8(&line).context("it is not UTF-8").with_context(place)?;
            if line.trim().is_empty() {
                continue;
            }
            // The parser's own words could quote a value.
            let contact: Contact = serde_json::from_str(line)
                .map_err(|error| anyhow!("not a contact in JSON (column {})", error.column()))
                .with_context(place)?;
            learn(known, &contact, number, &mut accounts).with_context(place)?;
        }
        anyhow::Ok(())
    })?;
    Ok(known)
}

fn learn<'c>(
    known: &mut KnownValues,
    contact: &'c Contact,
    number: usize,
    accounts: &mut HashSet<String>,
) -> anyhow::Result<()> {
    let text = |field: &'c Option<String>| field.as_deref().unwrap_or_default().trim();
    let (first, last) = (text(&contact.first_name), text(&contact.last_name));
    let (name, account) = (text(&contact.name), text(&contact.account));
    let mut values = vec![Known::Person { first, last }];
    // The whole name as stored says more than its parts only when it differs from them.
    if !name.is_empty() && !same_words(name, &[first, last]) {
        values.push(Known::person(name));
    }
    let others = [
        Known::Email(text(&contact.email)),
        Known::Phone(text(&contact.phone)),
        Known::Street(text(&contact.street)),
        Known::Town(text(&contact.city)),
        Known::Postcode(text(&contact.zip)),
        Known::AccountNumber(text(&contact.account_number)),
    ];
    values.extend(others);
    let firm = contact.account_id.as_deref().filter(|id| id.len() >= 15);
    if let Some(id) = firm.filter(|_| !account.is_empty()) {
        if accounts.insert(format!("{id}/{account}")) {
            known.upsert(id, &[Known::Org(account)])?;
        }
    } else if !account.is_empty() {
        values.push(Known::Org(account));
    }
    // A contact without an id is known all the same; nobody has a record of this number.
    let id = contact.id.clone().unwrap_or_else(|| format!("000{number:012}"));
    known.upsert(&id, &values)?;
    Ok(())
}

fn same_words(name: &str, parts: &[&str]) -> bool {
    let mut words: Vec<&str> = name.split_whitespace().collect();
    let mut others: Vec<&str> = parts.iter().flat_map(|part| part.split_whitespace()).collect();
    words.sort_unstable();
    others.sort_unstable();
    words == others
}
