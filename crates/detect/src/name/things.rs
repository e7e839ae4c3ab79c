//! Things that are called like people: members of JSON and elements of XML that name a product, a flow or a package,
//! labels of forms, letters that number.

use std::sync::LazyLock;

use super::fields::kind_of;
use crate::{
    known::asked::{GIVES, TASKS},
    lexicon::{FUNCTION, GIVEN, Hashes, NAME, NAME_LABEL, ORG_LABEL, SURNAME, WORD, Words},
    text::{Doc, Gap, Shape, Token},
};

/// How far around a name is looked for what says whose it is, in bytes.
const NEAR: usize = 300;

/// Most words of a title.
const LONGEST_TITLE: usize = 4;

/// Keys that name whatever holds them.
static NAMING: LazyLock<Words> = LazyLock::new(|| {
    Words::new("name label fullname developername masterlabel plurallabel displayname")
});

/// What holds people.
static PEOPLE: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "author authors contact contacts person persons people owner user users customer customers lead leads employee employees attendee attendees participant participants member members createdby manager developer maintainer",
    )
});

/// What holds things.
static THINGS: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "package packages product products project projects module modules plugin plugins dependency dependencies component components article articles license campaign campaigns field fields file files artifact plan plans flow flows workflow workflows report reports dashboard dashboards metric metrics permissionset permissionsets profile layout layouts customobject customfield recordtype recordtypes rule rules queue queues stage stages step steps job jobs pipeline pipelines service services feature features tier tiers tariff bundle bundles catalog catalogue price prices pricebook lineitems template templates form forms app apps application integration integrations connector category categories skill skills territory environment cluster dataset widget widgets channel channels theme sprint epic milestone release build",
    )
});

/// Keys that only things have, and those that people have.
const OF_THINGS: &[&str] = &[
    "version",
    "sku",
    "price",
    "unitprice",
    "listprice",
    "license",
    "artifactid",
    "apiversion",
    "dependencies",
    "scripts",
    "quantity",
    "budget",
    "productcode",
    "schema",
    "endpoint",
    "repository",
    "stock",
];
const OF_PEOPLE: &[&str] =
    &["email", "phone", "firstname", "lastname", "birthdate", "mobile", "birthday", "surname"];

