//! Covering what a model says of its own: an e-mail address, a number or a key that no record and nobody in the
//! conversation told.
//!
//! It comes from what the model was trained on, or from nowhere. Read character by character, so that any cutting of
//! an answer gives the same output; what is held back is a word, or a row of numbers, that may still become a value.

mod run;
#[cfg(test)]
mod tests;

use boundary::{Detector, DetectorFailure, Finding, Kind};
use serde_json::Value;

/// Text before a word that helps to tell what it is, in bytes; twice as much is kept at most.
const CONTEXT: usize = 96;
/// A word, or a row of numbers, is looked at when it has come to so many bytes, whether it is at its end or not.
const LONGEST_WORD: usize = 8_192;
const LONGEST_ROW: usize = 160;
/// Of what was looked at before its end, the last bytes may still be a part of a value.
const MAY_GO_ON: usize = 48;
/// The longest first line of a private key.
const ARMOUR: usize = 80;

/// Covers values in a text in whatever pieces it arrives.
pub(crate) struct Cover<'a> {
    detector: &'a dyn Detector,
    /// Whether a value was told in the conversation.
    told: Box<dyn Fn(&str) -> bool + Send + 'a>,
    /// The line as it was written, before what is held.
    context: String,
    /// What may still become a value: words of one row.
    held: String,
    /// Whether it is a row of words.
    row: bool,
    /// How long it may become before it is looked at.
    limit: Option<usize>,
    /// Inside a private key: what was last seen of it.
    key: Option<String>,
    covered: u64,
}

impl<'a> Cover<'a> {
    /// A cover that lets through what `told` knows.
    pub(crate) fn new(detector: &'a dyn Detector, told: impl Fn(&str) -> bool + Send + 'a) -> Self {
        let (context, held) = (String::new(), String::new());
        let told = Box::new(told);
        Self { detector, told, context, held, row: false, limit: None, key: None, covered: 0 }
    }

    /// Values covered so far.
    pub(crate) fn covered(&self) -> u64 {
        self.covered
    }

