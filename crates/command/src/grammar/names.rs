//! Names of records in a sentence: where one ends, and what it may be the name of.

use super::Scene;
use super::dates::{Tense, date_test_at};
use crate::lexicon::{STOPPERS, noun_at, place_paths};
use crate::schema::ObjectView;
use crate::search::{Condition, Op, Value};
use crate::words::{Kind, Run};

/// How a name hangs on the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    /// `deals for Acme`, `contacts at Acme`, `Acme deals`.
    About,
    /// `leads from Initech`, which may be a place as well.
    From,
    /// `accounts in Berlin`.
    In,
    /// `named Acme`, `called Acme`, `account Acme`.
    Named,
    /// `Acme's deals`, `Maria's deals`.
    Possessive,
    /// `owned by Maria`.
    Owner,
}

/// Where the name that starts at `i` ends. A quotation or a token is a name by itself.
pub(crate) fn name_end(scene: Scene<'_>, run: Run<'_>, i: usize) -> usize {
    if matches!(run.kind(i), Some(Kind::Quoted)) {
        return i + 1;
    }
    let mixed = run.words().iter().any(|w| w.kind == Kind::Word && !w.is_capitalised());
    let capital = |at: usize| mixed && run.word(at).is_some_and(crate::words::Word::is_capitalised);
    let mut end = i;
    while end < run.len() && end < i + 7 {
        let Some(word) = run.word(end) else { break };
        let inside = match word.kind {
            Kind::Token => true,
            Kind::Quoted | Kind::Possessive => false,
            Kind::Mark => {
                end > i
                    && matches!(word.text.as_str(), "&" | "-" | "." | "/" | "+" | "!")
                    && end + 1 < run.len()
                    && word.start
                        == run.word(end - 1).map_or(0, |w| w.end) + usize::from(word.text == "&")
            }
            Kind::Number => end > i && !starts_condition(scene, run, end),
            Kind::Word if capital(end) => true,
            Kind::Word if end > i && capital(end - 1) && capital(end + 1) => {
                matches!(
                    word.lower.as_str(),
                    "of" | "the" | "de" | "van" | "von" | "der" | "del" | "la" | "for" | "&"
                )
            }
            Kind::Word => {
                let noun = end > i && noun_at(scene.schema, run, end).is_some();
                let stops = STOPPERS.contains(word.lower.as_str())
                    || noun
                    || starts_condition(scene, run, end);
                !stops
            }
        };
        if !inside {
            break;
        }
        end += 1;
    }
    end
}

fn starts_condition(scene: Scene<'_>, run: Run<'_>, i: usize) -> bool {
    date_test_at(run, i, scene.today, Tense::Future).is_some()
        || super::amounts::comparison_at(run, i).is_some_and(|(c, _)| c.is_surely_amount())
}

/// The condition that a name puts on the records of `object`.
pub(crate) fn about(
    scene: Scene<'_>,
    object: &ObjectView,
    name: &str,
    relation: Relation,
    of: Option<&ObjectView>,
) -> Option<Condition> {
    let mut paths = paths(object, relation, of);
    paths.retain(|p| scene.schema.path(object, p).is_some_and(|f| f.kind.is_text()));
    let mut any: Vec<Condition> = Vec::new();
    for path in paths {
        let same = |c: &Condition| matches!(c, Condition::Is { path: p, .. } if *p == path);
        if !any.iter().any(same) {
            any.push(named(&path, name));
        }
    }
    if matches!(relation, Relation::From | Relation::In) {
        any.extend(place(scene, object, name));
    }
    Condition::any(any)
}

/// A name is looked for inside the field, an e-mail address as the whole of it.
fn named(path: &str, name: &str) -> Condition {
    if path.ends_with("Email") {
        return Condition::is(path, Op::Eq, Value::Text(name.to_owned()));
    }
    Condition::contains(path, name)
}