/// A key without case, separators and the suffix of custom fields.
pub(super) fn plain(key: &str) -> String {
    let key = key.strip_suffix("__c").or_else(|| key.strip_suffix("__pc")).unwrap_or(key);
    key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether what holds it or stands beside it says that a member with this key names somebody or something.
pub(super) fn is_naming(key: &str) -> bool {
    NAMING.has(key)
}

/// Whether the member of JSON whose key begins at `key_start` names a thing, by what holds it or stands beside it.
pub(super) fn in_json(doc: &Doc<'_>, key: &str, key_start: usize, value_end: usize) -> bool {
    // `"campaign": "Summer Rose"`
    if !NAMING.has(key) {
        return is_column(key) && kind_of(key).is_none();
    }
    let before = back(doc, key_start);
    let (mut depth, mut open) = (0_usize, None);
    for (at, c) in before.char_indices().rev() {
        match c {
            '}' => depth += 1,
            '{' if depth == 0 => {
                open = Some(at);
                break;
            }
            '{' => depth -= 1,
            _ => {}
        }
    }
    let own = before.get(open.map_or(0, |at| at + 1)..).unwrap_or_default();
    let after = ahead(doc, value_end);
    let after = after.get(..after.find(['{', '}']).unwrap_or(after.len())).unwrap_or_default();
    let mut keys = keys(own).chain(keys(after));
    let mut thing = false;
    let person = keys.any(|key| {
        let key = plain(key);
        thing |= OF_THINGS.contains(&key.as_str());
        OF_PEOPLE.contains(&key.as_str())
    });
    let holder = open.and_then(|at| holder(before.get(..at)?)).unwrap_or_default();
    let sibling = thing && !matches!(key, "fullname" | "displayname");
    !person && !PEOPLE.has(&holder) && (sibling || THINGS.has(&holder))
}

/// Whether what a thing is called stands at `start..end`: few words with capitals. Not a sentence, a task or a whole name,
/// which may be about people.
pub(super) fn is_title(doc: &Doc<'_>, start: usize, end: usize) -> bool {
    let value = doc.span(start, end);
    let marked = value.contains([',', ';', ':', '!', '?', '@', '\n', '\\', '，', '、', '。'])
        || value.contains(". ")
        || value.ends_with('.');
    if marked || value.len() > 60 || value.split_whitespace().count() > LONGEST_TITLE {
        return false;
    }
    let from = doc.index_at(start);
    let words = || doc.tokens.iter().skip(from).take_while(|t| t.start < end);
    let named = |t: &Token| t.capital() || !matches!(t.shape, Shape::Lower) && t.len() <= 12;
    let small = |t: &Token| t.class.any(FUNCTION) && t.len() <= 3;
    let capitals = words().all(|t| named(t) || small(t)) || words().nth(1).is_none();
    // `Call Anna`
    let task = words().nth(1).is_some()
        && words().next().is_some_and(|t| (TASKS.has(t) || GIVES.has(t)) && !t.class.any(NAME));
    let whole = words().zip(words().skip(1)).any(|(given, surname)| {
        given.class.any(GIVEN) && surname.class.any(SURNAME) && !surname.class.any(WORD)
    });
    capitals && !task && !whole
}

/// Whether a column or a member with this heading holds things of one sort.
pub(super) fn is_column(heading: &str) -> bool {
    const ALONE: &[&str] = &[
        "product",
        "produkt",
        "produit",
        "producto",
        "prodotto",
        "produto",
        "module",
        "modul",
        "plan",
        "campaign",
        "kampagne",
        "campagne",
        "report",
        "package",
        "paket",
        "pakket",
        "article",
        "artikel",
        "feature",
        "dashboard",
        "template",
        "tariff",
        "tarif",
        "tarifa",
        "release",
        "sprint",
        "widget",
        "plugin",
        "sku",
        "item",
    ];
    ALONE.contains(&heading)
}

/// The keys of a part of an object: what stands in quotes before a colon.
fn keys(part: &str) -> impl Iterator<Item = &str> {
    part.match_indices(':').filter_map(|(at, _)| {
        let key = part.get(..at)?.trim_end().trim_end_matches(['"', '\'', '\\']);
        key.rsplit(['"', '\'', ',']).next()
    })
}

/// The key of the object or of the list of objects that begins behind `before`.
fn holder(before: &str) -> Option<String> {
    let mut before = before.trim_end();
    // The objects before it in the list.
    while let Some(rest) = before.strip_suffix(',').map(str::trim_end) {
        before = rest.get(..rest.rfind('{')?)?.trim_end();
    }
    let before = before.strip_suffix('[').unwrap_or(before).trim_end();
    let before = before.strip_suffix(':')?.trim_end().trim_end_matches(['"', '\'', '\\']);
    before.rsplit(['"', '\'', ',', '{']).next().map(plain)
}

fn back<'t>(doc: &Doc<'t>, end: usize) -> &'t str {
    let mut from = end.saturating_sub(NEAR);
    while !doc.text.is_char_boundary(from) {
        from += 1;
    }
    doc.span(from, end)
}

fn ahead<'t>(doc: &Doc<'t>, from: usize) -> &'t str {
    let mut end = (from + NEAR).min(doc.text.len());
    while !doc.text.is_char_boundary(end) {
        end -= 1;
    }
    doc.span(from, end)
}

/// Whether a text describes fields and layouts of Salesforce: then what is named is one of them.
pub(super) fn is_metadata(doc: &Doc<'_>) -> bool {
    doc.text.contains("soap.sforce.com/2006/04/metadata")
}

/// Whether the element of XML that begins at `open` names a thing: `<package><name>..`.
pub(super) fn in_xml(doc: &Doc<'_>, name: &str, open: usize, metadata: bool) -> bool {
    if !NAMING.has(name) {
        return false;
    }
    if metadata {
        return true;
    }
    if name != "name" && name != "label" {
        return false;
    }
    let mut closed = 0_usize;
    for tag in back(doc, open).rsplit('<') {
        if tag.starts_with('/') {
            closed += 1;
        } else if tag.starts_with(|c: char| c.is_alphabetic()) {
            if closed > 0 {
                closed -= 1;
                continue;
            }
            let end = tag.find(|c: char| !c.is_alphanumeric()).unwrap_or(tag.len());
            let holder = plain(tag.get(..end).unwrap_or_default());
            if PEOPLE.has(&holder) {
                return false;
            }
            if THINGS.has(&holder) {
                return true;
            }
            break;
        }
    }
    let rest = ahead(doc, open);
    let sibling = |tag: &&str| rest.contains(*tag);
    ["<version>", "<sku>", "<price>", "<license>", "<artifactId>"].iter().any(sibling)
}

/// Whether a value is the name of a field or an object in a program: `Visit_Reason__c`.
pub(super) fn is_api_name(value: &str) -> bool {
    ["__c", "__r", "__mdt", "__e", "__x"].iter().any(|end| value.ends_with(end))
        && !value.contains(' ')
}

