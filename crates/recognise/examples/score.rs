//! Scores the detectors on a labelled set, beside what each layer does alone.
//!
//! `cargo run -p recognise --example score -- DATA.json CONTACTS.jsonl [misses|false|speed|adverse|given SPANS.json]`
//!
//! With the folder of the recogniser's files in `PORTCULLIS_RECOGNISER`, the recogniser is scored too.
//!
//! `given` scores what another program found: a list of spans for each text. `adverse` writes the values in ways
//! that hide them from detectors, and tells the share that is covered all the same.
//!
//! `DATA.json` holds `items`: `text`, `spans` (`start`, `end` in code points, `type`, `in_crm`), `set`, `kind`.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::Path,
    sync::{Arc, RwLock},
    time::Instant,
};

use boundary::{Detector, Kind, Layer};
use detect::{Detectors, Known, KnownValues};
use recognise::{Limits, NETWORK, Recogniser, VOCABULARY};
use serde_json::Value;

type Anyhow<T> = Result<T, Box<dyn std::error::Error>>;

struct Span {
    start: usize,
    end: usize,
    family: &'static str,
    known: Option<bool>,
    script: &'static str,
}

struct Item {
    /// Its place among the texts.
    number: usize,
    text: String,
    spans: Vec<Span>,
    set: String,
    kind: String,
}

const CORE: [&str; 9] =
    ["NAME", "EMAIL", "PHONE", "CARD", "IBAN", "NATIONAL_ID", "ACCOUNT_NUMBER", "IP", "ADDRESS"];

fn main() -> Anyhow<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [data, contacts, rest @ ..] = arguments.as_slice() else {
        out("usage: score DATA.json CONTACTS.jsonl [misses|false|speed]");
        return Ok(());
    };
    if !Path::new(data).exists() || !Path::new(contacts).exists() {
        out("the labelled set is not here: skipped");
        return Ok(());
    }
    let items = read_items(data)?;
    let known = Arc::new(RwLock::new(read_known(contacts)?));
    let mode = rest.first().map_or("", String::as_str);
    let rules = Detectors::standard(&[]).with_known(Arc::clone(&known));
    let recogniser = read_recogniser()?;
    let with = |detectors: Detectors| match &recogniser {
        Some(it) => detectors.with_recogniser(Arc::clone(it) as Arc<dyn detect::Recogniser>),
        None => detectors,
    };
    let (all, strange) = (with(rules.clone()), with(Detectors::standard(&[])));
    match mode {
        "misses" | "false" => {
            let detector = if rest.get(1).is_some_and(|l| l == "unknown") { strange } else { all };
            return list(&items, &detector, mode == "misses", rest.get(2).map(String::as_str));
        }
        "speed" => return speed(&items, &rules, recogniser.is_some().then_some(&all)),
        "adverse" => return adverse(&items, &all),
        "given" => {
            let path = rest.get(1).ok_or("say which spans")?;
            return given(&items, path);
        }
        _ => {}
    }
    for set in ["crm", "general"] {
        let part: Vec<&Item> = items.iter().filter(|item| item.set == set).collect();
        if part.is_empty() {
            continue;
        }
        for (name, detector) in [
            ("pattern", Detectors::standard(&[]).only(&[Layer::Pattern])),
            ("names", Detectors::standard(&[]).only(&[Layer::Model, Layer::Field])),
            ("known", all.clone().only(&[Layer::Known])),
            ("without known", Detectors::standard(&[])),
            ("all", rules.clone()),
            ("without known, with the recogniser", strange.clone()),
            ("all, with the recogniser", all.clone()),
        ] {
            if name.ends_with("recogniser") && recogniser.is_none() {
                continue;
            }
            let score = score(&part, &|item| find(&item.text, &detector))?;
            report(set, name, &score, !matches!(name, "pattern" | "names" | "known"));
        }
    }
    Ok(())
}

/// The recogniser, when its folder is told. Nothing is kept, so that speed is of texts it never read.
fn read_recogniser() -> Anyhow<Option<Arc<Recogniser>>> {
    let Some(folder) = std::env::var_os("PORTCULLIS_RECOGNISER") else { return Ok(None) };
    let read = |name: &str| std::fs::read(Path::new(&folder).join(name));
    let limits = Limits { budget: std::time::Duration::from_mins(5), kept: 0 };
    let (network, vocabulary) = (read(NETWORK.name)?, read(VOCABULARY.name)?);
    Ok(Some(Arc::new(Recogniser::load(&network, &vocabulary, limits, Instant::now)?)))
}

#[expect(clippy::print_stdout, reason = "a report for the terminal")]
fn out(line: &str) {
    println!("{line}");
}