    /// Takes the next piece, gives what can be shown of all so far.
    pub(crate) fn push(&mut self, text: &str) -> Result<String, DetectorFailure> {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            self.take(c, &mut out)?;
        }
        Ok(out)
    }

    /// Gives what was held back.
    pub(crate) fn finish(&mut self) -> Result<String, DetectorFailure> {
        let mut out = String::new();
        self.settle(&mut out)?;
        Ok(out)
    }

    /// The texts of a JSON text, each by itself; names of members too. What is no JSON is a text.
    pub(crate) fn json(&mut self, text: &str) -> Result<String, DetectorFailure> {
        let Ok(mut json) = serde_json::from_str::<Value>(text) else { return self.whole(text) };
        let before = self.covered;
        self.each_text(&mut json)?;
        Ok(if self.covered == before { text.to_owned() } else { json.to_string() })
    }

    fn each_text(&mut self, json: &mut Value) -> Result<(), DetectorFailure> {
        match json {
            Value::String(text) => *text = self.whole(text)?,
            Value::Array(list) => list.iter_mut().try_for_each(|it| self.each_text(it))?,
            Value::Object(members) => {
                for (name, mut value) in std::mem::take(members) {
                    self.each_text(&mut value)?;
                    members.insert(self.whole(&name)?, value);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
        Ok(())
    }

    /// The whole of a text, with nothing before it.
    pub(crate) fn whole(&mut self, text: &str) -> Result<String, DetectorFailure> {
        self.context.clear();
        self.key = None;
        let mut out = self.push(text)?;
        out.push_str(&self.finish()?);
        Ok(out)
    }

    fn take(&mut self, c: char, out: &mut String) -> Result<(), DetectorFailure> {
        if let Some(seen) = &mut self.key {
            if run::key_ends(seen, c) {
                self.key = None;
            }
            return Ok(());
        }
        if run::parts(c) {
            let goes_on = run::joins_words(c) && !self.held.is_empty() && !run::open(&self.held);
            if goes_on {
                self.held.push(c);
                self.row = true;
                return Ok(());
            }
            self.settle(out)?;
            out.push(c);
            self.remember(&c.to_string());
            return Ok(());
        }
        if run::open(&self.held) && !run::goes_on(&self.held, c) {
            self.settle(out)?;
        }
        self.held.push(c);
        let most = if self.row { LONGEST_ROW } else { LONGEST_WORD };
        let limit = self.limit.unwrap_or(most);
        if self.held.len() >= limit {
            self.shorten(limit, out)?;
        }
        Ok(())
    }

    /// Looks at what is held and gives all of it out.
    fn settle(&mut self, out: &mut String) -> Result<(), DetectorFailure> {
        let found = self.look()?;
        let held = std::mem::take(&mut self.held);
        (self.row, self.limit) = (false, None);
        self.give(&held, &found, out);
        Ok(())
    }

    /// Looks at what is held before it ends: its last bytes, and a value that reaches into them, stay.
    fn shorten(&mut self, limit: usize, out: &mut String) -> Result<(), DetectorFailure> {
        let found = self.look()?;
        let safe = self.held.floor_char_boundary(self.held.len().saturating_sub(MAY_GO_ON));
        let reaching = found.iter().find(|it| it.end > safe).map_or(safe, |it| it.start.min(safe));
        let cut = match (reaching, self.limit) {
            (0, Some(_)) => self.held.len(),
            (0, None) => {
                self.limit = Some(limit * 2);
                return Ok(());
            }
            (cut, _) => cut,
        };
        self.limit = None;
        let rest = self.held.split_off(cut);
        self.row = rest.contains(run::joins_words);
        let done = std::mem::replace(&mut self.held, rest);
        let found: Vec<Finding> = found.into_iter().filter(|it| it.end <= cut).collect();
        self.give(&done, &found, out);
        Ok(())
    }

    /// Values in what is held that nobody told, in order.
    fn look(&self) -> Result<Vec<Finding>, DetectorFailure> {
        if !run::is_worth_a_look(&self.context, &self.held) {
            return Ok(Vec::new());
        }
        let plain = run::Plain::of(&self.held);
        let text = format!("{}{}", self.context, plain.text);
        let mut found = self.detector.detect_forms(&text, self.context.len())?;
        for it in &mut found {
            it.start = plain.written(it.start.saturating_sub(self.context.len()));
            it.end = plain.written(it.end.saturating_sub(self.context.len()));
            it.start = run::with_token(&self.held, it.start, it.end);
        }
        found.retain(|it| {
            self.held.get(it.start..it.end).is_some_and(|value| !self.was_told(value))
        });
        Ok(found)
    }

    fn was_told(&self, value: &str) -> bool {
        (self.told)(value) || value.contains("%40") && (self.told)(&value.replace("%40", "@"))
    }

    fn give(&mut self, held: &str, found: &[Finding], out: &mut String) {
        let mut from = 0;
        for it in found {
            out.push_str(held.get(from..it.start).unwrap_or_default());
            out.push_str(stands_for(it.kind));
            self.covered += 1;
            from = it.end;
            let value = held.get(it.start..it.end).unwrap_or_default();
            if it.kind == Kind::Secret && run::begins_key(value) {
                self.key = Some(String::new());
                from = held.len();
            }
        }
        out.push_str(held.get(from..).unwrap_or_default());
        self.remember(held);
    }

    fn remember(&mut self, text: &str) {
        self.context.push_str(text);
        if let Some(line) = self.context.rfind('\n') {
            self.context.drain(..=line);
        }
        if self.context.len() > CONTEXT * 2 {
            let cut = self.context.floor_char_boundary(self.context.len() - CONTEXT);
            self.context.drain(..cut);
        }
    }
}

impl std::fmt::Debug for Cover<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cover({} bytes held)", self.held.len())
    }
}

/// What stands where a value stood. Nothing in it needs an escape, in JSON or in Markdown.
const fn stands_for(kind: Kind) -> &'static str {
    match kind {
        Kind::Card => "[invented card number]",
        Kind::Email => "[invented e-mail address]",
        Kind::Iban => "[invented account number]",
        Kind::NationalId => "[invented personal number]",
        Kind::Phone => "[invented phone number]",
        _ => "[invented secret]",
    }
}