/// Whether words `from..to` are one that says what follows its colon: `Şehir: Bursa`.
pub(super) fn is_label(doc: &Doc<'_>, from: usize, to: usize) -> bool {
    let Some(token) = doc.token(from).filter(|_| to - from == 1) else { return false };
    let rest = doc.text.get(token.end..).unwrap_or_default();
    let colon = rest.starts_with(':') || rest.starts_with(" :") || rest.starts_with('：');
    colon
        && !token.class.any(NAME)
        && (token.class.any(NAME_LABEL.or(ORG_LABEL))
            || kind_of(&doc.word(token).to_lowercase()).is_some())
}

/// What is numbered by letters.
static NUMBERED: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "annex appendix exhibit schedule section part clause anlage anhang abschnitt teil kapitel punkt bijlage annexe allegato anexo cláusula bilaga vedlegg bilag załącznik příloha ek",
    )
});

/// Whether the letter at `index` is no initial: that of `i. A.`, of `Annex B. Prices`.
pub(super) fn is_number(doc: &Doc<'_>, index: usize) -> bool {
    let Some(token) = doc.token(index).filter(|t| t.shape == Shape::Initial) else { return false };
    index.checked_sub(1).and_then(|i| doc.token(i)).is_some_and(|prior| {
        let short = prior.shape == Shape::Lower
            && prior.len() == 1
            && matches!(doc.byte(prior.start), b'i' | b'p' | b'z');
        short && matches!(token.gap, Gap::DotSpace | Gap::Dot)
            || token.gap == Gap::Space && NUMBERED.has(prior)
    })
}

#[cfg(test)]
mod tests {
    use boundary::Kind;

    use super::*;
    use crate::found;

    #[test]
    fn what_holds_a_name_says_whether_it_is_a_thing() {
        for (text, thing) in [
            (r#"{"plans":[{"name":"Clara Plus"}]}"#, true),
            (r#"{"plans":[{"name":"Solo"},{"name":"Clara Plus"}]}"#, true),
            (r#"{"id":3,"name":"Clara Plus","sku":"C-1"}"#, true),
            (r#"{"price":9,"name":"Clara Plus"}"#, true),
            (r#"{"contacts":[{"name":"Clara Plus"}]}"#, false),
            (r#"{"name":"Clara Plus","email":"c@example.com","version":2}"#, false),
            (r#"{"name":"Clara Plus"}"#, false),
            (r#"{"contacts":[{"name":"Clara Plus"}],"product":"Rosa"}"#, false),
            (r#"{"products":[{"sku":"x","owner":{"name":"Clara Plus"}}]}"#, false),
        ] {
            let doc = Doc::new(text);
            let at = text.find("\"name\":\"Clara").unwrap() + 1;
            let end = text.find("Clara Plus").unwrap() + 11;
            assert_eq!(in_json(&doc, "name", at, end), thing, "{text}");
        }
    }

    #[test]
    fn a_key_for_things_takes_titles_and_nobody_else() {
        for (text, title) in [
            ("Clara Plus", true),
            ("Summer Rose", true),
            ("Bruno 2.0", true),
            ("felix", true),
            ("Return of Clara", true),
            ("Spoke with Anna Brandt, 54, from Bremen", false),
            ("Anna asked for it", false),
            ("Call Anna", false),
            ("Anna Brandt", false),
            ("Visit to Anna.", false),
        ] {
            assert_eq!(is_title(&Doc::new(text), 0, text.len()), title, "{text}");
        }
        let text = r#"{"report":"Spoke with Anna Brandt, 54, from Bremen"}"#;
        assert_eq!(found::of(Kind::Name, text), ["Anna Brandt"]);
        assert_eq!(found::all(r#"{"campaign":"Summer Rose"}"#), []);
    }

    #[test]
    fn letters_that_number_are_no_initials() {
        for (text, word, number) in [
            ("gez. i. V. Petersen", 2, true),
            ("Annex B. Rates", 1, true),
            ("Frau B. Rademann", 1, false),
            ("with P. Okafor", 1, false),
        ] {
            assert_eq!(is_number(&Doc::new(text), word), number, "{text}");
        }
    }

    #[test]
    fn a_word_before_its_colon_is_a_label() {
        for (text, label) in
            [("Miasto: Poznań", true), ("Kunde : Reuter", true), ("Zofia: tak", false)]
        {
            assert_eq!(is_label(&Doc::new(text), 0, 1), label, "{text}");
        }
    }
}
