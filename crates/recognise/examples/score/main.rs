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

mod counting;
mod labelled;
mod others;
mod report;
mod speed;

use std::path::Path;
use std::sync::{Arc, RwLock};
use std::time::Instant;

use boundary::Layer;
use detect::Detectors;
use recognise::{Limits, NETWORK, Recogniser, VOCABULARY};

use counting::{find, score};
use labelled::{Item, read_items, read_known};
use others::{adverse, given};
use report::{list, report};
use speed::speed;

type Anyhow<T> = Result<T, Box<dyn std::error::Error>>;

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
