//! Memory alone: a conversation is told a document with its labelled values, and then the same document again, its
//! values written otherwise, and a text that holds nobody's data. Nothing but memory looks at those.

use boundary::{
    Conversation, Detector, DetectorFailure, Finding, Kind, Label, Layer, PersonId, Raw, WordSort,
};
use detect::Detectors;

use crate::counting::{Found, found_family};
use crate::labelled::{Item, Span};
use crate::report::figure;
use crate::{Anyhow, out};

/// A way to write a value another time.
type Way = (&'static str, fn(&str, &str) -> Option<String>);

const WAYS: [Way; 8] = [
    ("the same", |_, v| Some(v.to_owned())),
    ("capitals", |_, v| Some(v.to_uppercase())),
    ("small letters", |_, v| Some(v.to_lowercase())),
    ("last name first", |family, v| {
        let (first, last) = v.rsplit_once(' ').filter(|_| family == "NAME" && !v.contains(','))?;
        Some(format!("{last}, {first}"))
    }),
    ("last name alone", |family, v| {
        let (_, last) = v.rsplit_once(' ').filter(|_| family == "NAME" && !v.contains(','))?;
        (last.chars().count() > 2).then(|| last.to_owned())
    }),
    ("other groups of digits", |family, v| grouped(family, v)),
    ("in JSON", |_, v| Some(v.to_owned())),
    ("in an address", |_, v| Some(percent(v))),
];

fn grouped(family: &str, value: &str) -> Option<String> {
    if !matches!(family, "PHONE" | "CARD" | "IBAN" | "NATIONAL_ID" | "ACCOUNT_NUMBER") {
        return None;
    }
    let plus = value.starts_with('+');
    let plain: Vec<char> = value.chars().filter(char::is_ascii_alphanumeric).collect();
    let groups: Vec<String> = plain.chunks(3).map(|three| three.iter().collect()).collect();
    Some(format!("{}{}", if plus { "+" } else { "" }, groups.join("-")))
}

fn percent(value: &str) -> String {
    let escaped = |b: u8| match b {
        b if b.is_ascii_alphanumeric() => char::from(b).to_string(),
        b => format!("%{b:02X}"),
    };
    value.bytes().map(escaped).collect()
}

/// The document with every value written in the way that fits it and whose turn it is.
fn again(item: &Item, turn: usize) -> Item {
    let (mut text, mut spans, mut from) = (String::new(), Vec::new(), 0);
    let quoted = turn % 3 == 1;
    for (nth, span) in item.spans.iter().enumerate() {
        let value = item.text.get(span.start..span.end).unwrap_or_default();
        text.push_str(item.text.get(from..span.start).unwrap_or_default());
        let written = (0..WAYS.len())
            .filter_map(|more| WAYS.get((turn + nth + more) % WAYS.len()))
            .find_map(|(_, way)| way(span.family, value))
            .unwrap_or_default();
        let start = text.len();
        text.push_str(&written);
        let Span { family, known, script, .. } = *span;
        spans.push(Span { start, end: text.len(), family, known, script });
        from = span.end;
    }
    text.push_str(item.text.get(from..).unwrap_or_default());
    if quoted {
        // Mail that quotes: one sign more before each line moves what stands after it.
        let moved =
            |at: usize| at + 2 + 2 * text.get(..at).unwrap_or_default().matches('\n').count();
        for span in &mut spans {
            let inside = text.get(span.start..span.end).unwrap_or_default().matches('\n').count();
            span.end = moved(span.start) + (span.end - span.start) + 2 * inside;
            span.start = moved(span.start);
        }
        text = format!("> {}", text.replace('\n', "\n> "));
    }
    let (set, kind) = (item.set.clone(), item.kind.clone());
    Item { number: item.number, text, spans, set, kind }
}

/// What the conversations are asked after they were told.
pub(crate) fn said_again(items: &[&Item]) -> Vec<Item> {
    items.iter().enumerate().map(|(turn, item)| again(item, turn)).collect()
}

/// One conversation for each document.
pub(crate) struct Recall<'d> {
    told: Vec<&'d Item>,
    words: &'d Detectors,
    next: usize,
}

