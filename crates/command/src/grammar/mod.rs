//! From words to an intent. Nothing here looks at records: only at the sentence, the schema and the day.

mod amounts;
mod asking;
mod creating;
pub(crate) mod dates;
mod drafting;
mod meetings;
mod names;
mod parts;
mod picklists;
mod pointing;
mod search;
mod showing;
mod smalltalk;
mod tasks;
mod updating;
mod values;

use jiff::civil::Date;

use crate::intent::Intent;
use crate::schema::{ObjectView, SchemaView};
use crate::search::Search;
use crate::words::Run;

pub(crate) use parts::parts;
pub(crate) use picklists::match_value;
pub(crate) use pointing::{is_refusal, ordinal_reply};
pub(crate) use values::{Wish, read_value};

/// Words in one command, but for the text of notes and tasks.
const MAX_WORDS: usize = 100;
const TOO_LONG: &str =
    "That is too long for me to read as one command. Please say it in a few words.";

/// What the words may refer to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scene<'s> {
    pub(crate) schema: &'s SchemaView,
    pub(crate) today: Date,
    /// The request whose rows were shown last.
    pub(crate) last: Option<&'s Search>,
    /// The object of the record or list spoken of last.
    pub(crate) object: Option<&'s ObjectView>,
    /// Whether one record was spoken of last.
    pub(crate) has_focus: bool,
}

/// Reads one command.
pub(crate) fn read(scene: Scene<'_>, run: Run<'_>) -> Intent {
    let run = strip_politeness(run.trimmed());
    if run.is_empty() {
        return crate::intent::Unknown::part("");
    }
    if let Some(intent) = smalltalk::read(scene, run).or_else(|| creating::read(scene, run)) {
        return intent;
    }
    if run.len() > MAX_WORDS {
        return crate::intent::Unknown::because("", TOO_LONG);
    }
    updating::read(scene, run)
        .or_else(|| showing::read(scene, run))
        .unwrap_or_else(|| asking::read(scene, run))
}

/// Takes openings such as `could you please` and closings such as `thanks` off.
pub(crate) fn strip_politeness(mut run: Run<'_>) -> Run<'_> {
    loop {
        let before = run.len();
        if let Some(next) = run.one_of(0, crate::lexicon::POLITE).filter(|n| *n < run.len()) {
            run = run.from(next).trimmed();
        }
        for tail in [
            "please",
            "thanks",
            "thank you",
            "pls",
            "for me",
            "asap",
            "if you can",
            "right now",
            "real quick",
        ] {
            let size = tail.split(' ').count();
            if run.len() > size && run.phrase(run.len() - size, tail) == Some(run.len()) {
                run = run.until(run.len() - size).trimmed();
            }
        }
        if run.len() == before {
            return run;
        }
    }
}