fn family(label: &str) -> &'static str {
    match label {
        "PERSON" => "NAME",
        "EMAIL_ADDRESS" => "EMAIL",
        "PHONE_NUMBER" => "PHONE",
        "CREDIT_CARD" => "CARD",
        "IBAN_CODE" => "IBAN",
        "US_SSN" | "PASSPORT" | "US_DRIVER_LICENSE" => "NATIONAL_ID",
        "BANK_ACCOUNT" => "ACCOUNT_NUMBER",
        "IP_ADDRESS" => "IP",
        "STREET_ADDRESS" | "ZIP_CODE" => "ADDRESS",
        "GPE" => "LOCATION",
        "DATE_TIME" | "DATE_OF_BIRTH" => "DATE",
        "AGE" => "AGE",
        "NRP" => "NATIONALITY",
        "TITLE" => "TITLE",
        "ORGANIZATION" => "ORG",
        "DOMAIN_NAME" => "URL",
        other => Kind::parse(other).map_or("OTHER", Kind::name),
    }
}

/// Whose name it is, by the locale it was made for.
fn script(locale: &str) -> &'static str {
    match locale.get(..2) {
        Some("zh") => "Chinese",
        Some("ja") => "Japanese",
        Some("tr") => "Turkish",
        Some(_) => "Latin",
        None => "",
    }
}

fn found_family(kind: Kind) -> &'static str {
    match kind {
        Kind::DateOfBirth => "DATE",
        kind => kind.name(),
    }
}

/// A town inside an address is an address or a town.
fn agree(found: &str, expected: &str) -> bool {
    found == expected
        || matches!((found, expected), ("ADDRESS", "LOCATION") | ("LOCATION", "ADDRESS"))
}

fn read_items(path: &str) -> Anyhow<Vec<Item>> {
    let data: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let items = data.get("items").and_then(Value::as_array).ok_or("no items")?;
    Ok(items
        .iter()
        .enumerate()
        .map(|(number, item)| {
            let text = text_of(item, "text").unwrap_or_default().to_owned();
            let mut offsets: Vec<usize> = text.char_indices().map(|(i, _)| i).collect();
            offsets.push(text.len());
            let at = |v: Option<&Value>| {
                v.and_then(Value::as_u64)
                    .and_then(|n| offsets.get(usize::try_from(n).ok()?).copied())
                    .unwrap_or(0)
            };
            let spans = item.get("spans").and_then(Value::as_array).map_or(Vec::new(), |spans| {
                spans
                    .iter()
                    .map(|s| Span {
                        start: at(s.get("start")),
                        end: at(s.get("end")),
                        family: family(text_of(s, "type").unwrap_or_default()),
                        known: s.get("in_crm").and_then(Value::as_bool),
                        script: script(text_of(s, "loc").unwrap_or_default()),
                    })
                    .collect()
            });
            Item {
                number,
                spans,
                set: text_of(item, "set").unwrap_or_default().to_owned(),
                kind: text_of(item, "kind").unwrap_or_default().to_owned(),
                text,
            }
        })
        .collect())
}

fn text_of<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name).and_then(Value::as_str)
}

fn read_known(path: &str) -> Anyhow<KnownValues> {
    let text = std::fs::read_to_string(path)?;
    let started = Instant::now();
    let mut known = KnownValues::new([7; 16], text.lines().count());
    for line in text.lines() {
        let record: Value = serde_json::from_str(line)?;
        let field = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default();
        known.upsert(
            field("Id"),
            &[
                Known::Person { first: field("FirstName"), last: field("LastName") },
                Known::Email(field("Email")),
                Known::Phone(field("Phone")),
                Known::Org(field("Account")),
                Known::Street(field("Street")),
                Known::Town(field("City")),
                Known::Postcode(field("Zip")),
            ],
        )?;
    }
    out(&format!(
        "known: {} records, {} entries, {} kB, {} ms with JSON",
        known.len(),
        known.entries(),
        known.memory() / 1024,
        started.elapsed().as_millis()
    ));
    Ok(known)
}

#[derive(Default)]
struct Tally {
    expected: usize,
    typed: usize,
    full: usize,
    found: usize,
    right: usize,
    known: usize,
    known_full: usize,
    stranger: usize,
    stranger_full: usize,
}

#[derive(Default)]
struct Score {
    families: BTreeMap<&'static str, Tally>,
    documents: usize,
    leaking: usize,
    negatives: usize,
    alarmed: usize,
    /// Names by script: expected, hidden.
    scripts: BTreeMap<&'static str, (usize, usize)>,
    /// Spans of any type that a finding of any type fits nearly exactly, of those expected and of those found.
    exact: [(usize, usize); 2],
}