impl<'d> Recall<'d> {
    pub(crate) fn new(items: &[&'d Item], words: &'d Detectors) -> Self {
        Self { told: items.to_vec(), words, next: 0 }
    }

    /// What memory finds in the next document; one without values is held against the document before it.
    pub(crate) fn find(&mut self, asked: &Item) -> Anyhow<Found> {
        let here = self.next;
        self.next += 1;
        let with_values = |item: &&&Item| !item.spans.is_empty();
        let Some(told) = self.told.get(..=here).and_then(|it| it.iter().rfind(with_values)) else {
            return Ok(Vec::new());
        };
        remembered(told, &asked.text, self.words)
    }
}

fn remembered(told: &Item, asked: &str, words: &Detectors) -> Anyhow<Found> {
    let mut conversation = Conversation::new("c".to_owned(), PersonId::new("org", "person"));
    let raw = |text: &str| Raw::new(text.to_owned(), Label::lowest());
    let labels = Labels { of: Some(told), words };
    conversation.mask_spans(&raw(&told.text), &labels, true)?;
    let blind = Labels { of: None, words };
    let (_, spans) = conversation.mask_spans(&raw(asked), &blind, true)?;
    let memory = spans.iter().filter(|it| it.layer == Layer::Memory);
    Ok(memory.map(|it| (it.start, it.end, found_family(it.kind))).collect())
}

/// Finds what a document's labels say, or nothing.
struct Labels<'d> {
    of: Option<&'d Item>,
    words: &'d Detectors,
}

impl Detector for Labels<'_> {
    fn detect(&self, _: &str) -> Result<Vec<Finding>, DetectorFailure> {
        let finding = |it: &Span| {
            let kind = Kind::parse(it.family).unwrap_or(Kind::Custom);
            Finding { start: it.start, end: it.end, kind, layer: Layer::Pattern }
        };
        Ok(self.of.map_or(Vec::new(), |item| item.spans.iter().map(finding).collect()))
    }

    fn sort(&self, word: &str) -> WordSort {
        self.words.sort(word)
    }
}

/// Which share of values is hidden when it is said again in each way.
pub(crate) fn by_way(items: &[Item], words: &Detectors, tell: bool) -> Anyhow<()> {
    out("\n#### memory alone: values said again, hidden whole\n");
    for (name, way) in WAYS {
        let (mut all, mut hidden) = (0, 0);
        for item in items {
            // The first and the last: a way for names, and one for numbers.
            let ends = [item.spans.first(), item.spans.last()];
            let pick = usize::from(name == "other groups of digits");
            let Some(Some(span)) = ends.get(pick) else { continue };
            let value = item.text.get(span.start..span.end).unwrap_or_default();
            let Some(written) = way(span.family, value) else { continue };
            let (before, after) = match name {
                "in JSON" => ("{\"text\":\"about ", ", please\"}"),
                "in an address" => ("see https://crm.example/find?q=", "&page=2"),
                _ => ("and what about ", ", then?"),
            };
            let asked = format!("{before}{written}{after}");
            let (start, end) = (before.len(), before.len() + written.len());
            let found = remembered(item, &asked, words)?;
            let covered = |at: usize| found.iter().any(|(from, to, _)| (*from..*to).contains(&at));
            let letters = asked.char_indices().filter(|(_, c)| c.is_alphanumeric());
            let mut inside = letters.map(|(at, _)| at).filter(|at| (start..end).contains(at));
            all += 1;
            let whole = inside.all(covered);
            hidden += usize::from(whole);
            if tell && !whole {
                out(&format!("{name}: {} {value:?} as {written:?}", span.family));
            }
        }
        out(&format!("{name:26} {} of {all}", figure(hidden, all)));
    }
    Ok(())
}