fn paths(object: &ObjectView, relation: Relation, of: Option<&ObjectView>) -> Vec<String> {
    let own = object.name_field.clone();
    let list = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
    if relation == Relation::Owner {
        return list(&["Owner.Name"]);
    }
    if let Some(parent) = of.filter(|p| p.name != object.name) {
        let hops = object.links_to(&parent.name).filter_map(|f| f.relationship_name.as_ref());
        return hops
            .map(|hop| {
                format!(
                    "{hop}.{}",
                    if hop == "What" || hop == "Who" { "Name" } else { &parent.name_field }
                )
            })
            .collect();
    }
    let mut paths = match (object.name.as_str(), relation) {
        (_, Relation::In) => Vec::new(),
        (_, Relation::Named) if object.name == "Task" || object.name == "Event" => vec![own],
        (_, Relation::Named) if object.name == "Case" => list(&["CaseNumber", "Subject"]),
        (_, Relation::Named) => vec![own],
        ("Opportunity", _) => list(&["Account.Name", "Name"]),
        ("Contact" | "Contract" | "Asset" | "Order", _) => list(&["Account.Name"]),
        ("Lead", Relation::Possessive) => list(&["Company", "Name"]),
        ("Lead", _) => list(&["Company"]),
        ("Case", _) => list(&["Account.Name", "Contact.Name"]),
        ("Task" | "Event", _) => list(&["What.Name", "Who.Name"]),
        ("User", _) => list(&["Name"]),
        ("Quote" | "OpportunityLineItem", _) => list(&["Opportunity.Name", "Name"]),
        _ => {
            let hops = object.fields.iter().filter(|f| {
                f.name != "OwnerId"
                    && !f.name.starts_with("Created")
                    && !f.name.starts_with("LastModified")
            });
            let mut paths = vec![own];
            paths.extend(
                hops.filter_map(|f| f.relationship_name.as_ref()).map(|hop| format!("{hop}.Name")),
            );
            paths
        }
    };
    if relation == Relation::Possessive {
        paths.push("Owner.Name".to_owned());
    }
    paths
}

/// Where a record lies: an exact city, state or country.
fn place(scene: Scene<'_>, object: &ObjectView, name: &str) -> Vec<Condition> {
    let countries = country_names(name);
    place_paths(scene.schema, object)
        .into_iter()
        .filter(|path| countries.is_none() || path.ends_with("Country"))
        .map(|path| match countries {
            Some(names) if path.ends_with("Country") => Condition::is(
                path,
                Op::In,
                Value::OneOf(names.iter().map(|n| (*n).to_owned()).collect()),
            ),
            _ => Condition::is(path, Op::Eq, Value::Text(title_case(name))),
        })
        .collect()
}

/// The ways one country is written in records.
pub(crate) fn country_names(name: &str) -> Option<&'static [&'static str]> {
    let name = name.to_lowercase();
    Some(match name.trim_start_matches("the ") {
        "us"
        | "usa"
        | "u.s"
        | "u.s."
        | "u.s.a"
        | "united states"
        | "america"
        | "united states of america"
        | "states" => &["United States", "USA", "US"],
        "uk" | "u.k" | "u.k." | "united kingdom" | "great britain" | "britain" => {
            &["United Kingdom", "UK", "GB"]
        }
        "germany" | "deutschland" => &["Germany", "DE"],
        "france" => &["France", "FR"],
        "spain" => &["Spain", "ES"],
        "italy" => &["Italy", "IT"],
        "netherlands" | "holland" => &["Netherlands", "NL"],
        "switzerland" => &["Switzerland", "CH"],
        "austria" => &["Austria", "AT"],
        "canada" => &["Canada", "CA"],
        "japan" => &["Japan", "JP"],
        "india" => &["India", "IN"],
        "australia" => &["Australia", "AU"],
        "uae" | "emirates" | "united arab emirates" => &["United Arab Emirates", "UAE", "AE"],
        _ => return None,
    })
}

/// A place said in lower case, as speech recognition writes it, gets its capitals back; SOQL ignores case, a person
/// reading the answer does not.
pub(crate) fn title_case(name: &str) -> String {
    if name.chars().any(char::is_uppercase) || name.starts_with('{') {
        return name.to_owned();
    }
    let word = |w: &str| {
        let mut chars = w.chars();
        chars.next().map(|c| c.to_uppercase().chain(chars).collect::<String>()).unwrap_or_default()
    };
    name.split(' ').map(word).collect::<Vec<_>>().join(" ")
}