type Found = Vec<(usize, usize, &'static str)>;

fn find(text: &str, detector: &Detectors) -> Anyhow<Found> {
    let found = detector.detect(text)?.into_iter();
    Ok(found.map(|f| (f.start, f.end, found_family(f.kind))).collect())
}

/// What another program found, in the order of the texts.
fn given(items: &[Item], path: &str) -> Anyhow<()> {
    let spans: Vec<Vec<Value>> = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    for set in ["crm", "general"] {
        let part: Vec<&Item> = items.iter().filter(|item| item.set == set).collect();
        if part.is_empty() {
            continue;
        }
        let score = score(&part, &|item| {
            let mut offsets: Vec<usize> = item.text.char_indices().map(|(i, _)| i).collect();
            offsets.push(item.text.len());
            let at = |v: Option<&Value>| {
                let point = v.and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
                point.and_then(|n| offsets.get(n).copied()).unwrap_or(0)
            };
            let spans = spans.get(item.number).ok_or("fewer spans than texts")?;
            let found = spans.iter().map(|s| {
                (at(s.get("start")), at(s.get("end")), family(text_of(s, "type").unwrap_or("")))
            });
            Ok(found.collect())
        })?;
        report(set, "given", &score, true);
    }
    Ok(())
}

/// Ways to write a value so that a reader still reads it.
fn adverse(items: &[Item], detector: &Detectors) -> Anyhow<()> {
    type Way = (&'static str, &'static [&'static str], fn(&str) -> String);
    let ways: [Way; 6] = [
        ("zero-width signs", &["NAME", "EMAIL", "PHONE"], |v| spread(v, "\u{200b}")),
        ("letters of other scripts", &["NAME", "EMAIL"], |v| {
            v.replace('a', "\u{430}").replace('o', "\u{43e}").replace('e', "\u{435}")
        }),
        ("full-width digits", &["PHONE", "CARD", "IBAN", "NATIONAL_ID"], |v| {
            let wide = |c: char| if c.is_ascii_digit() { u32::from(c) + 0xfee0 } else { c.into() };
            v.chars().filter_map(|c| char::from_u32(wide(c))).collect()
        }),
        ("spaced-out e-mails", &["EMAIL"], |v| v.replace('@', " @ ").replace('.', " . ")),
        ("percent encoding", &["EMAIL", "NAME"], |v| {
            let escaped = |b: u8| {
                if b.is_ascii_alphanumeric() {
                    char::from(b).to_string()
                } else {
                    format!("%{b:02X}")
                }
            };
            v.bytes().map(escaped).collect()
        }),
        ("base64", &["EMAIL", "NAME"], |v| base64(v.as_bytes())),
    ];
    for (name, families, way) in ways {
        let (mut all, mut hidden) = (0, 0);
        for item in items {
            let known = |s: &&Span| s.known == Some(true) && families.contains(&s.family);
            let Some(span) = item.spans.iter().find(known) else { continue };
            let (before, value) =
                (item.text.get(..span.start), item.text.get(span.start..span.end));
            let (Some(before), Some(value)) = (before, value) else { continue };
            let written = way(value);
            if written == value {
                continue;
            }
            let text =
                format!("{before}{written}{}", item.text.get(span.end..).unwrap_or_default());
            let found = find(&text, detector)?;
            let range = span.start..span.start + written.len();
            let letters = written.char_indices().filter(|(_, c)| c.is_alphanumeric());
            let covered = |(i, _): &(usize, char)| {
                found.iter().any(|(start, end, _)| (*start..*end).contains(&(range.start + i)))
            };
            all += 1;
            hidden += usize::from(letters.clone().filter(covered).count() == letters.count());
        }
        out(&format!("{name:26} hidden {:.3} of {all}", share(hidden, all)));
    }
    Ok(())
}

fn spread(value: &str, with: &str) -> String {
    value.chars().flat_map(|c| [c.to_string(), with.to_owned()]).collect()
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let sign =
        |n: u32| SIGNS.get(usize::try_from(n & 63).unwrap_or(0)).map_or('A', |b| char::from(*b));
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let n = three.iter().fold(0_u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - three.len()));
        for i in 0..4 {
            out.push(if i <= three.len() { sign(n >> (18 - 6 * i)) } else { '=' });
        }
    }
    out
}

fn score(items: &[&Item], find: &dyn Fn(&Item) -> Anyhow<Found>) -> Anyhow<Score> {
    let mut score = Score::default();
    for item in items {
        let marks = Marks::new(item, find(item)?);
        if item.kind == "negative" {
            score.negatives += 1;
            score.alarmed +=
                usize::from(marks.findings.iter().any(|(_, _, family)| CORE.contains(family)));
        }
        let mut core = 0;
        let mut leaks = false;
        for span in &item.spans {
            let tally = score.families.entry(span.family).or_default();
            let (typed, full) = marks.judge(span);
            tally.expected += 1;
            tally.typed += usize::from(typed);
            tally.full += usize::from(full);
            if let Some(known) = span.known {
                *(if known { &mut tally.known } else { &mut tally.stranger }) += 1;
                *(if known { &mut tally.known_full } else { &mut tally.stranger_full }) +=
                    usize::from(full);
            }
            score.exact[0].0 += usize::from(marks.findings.iter().any(|f| marks.fits(span, f)));
            score.exact[0].1 += 1;
            if span.family == "NAME" && !span.script.is_empty() {
                let (expected, hidden) = score.scripts.entry(span.script).or_default();
                *expected += 1;
                *hidden += usize::from(full);
            }
            if CORE.contains(&span.family) {
                core += 1;
                leaks |= !full;
            }
        }
        score.documents += usize::from(core > 0);
        score.leaking += usize::from(leaks);
        for finding in &marks.findings {
            score.exact[1].0 += usize::from(item.spans.iter().any(|s| marks.fits(s, finding)));
            score.exact[1].1 += 1;
        }
        for (start, end, family) in &marks.findings {
            let tally = score.families.entry(family).or_default();
            tally.found += 1;
            tally.right += usize::from(right(item, *start, *end, family));
        }
    }
    Ok(score)
}

struct Marks {
    findings: Found,
    letters: Vec<usize>,
}

impl Marks {
    fn new(item: &Item, findings: Found) -> Self {
        let letters =
            item.text.char_indices().filter(|(_, c)| c.is_alphanumeric()).map(|(i, _)| i).collect();
        Self { findings, letters }
    }

    /// Whether nine tenths of the letters of both are the same, whatever they are taken for.
    fn fits(&self, span: &Span, (start, end, _): &(usize, usize, &str)) -> bool {
        let count = |from: usize, to: usize| {
            self.letters.partition_point(|i| *i < to) - self.letters.partition_point(|i| *i < from)
        };
        let (from, to) = (span.start.max(*start), span.end.min(*end));
        let both = if from < to { count(from, to) } else { 0 };
        let any = count(span.start, span.end) + count(*start, *end) - both;
        both * 10 >= any * 9 && any > 0
    }

    fn judge(&self, span: &Span) -> (bool, bool) {
        let letters: Vec<usize> =
            self.letters.iter().copied().filter(|i| (span.start..span.end).contains(i)).collect();
        let covered = |family: Option<&str>| {
            letters
                .iter()
                .filter(|i| {
                    self.findings.iter().any(|(start, end, found)| {
                        (start..end).contains(i) && family.is_none_or(|family| agree(found, family))
                    })
                })
                .count()
        };
        (covered(Some(span.family)) * 2 >= letters.len(), covered(None) == letters.len())
    }
}

fn right(item: &Item, start: usize, end: usize, found: &str) -> bool {
    let letters: Vec<usize> = item
        .text
        .char_indices()
        .filter(|(i, c)| (start..end).contains(i) && c.is_alphanumeric())
        .map(|(i, _)| i)
        .collect();
    let hit = letters
        .iter()
        .filter(|i| {
            item.spans.iter().any(|s| (s.start..s.end).contains(i) && agree(found, s.family))
        })
        .count();
    hit * 2 >= letters.len()
}

#[expect(clippy::cast_precision_loss, reason = "shares for display")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

fn report(set: &str, name: &str, score: &Score, wide: bool) {
    let mut core = Tally::default();
    for (_, t) in score.families.iter().filter(|(family, _)| CORE.contains(family)) {
        core.expected += t.expected;
        core.typed += t.typed;
        core.full += t.full;
        core.found += t.found;
        core.right += t.right;
        core.known += t.known;
        core.known_full += t.known_full;
        core.stranger += t.stranger;
        core.stranger_full += t.stranger_full;
    }
    out(&format!(
        "\n## {set} / {name}: documents leaking {:.3}, negatives alarmed {:.3} of {}",
        share(score.leaking, score.documents),
        share(score.alarmed, score.negatives),
        score.negatives
    ));
    row("CORE", &core);
    let [(hit, expected), (right, found)] = score.exact;
    let (p, r) = (share(right, found), share(hit, expected));
    let f2 = if p + r > 0.0 { 5.0 * p * r / (4.0 * p + r) } else { 0.0 };
    out(&format!("any type, exact  P {p:.3}  R {r:.3}  F2 {f2:.3}"));
    for (script, (expected, hidden)) in score.scripts.iter().filter(|_| wide) {
        out(&format!("names, {script:9} full {:.3} ({expected})", share(*hidden, *expected)));
    }
    if wide {
        for (family, tally) in &score.families {
            row(family, tally);
        }
    } else if let Some(tally) = score.families.get("NAME") {
        row("NAME", tally);
    }
}

fn row(name: &str, t: &Tally) {
    let (p, r) = (share(t.right, t.found), share(t.typed, t.expected));
    let f2 = if p + r > 0.0 { 5.0 * p * r / (4.0 * p + r) } else { 0.0 };
    out(&format!(
        "{name:15} P {p:.3}  R {r:.3}  F2 {f2:.3}  full {:.3}  known {:.4} ({})  strangers {:.3} ({})  n {} found {}",
        share(t.full, t.expected),
        share(t.known_full, t.known),
        t.known,
        share(t.stranger_full, t.stranger),
        t.stranger,
        t.expected,
        t.found
    ));
}

fn list(items: &[Item], detector: &Detectors, misses: bool, only: Option<&str>) -> Anyhow<()> {
    for item in items {
        let marks = Marks::new(item, find(&item.text, detector)?);
        let lines: Vec<String> = if misses {
            let missed = item.spans.iter().filter(|s| !marks.judge(s).1);
            missed
                .map(|s| {
                    format!("{} {:?} known {:?}", s.family, &item.text.get(s.start..s.end), s.known)
                })
                .collect()
        } else {
            let wrong = marks
                .findings
                .iter()
                .filter(|(start, end, family)| !right(item, *start, *end, family));
            wrong
                .map(|(start, end, family)| format!("{family} {:?}", item.text.get(*start..*end)))
                .collect()
        };
        let lines: Vec<String> = lines
            .into_iter()
            .filter(|line| only.is_none_or(|only| line.starts_with(only)))
            .collect();
        if !lines.is_empty() {
            out(&format!("[{} {}] {:?}", item.set, item.kind, item.text));
            for line in lines {
                out(&format!("    {line}"));
            }
        }
    }
    Ok(())
}

/// CPU time of this thread so far, in nanoseconds; wall time says little on a busy machine.
fn cpu() -> u128 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0)
}

