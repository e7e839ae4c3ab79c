//! Values with a label: `"LastName":"Byron"`, `Name: Ada Byron`, `From: Ada Byron <ada@..>`.

use std::sync::LazyLock;

use boundary::{Kind, Layer};

use super::{
    fields::kind_of,
    things::{self, plain},
};
use crate::{
    lexicon::{FUNCTION, LEGAL, NAME, NAME_LABEL, ORG_LABEL, ORG_WORD, PARTICLE, WORD, Words},
    resolve::{LABELLED, Sink},
    text::{Doc, Gap, Shape},
};

/// Longest key and value that are read as a pair.
const LONGEST_KEY: usize = 48;

pub(super) fn detect(doc: &Doc<'_>, sink: &mut Sink) {
    pairs(doc, sink);
    lines(doc, sink);
    elements(doc, sink);
    for index in 0..doc.tokens.len() {
        line_label(doc, index, sink);
    }
}

/// JSON members whose key names a personal field, also inside a JSON string, where quotes are escaped.
fn pairs(doc: &Doc<'_>, sink: &mut Sink) {
    let bytes = doc.text.as_bytes();
    // "first" alone may be anything; beside "last" it is a name.
    let halves = doc.all("\"first").next().is_some() && doc.all("\"last").next().is_some();
    for colon in doc.signs(':') {
        let before = doc.text.get(..colon).unwrap_or_default().trim_end_matches(' ');
        let Some(key_end) = before.strip_suffix(['"', '\'']) else { continue };
        // JSON in JSON in JSON: a level more, twice the backslashes and one.
        let bare = key_end.trim_end_matches('\\');
        let (key_end, slashes) = (bare, key_end.len() - bare.len());
        let window = key_end.len().saturating_sub(LONGEST_KEY);
        let from = bytes
            .get(window..key_end.len())
            .and_then(|tail| tail.iter().rposition(|b| matches!(b, b'"' | b'\'')))
            .map(|i| window + i + 1);
        let Some(key) = from.and_then(|from| doc.text.get(from..key_end.len())) else { continue };
        let after = doc.text.get(colon + 1..).unwrap_or_default();
        let value = after.trim_start_matches([' ', '\n', '\t']);
        let unslashed = value.trim_start_matches('\\');
        if value.len() - unslashed.len() != slashes {
            continue;
        }
        let Some(value) = unslashed.strip_prefix(['"', '\'']) else { continue };
        let start = doc.text.len() - value.len();
        let Some(length) = value_length(value, slashes) else { continue };
        let text = doc.span(start, start + length);
        let (key, key_start) = (plain(key), from.unwrap_or(colon));
        let object = (key == "name").then(|| name_of_what(doc, key_start)).flatten();
        let api_name = things::is_api_name(text);
        if object.is_none()
            && (api_name || things::in_json(doc, &key, key_start, start + length + 1))
        {
            // A key alone says nothing against who is known, and nothing of a sentence.
            if api_name || things::is_naming(&key) && things::is_title(doc, start, start + length) {
                sink.thing(start, start + length);
            } else if things::is_title(doc, start, start + length) {
                sink.veto(start, start + length);
            }
            continue;
        }
        let half = halves
            && matches!(key.as_str(), "first" | "last")
            && text.starts_with(|c: char| c.is_alphabetic() && !c.is_lowercase())
            && !text.contains(char::is_numeric);
        let kind = kind_of(&key).or(object).or(half.then_some(Kind::Name));
        if let Some(kind) = kind
            && text.chars().any(char::is_alphanumeric)
        {
            sink.push((start, start + length), kind, Layer::Field, LABELLED);
        }
    }
}

/// Length of a string up to the quote that ends it, which has as many backslashes before it as the one that began it.
fn value_length(value: &str, slashes: usize) -> Option<usize> {
    let mut run = 0;
    for (at, c) in value.char_indices().take(400) {
        match c {
            '\\' => {
                run += 1;
                continue;
            }
            '"' if run == slashes || slashes == 0 && run % 2 == 0 => {
                return Some(at - run.min(slashes));
            }
            '\n' => return None,
            _ => {}
        }
        run = 0;
    }
    None
}

