use jiff::civil::date;

use super::{fill, password};
use crate::disk::Disk;
use crate::oauth::Vault;
use crate::schema::{Kind, system};
use crate::state::State;
use crate::value::Value;

fn seeded(seed: u64) -> State {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = Vault::load(&Disk::open(folder.path()).unwrap()).unwrap();
    let mut state = State::new().unwrap();
    fill(&mut state, &mut vault, seed, date(2026, 11, 22)).unwrap();
    state
}

fn count(state: &State, object: &str) -> usize {
    state.rows(state.schema.object(object).unwrap()).count()
}

#[test]
fn the_org_has_the_size_it_should() {
    let state = seeded(1);
    for (object, least, most) in [
        ("Account", 200, 200),
        ("Contact", 850, 1200),
        ("Lead", 300, 300),
        ("Opportunity", 600, 600),
        ("OpportunityContactRole", 700, 1200),
        ("Case", 200, 300),
        ("Task", 400, 600),
        ("Event", 100, 300),
        ("Note", 100, 400),
        ("Product2", 10, 10),
        ("User", 5, 5),
    ] {
        let found = count(&state, object);
        assert!((least..=most).contains(&found), "{object}: {found}");
    }
}

#[test]
fn the_same_seed_makes_the_same_org_and_another_makes_another() {
    let (a, b, c) = (seeded(7), seeded(7), seeded(8));
    let mut differs = false;
    for object in a.schema.objects() {
        let rows =
            |state: &State| state.rows(object).map(|row| row.as_ref().clone()).collect::<Vec<_>>();
        assert_eq!(rows(&a), rows(&b), "{}", object.name);
        differs |= rows(&a) != rows(&c);
    }
    assert!(differs);
    assert_eq!(password(7, "x"), password(7, "x"));
    assert_ne!(password(7, "x"), password(8, "x"));
    assert_ne!(password(7, "x"), password(7, "y"));
}

#[test]
fn every_seeded_record_would_be_accepted() {
    let state = seeded(3);
    for object in state.schema.objects() {
        for row in state.rows(object) {
            for field in &object.fields {
                let value = row.get(field.at);
                let path = format!("{}.{}", object.name, field.name);
                assert!(!(field.required && value.is_null()), "{path} is missing");
                if let Some(text) = value.as_str() {
                    let most = field.kind.length();
                    assert!(most == 0 || text.chars().count() <= most, "{path} is too long");
                }
                match (&field.kind, value) {
                    (Kind::Picklist(values), Value::Text(text)) if !values.is_empty() => {
                        assert!(
                            values.iter().any(|known| known == text.as_ref()),
                            "{path}: {text}"
                        );
                    }
                    (Kind::Reference { targets, .. }, Value::Id(id)) => {
                        assert!(
                            targets.contains(&state.schema.object_of(*id).unwrap().name),
                            "{path}"
                        );
                        assert!(state.live(*id).is_some(), "{path} leads nowhere");
                    }
                    (Kind::Email, Value::Text(text)) => {
                        assert!(text.ends_with(".example"), "{path}: {text}");
                    }
                    _ => {}
                }
            }
            let (Value::Instant(created), Value::Instant(stamp)) =
                (row.get(system::CREATED), row.get(system::STAMP))
            else {
                panic!("{} has no dates", object.name)
            };
            assert!(
                created <= stamp && *stamp < "2026-11-23T00:00:00Z".parse().unwrap(),
                "{} {created} {stamp}",
                object.name
            );
        }
    }
}

#[test]
fn one_opportunity_is_gentechs() {
    let state = seeded(1);
    let object = state.schema.object("Opportunity").unwrap();
    let named =
        |row: &crate::state::Row| row.named(object, "Name").as_str().unwrap().contains("GenTech");
    let found: Vec<_> = state.rows(object).filter(|row| named(row)).collect();
    assert_eq!(found.len(), 1);
    assert!(!found[0].named(object, "IsClosed").is_true());
    assert!(!found[0].named(object, "HasOpportunityLineItem").is_true());
    let accounts = state.schema.object("Account").unwrap();
    let companies = state
        .rows(accounts)
        .filter(|row| row.named(accounts, "Name").as_str().unwrap().contains("GenTech"));
    assert_eq!(companies.count(), 1);
    let names: std::collections::HashSet<_> = state
        .rows(accounts)
        .map(|row| row.named(accounts, "Name").as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names.len(), 200, "company names repeat");
}
