//! Writes a labelled set of invented texts, and the contacts behind it.
//!
//! `cargo run -p detect --example corpus -- DIR [dev|test] [COUNT] [SEED]`

mod chance;
mod people;
mod templates;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use chance::Chance;
use people::{Person, digits, person};
use templates::{developed, kept_apart};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, rest @ ..] = arguments.as_slice() else {
        return Err("usage: corpus DIR [dev|test] [COUNT] [SEED]".into());
    };
    let half = rest.first().map_or("test", String::as_str);
    let count: usize = rest.get(1).map_or(Ok(1500), |it| it.parse())?;
    let mut chance = Chance(rest.get(2).map_or(Ok(7), |it| it.parse())?);
    let (texts, nobodys) = match half {
        "dev" => (developed::DEVELOPED, developed::NOBODYS_DEVELOPED),
        _ => (kept_apart::KEPT_APART, kept_apart::NOBODYS_KEPT_APART),
    };
    let people: Vec<Person> = (0..count)
        .map(|n| {
            let known = chance.below(10) < 7;
            person(&mut chance, n, known)
        })
        .collect();
    let mut items = Vec::with_capacity(count);
    for _ in 0..count {
        let negative = chance.below(8) == 0;
        let template = *chance.of(if negative { nobodys } else { texts });
        let pair = [chance.of(&people), chance.of(&people)];
        let mut item = Item { text: String::new(), points: 0, spans: Vec::new() };
        item.fill(template, pair, &mut chance);
        let kind = if negative { "negative" } else { "text" };
        items.push(json!({ "set": "crm", "kind": kind, "text": item.text, "spans": item.spans }));
    }
    fs::create_dir_all(folder)?;
    fs::write(Path::new(folder).join("texts.json"), json!({ "items": items }).to_string())?;
    let contacts: Vec<String> =
        people.iter().filter(|it| it.known).map(|it| contact(it).to_string() + "\n").collect();
    fs::write(Path::new(folder).join("contacts.jsonl"), contacts.concat())?;
    Ok(())
}

fn contact(it: &Person) -> Value {
    json!({
        "Id": it.id, "AccountId": it.account_id, "FirstName": it.first, "LastName": it.last,
        "Name": full(it), "Email": it.email, "Phone": it.phone, "Account": it.firm,
        "Street": it.street, "City": it.town, "Zip": it.zip,
    })
}

fn full(it: &Person) -> String {
    if it.joined { format!("{}{}", it.last, it.first) } else { format!("{} {}", it.first, it.last) }
}

struct Item {
    text: String,
    points: usize,
    spans: Vec<Value>,
}

impl Item {
    fn fill(&mut self, template: &str, pair: [&Person; 2], chance: &mut Chance) {
        let mut rest = template;
        while let Some((before, slot, after)) = split(rest) {
            self.plain(before);
            let (name, person) = match slot.strip_suffix('2') {
                Some(name) => (name, pair[1]),
                None => (slot, pair[0]),
            };
            self.slot(name, person, chance);
            rest = after;
        }
        self.plain(rest);
    }

    fn plain(&mut self, text: &str) {
        self.text.push_str(text);
        self.points += text.chars().count();
    }

    fn slot(&mut self, name: &str, it: &Person, chance: &mut Chance) {
        let mut known = Some(it.known);
        let initial = it.first.chars().next().map_or(String::new(), |c| c.to_string());
        let (kind, value) = match name {
            "full" => ("NAME", full(it)),
            "lastfirst" | "initial" if it.joined => ("NAME", full(it)),
            "first" => ("NAME", it.first.clone()),
            "last" => ("NAME", it.last.clone()),
            "lastfirst" => ("NAME", format!("{}, {}", it.last, it.first)),
            "initial" => ("NAME", format!("{initial}. {}", it.last)),
            "lower" => ("NAME", full(it).to_lowercase()),
            "lowerfirst" => ("NAME", it.first.to_lowercase()),
            "upper" => ("NAME", full(it).to_uppercase()),
            "possessive" => {
                self.slot("last", it, chance);
                self.plain("'s");
                return;
            }
            "email" => ("EMAIL", it.email.clone()),
            "phone" => ("PHONE", it.phone.clone()),
            "firm" => ("ORG", it.firm.clone()),
            "street" => ("ADDRESS", it.street.clone()),
            "zip" => ("ADDRESS", it.zip.clone()),
            "town" => ("LOCATION", it.town.clone()),
            "case" | "id" => {
                self.plain(&digits(chance, "%#####"));
                return;
            }
            other => {
                known = None;
                made_up(other, chance)
            }
        };
        let start = self.points;
        self.plain(&value);
        self.spans.push(json!({
            "start": start, "end": self.points, "type": kind, "value": value, "in_crm": known,
        }));
    }
}

fn split(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let open = from + text.get(from..)?.find('<')?;
        let inner = text.get(open + 1..)?;
        let close = inner.find('>')?;
        let slot = inner.get(..close)?;
        if !slot.is_empty() && slot.bytes().all(|b| b.is_ascii_lowercase() || b == b'2') {
            return Some((text.get(..open)?, slot, inner.get(close + 1..)?));
        }
        from = open + 1;
    }
}

fn made_up(name: &str, chance: &mut Chance) -> (&'static str, String) {
    match name {
        "card" => {
            let plain = digits(chance, "4### #### #### ###|51## #### #### ###").replace(' ', "");
            let card = with_luhn(&plain);
            let spaced = card.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>();
            ("CARD", if chance.below(2) == 0 { card.clone() } else { spaced.join(" ") })
        }
        "iban" => ("IBAN", iban(chance)),
        "ssn" => ("NATIONAL_ID", digits(chance, "4##-%%-%###|5##-%%-%###")),
        "ip" => ("IP", digits(chance, "19%.16%.%.%#|2001:db8:%##::%#")),
        "dob" => ("DATE_OF_BIRTH", digits(chance, "1#.0%.196#|0%/1#/197#|198#-0%-1#|% March 196#")),
        "age" => ("AGE", digits(chance, "4#|3#|6#")),
        _ => (
            "SECRET",
            digits(chance, "hunter##!x%|ghp_%a#Bc#dE#fG#hJ#kL#mN#pQ#rS#tU#vW#xY#zA|Tr0ub4dor&%"),
        ),
    }
}

fn with_luhn(body: &str) -> String {
    let sum: u32 = body
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(i, d)| if i % 2 == 0 { d * 2 / 10 + d * 2 % 10 } else { d })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

fn iban(chance: &mut Chance) -> String {
    let (country, body) = match chance.below(3) {
        0 => ("DE", digits(chance, "##################")),
        1 => ("ES", digits(chance, "####################")),
        _ => ("NL", digits(chance, "ABNA##########|INGB##########")),
    };
    let rest = format!("{body}{country}00").bytes().fold(0_u64, |rest, b| match b {
        b'0'..=b'9' => (rest * 10 + u64::from(b - b'0')) % 97,
        b => (rest * 100 + u64::from(b - b'A') + 10) % 97,
    });
    format!("{country}{:02}{body}", 98 - rest)
}