/// Elements of XML whose name tells a personal field: `<LastName>Byron</LastName>`.
fn elements(doc: &Doc<'_>, sink: &mut Sink) {
    let metadata = things::is_metadata(doc);
    for open in doc.signs('<') {
        let rest = doc.text.get(open + 1..).unwrap_or_default();
        let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '-');
        let Some(end) = rest.find(|c| !named(c)).filter(|end| (1..=LONGEST_KEY).contains(end))
        else {
            continue;
        };
        let (name, rest) = rest.split_at(end);
        let Some(value) = rest.strip_prefix('>') else { continue };
        let length = value.char_indices().take(400).find(|(_, c)| matches!(c, '<' | '\n'));
        let Some((length, '<')) = length else { continue };
        let name = plain(name.rsplit(':').next().unwrap_or_default());
        let person = matches!(name.as_str(), "name" | "person" | "contact" | "author");
        let start = doc.text.len() - value.len();
        let api_name = metadata || things::is_api_name(doc.span(start, start + length));
        if things::in_xml(doc, &name, open, metadata) || !metadata && api_name {
            if api_name || things::is_title(doc, start, start + length) {
                sink.thing(start, start + length);
            }
            continue;
        }
        let kind = kind_of(&name).or_else(|| person.then_some(Kind::Name));
        if let Some(kind) = kind
            && doc.span(start, start + length).chars().any(char::is_alphanumeric)
        {
            sink.push((start, start + length), kind, Layer::Field, LABELLED);
        }
    }
}

/// How forms of other countries call the firm.
static FIRMS: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "businessname institution university hospital dealer agency empresa azienda ditta bedrijf bedrijfsnaam företag virksomhed virksomhet société entreprise raisonsociale razónsocial razãosocial ragionesociale unternehmen firmenname şirket společnost spoločnosť spółka nazwafirmy yritys cég cégnév companie 会社 会社名 企業名 勤務先 公司 公司名称 客户公司 회사 회사명",
    )
});

/// Where the colon, or the tab, behind the label of a line stands, and what is behind it.
fn colon(line: &str) -> Option<(usize, usize)> {
    const REACH: usize = 40;
    // Most lines begin in ASCII, and are told of by bytes.
    let head = line.as_bytes().get(..REACH.min(line.len())).unwrap_or_default();
    if head.is_ascii() {
        return head.iter().position(|b| matches!(b, b':' | b'\t')).map(|at| (at, at + 1));
    }
    let (at, mark) =
        line.char_indices().take(REACH).find(|(_, c)| matches!(c, ':' | '：' | '\t'))?;
    Some((at, at + mark.len_utf8()))
}

/// Lines that say what they hold: `Straße: Am Ring 7`, `Imię: Ewa`, `氏名：山田`. One a line, up to its end.
fn lines(doc: &Doc<'_>, sink: &mut Sink) {
    let mut dashed = Vec::new();
    for (start, line) in doc.lines() {
        // `Company - Ada's Feeds`, where more than one line is written so.
        let dash = || {
            let head = line.as_bytes().get(..27.min(line.len())).unwrap_or_default();
            let at = head.array_windows().position(|it| it == b" - ")?;
            Some((at, at + 3))
        };
        let Some((colon, behind)) = colon(line).or_else(dash) else { continue };
        let key = line.get(..colon).unwrap_or_default();
        let small = key.trim_start().starts_with(char::is_lowercase);
        if key.contains(['"', '<', '{', '/', '@']) || key.split_whitespace().count() > 4 {
            continue;
        }
        let key = plain(key);
        let rest = line.get(behind..).unwrap_or_default();
        let value = rest.trim();
        let open = value.find([';', '|', '\t', '{', '<']).unwrap_or(value.len());
        let value = value.get(..open).unwrap_or_default().trim_end();
        let kind = kind_of(&key)
            .or_else(|| FIRMS.has(&key).then_some(Kind::Org))
            .or_else(|| (key == "name" || key == "nom" || key == "nome").then_some(Kind::Name))
            .or_else(|| (key == "place" && behind > colon + 1).then_some(Kind::Location));
        let value = kind.and_then(|kind| {
            let typed = || small && kind == Kind::Org && typed_small(value);
            fitting(kind, value).or_else(|| typed().then_some(value))
        });
        if let Some((kind, value)) = kind.zip(value) {
            let from = start + (value.as_ptr() as usize - line.as_ptr() as usize);
            let range = (from, from + value.len());
            if behind > colon + 1 && line.get(colon..behind) == Some(" - ") {
                dashed.push((range, kind));
            } else {
                sink.push(range, kind, Layer::Field, LABELLED);
            }
        }
    }
    if dashed.len() > 1 {
        for (range, kind) in dashed {
            sink.push(range, kind, Layer::Field, LABELLED);
        }
    }
}