/// Time for texts of 200 and 2,000 bytes, as a clock on the wall has it.
fn pieces(text: &str, detector: &Detectors, runs: usize) -> Anyhow<String> {
    let mut line = String::new();
    for size in [200, 2_000] {
        let mut times: Vec<u128> = Vec::new();
        let mut at = 0;
        for _ in 0..runs {
            let mut end = at + size;
            while !text.is_char_boundary(end.min(text.len())) {
                end += 1;
            }
            let Some(piece) = text.get(at..end) else {
                at = 0;
                continue;
            };
            let started = Instant::now();
            detector.detect(piece)?;
            times.push(started.elapsed().as_micros());
            at = end;
        }
        times.sort_unstable();
        let rank = |n: usize| times.get(times.len() * n / 100).copied().unwrap_or_default();
        write!(line, "; {size} bytes p50 {} us p99 {} us", rank(50), rank(99))?;
    }
    Ok(line)
}

fn speed(items: &[Item], rules: &Detectors, with: Option<&Detectors>) -> Anyhow<()> {
    let mut text = String::new();
    for item in items
        .iter()
        .filter(|item| matches!(item.kind.as_str(), "note" | "prompt" | "email" | "text" | ""))
    {
        text.push_str(&item.text);
        text.push('\n');
    }
    for (name, detector) in [
        ("pattern", rules.clone().only(&[Layer::Pattern])),
        ("known", rules.clone().only(&[Layer::Known])),
        ("names", rules.clone().only(&[Layer::Model, Layer::Field])),
        ("all", rules.clone()),
    ] {
        detector.detect(&text)?;
        let (started, mut bytes) = (cpu(), 0);
        while cpu() - started < 700_000_000 {
            detector.detect(&text)?;
            bytes += text.len();
        }
        #[expect(clippy::cast_precision_loss, reason = "a rate for display")]
        let rate = bytes as f64 * 1e3 / (cpu() - started) as f64;
        out(&format!("{name:8} {rate:.1} MB/s{}", pieces(&text, &detector, 4_000)?));
    }
    if let Some(with) = with {
        out(&format!("with the recogniser{}", pieces(&text, with, 60)?));
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    out(&format!("peak memory, the texts and this scorer in it: {peak}"));
    Ok(())
}