/// `empresa: barbearia da ana`: who types labels without capitals types firms without them.
fn typed_small(value: &str) -> bool {
    let words = value.split_whitespace().count();
    (1..=5).contains(&words)
        && value.len() > 3
        && value.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '&' | '-' | '\''))
}

/// As much of a line's value as looks like a value of `kind`.
fn fitting(kind: Kind, value: &str) -> Option<&str> {
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    let digits = value.chars().filter(|c| c.is_numeric()).count();
    let words = value.split_whitespace().count();
    let plain = |text: &str| !text.contains(['@', '=', '(', '"', '?', '!']);
    let fits = match kind {
        Kind::Name => {
            let sentence = value.trim_end_matches('.').contains(". ") && words > 4
                || value.contains([':', '/']);
            let capitals = value
                .split([' ', '-'])
                .all(|word| word.chars().count() <= 4 || !word.starts_with(char::is_lowercase));
            (1..=5).contains(&words)
                && digits == 0
                && letters >= 2
                && plain(value)
                && !sentence
                && (capitals || words <= 3)
                && value.len() <= 60
        }
        Kind::Phone => {
            digits >= 4 && letters <= 6 && value.len() <= 40 && plain(&value.replace('(', ""))
        }
        Kind::Address => {
            (1..=90).contains(&value.len())
                && (digits > 0 || words <= 5)
                && plain(value)
                && letters + digits >= 3
        }
        Kind::Location => digits == 0 && words <= 4 && letters >= 2 && plain(value),
        Kind::Nationality => digits == 0 && words <= 2 && letters >= 2 && plain(value),
        Kind::Org => {
            (1..=6).contains(&words)
                && letters >= 2
                && plain(value)
                && value.len() <= 60
                && !value.starts_with(char::is_lowercase)
                && !value.trim_end_matches('.').contains(". ")
        }
        Kind::DateOfBirth => digits >= 3 && value.len() <= 32 && plain(value),
        Kind::NationalId => digits >= 4 && value.len() <= 30 && words <= 7 && plain(value),
        _ => false,
    };
    fits.then_some(value)
}

/// What a bare `Name` names: by the object it stands in.
fn name_of_what(doc: &Doc<'_>, key_start: usize) -> Option<Kind> {
    let before = doc.text.get(..key_start)?.trim_end_matches(['"', '\\', ' ', '\n', '\'']);
    // `"Account":{"Name":`
    if let Some(open) = before.strip_suffix('{') {
        let holder = open.trim_end_matches([' ', ':', '"', '\\', '\'']);
        let word =
            holder.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        match plain(word).as_str() {
            "account" | "company" | "parent" | "partner" | "accountr" | "organization" => {
                return Some(Kind::Org);
            }
            "owner" | "contact" | "lead" | "user" | "createdby" | "lastmodifiedby" | "who"
            | "reportsto" | "manager" | "assistant" | "customer" | "primarycontact" => {
                return Some(Kind::Name);
            }
            _ => {}
        }
    }
    let mut from = before.len().saturating_sub(240);
    while !before.is_char_boundary(from) {
        from += 1;
    }
    let window = before.get(from..)?;
    let at = window
        .rfind("\"type\"")
        .map(|at| at + 6)
        .or_else(|| window.rfind("type\\\"").map(|at| at + 6))?;
    let object: String = window
        .get(at..)?
        .chars()
        .skip_while(|c| !c.is_alphabetic())
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    match object.as_str() {
        "Contact" | "Lead" | "User" | "PersonAccount" | "Individual" | "CampaignMember" => {
            Some(Kind::Name)
        }
        "Account" | "Partner" => Some(Kind::Org),
        _ => None,
    }
}

/// `Name: Ada Byron` and `From: Ada Byron <..>`.
fn line_label(doc: &Doc<'_>, index: usize, sink: &mut Sink) {
    let (Some(label), Some(first)) = (doc.token(index), doc.token(index + 1)) else { return };
    if first.gap != Gap::Colon
        || !(label.class.any(NAME_LABEL.or(ORG_LABEL)) || is_town_label(doc.word(label)))
        || doc.byte(label.end) != b':'
        || matches!(label.gap, Gap::Underscore)
    {
        return;
    }
    let explicit = matches!(
        doc.word(label).to_lowercase().as_str(),
        "name"
            | "names"
            | "vorname"
            | "nachname"
            | "nom"
            | "nombre"
            | "nome"
            | "naam"
            | "navn"
            | "namn"
            | "surname"
            | "firstname"
            | "lastname"
            | "fullname"
            | "imię"
            | "nazwisko"
            | "jméno"
            | "příjmení"
            | "ad"
            | "soyad"
    );
    let mut end = index + 1;
    let mut names = 0;
    while let Some(token) = doc.token(end) {
        let joined = end == index + 1
            || matches!(token.gap, Gap::Space | Gap::Hyphen | Gap::Apostrophe | Gap::None)
            || matches!(token.gap, Gap::DotSpace | Gap::Dot)
                && doc.token(end - 1).is_some_and(|t| t.len() <= 3);
        let word = token.capital()
            || token.shape == Shape::Ideograph
            || token.shape == Shape::Uncased
            || token.class.any(PARTICLE) && token.len() <= 4
            || explicit && token.shape == Shape::Lower && !token.class.any(FUNCTION);
        if !joined || !word || end - index > 6 {
            break;
        }
        // `FirstName: Ada LastName:`: the next label.
        if doc.byte(token.end) == b':' && token.gap == Gap::Space {
            break;
        }
        names += usize::from(token.class.any(NAME) || !token.class.any(WORD));
        end += 1;
    }
    let count = end - index - 1;
    let closes =
        doc.token(end).is_none_or(|t| !matches!(t.gap, Gap::Space | Gap::Hyphen)) || !explicit;
    let Some(last) = doc.token(end - 1).filter(|_| count > 0 && names > 0 && closes) else {
        return;
    };
    let firm = last.class.any(LEGAL.or(ORG_WORD)) && !last.class.any(NAME);
    let person = !firm && label.class.any(NAME_LABEL) && !label.class.any(ORG_LABEL);
    if is_town_label(doc.word(label)) {
        sink.push((first.start, last.end), Kind::Location, Layer::Field, LABELLED);
        return;
    }
    // `To: Sales Team`: everyday words are no one's name.
    if person && (names * 2 >= count) && (explicit || count >= 2 || first.class.any(NAME)) {
        sink.push((first.start, last.end), Kind::Name, Layer::Field, crate::resolve::KNOWN - 10);
    } else if label.class.any(ORG_LABEL)
        && count <= 6
        && names * 2 >= count
        && !matches!(doc.word(label).to_lowercase().as_str(), "account")
    {
        sink.push((first.start, last.end), Kind::Org, Layer::Field, crate::resolve::KNOWN - 10);
    }
}

fn is_town_label(word: &str) -> bool {
    ["city", "town", "ort", "ville", "ciudad"].iter().any(|label| word.eq_ignore_ascii_case(label))
}
