//! What the model said itself. It goes back to the model as the model wrote it.
//!
//! A model may write a list of guesses: names, addresses, tokens. If the right ones among them came back covered, or
//! straightened, or the wrong ones escaped, the next prompt would tell which are right. So nothing is done to its
//! words: it knows them already. The same holds where the gate quotes them in an answer to a call, and where a
//! client sends them back.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{Call, Conversation, Turn, each_text};
use crate::detector::Detector;
use crate::label::Label;
use crate::mask::{MaskError, Masked};
use crate::raw::Raw;
use crate::token::shapes;

/// Texts kept to be known again, and their bytes together.
const KEPT: usize = 64;
const KEPT_BYTES: usize = 256 * 1024;

/// Texts of the model, by the hash of what their reader got.
#[derive(Default)]
pub(super) struct Words(VecDeque<Word>);

/// One of them.
pub(super) struct Word {
    pub(super) shown: [u8; 32],
    pub(super) said: Masked,
}

impl Words {
    pub(super) fn all(&self) -> impl Iterator<Item = &Word> {
        self.0.iter()
    }

    pub(super) fn keep(&mut self, word: Word) {
        self.0.retain(|it| it.shown != word.shown);
        self.0.push_back(word);
        let bytes =
            |all: &VecDeque<Word>| all.iter().map(|it| it.said.as_str().len()).sum::<usize>();
        while self.0.len() > KEPT || bytes(&self.0) > KEPT_BYTES {
            self.0.pop_front();
        }
    }

    pub(super) fn forget(&mut self) {
        self.0.clear();
    }

    pub(super) fn find(&self, shown: &str) -> Option<Masked> {
        let hash = hash(shown);
        self.0.iter().find(|it| it.shown == hash).map(|it| it.said.clone())
    }
}

impl Conversation {
    /// Keeps what the model said, as it said it. `label` is that of the prompt it answered.
    pub fn hear_model(
        &mut self,
        text: String,
        calls: Vec<(String, String, String)>,
        label: &Label,
    ) {
        let text = self.verbatim(text, label);
        let kept = calls.into_iter().map(|(id, name, arguments)| {
            let arguments = self.verbatim(arguments, label);
            Call { id, name, arguments }
        });
        let calls = kept.collect();
        self.turns.push(Arc::new(Turn::Model { text, calls }));
    }

    /// Notes what a client got to read of what the model said: a text, or the arguments of a call. When the
    /// client sends just that back, it is the model's own word again, and not the client's.
    pub fn note_shown(&mut self, shown: &str, said: &str, label: &Label) {
        if !said.is_empty() {
            let said = self.verbatim(said.to_owned(), label);
            self.words.keep(Word { shown: hash(shown), said });
        }
    }

    /// Masks and keeps what the gate itself answers to a call: a schema, an error, the state of
    /// a proposal. Tokens that it quotes stay tokens, and so do words of the call itself.
    pub fn hear_gate(
        &mut self,
        call: &str,
        name: &str,
        said: &Raw<String>,
        detector: &dyn Detector,
    ) -> Result<(), MaskError> {
        let asked = self.asked_in(call);
        let result = self.table.mask_quoting(said, &asked, detector)?;
        self.turns.push(Arc::new(Turn::Tool {
            call: call.to_owned(),
            name: name.to_owned(),
            result,
        }));
        Ok(())
    }

    /// Every text in the arguments of a call, names of members too.
    fn asked_in(&self, id: &str) -> Vec<String> {
        let mut calls = self.turns.iter().rev().filter_map(|turn| match turn.as_ref() {
            Turn::Model { calls, .. } => calls.iter().find(|it| it.id == id),
            _ => None,
        });
        let Some(call) = calls.next() else { return Vec::new() };
        let Ok(mut json) = serde_json::from_str::<Value>(call.arguments.as_str()) else {
            return vec![call.arguments.as_str().to_owned()];
        };
        let mut texts = Vec::new();
        each_text(&mut json, &mut |text| texts.push(text.clone()));
        texts
    }

    fn verbatim(&self, text: String, label: &Label) -> Masked {
        let known = shapes(&text).iter().filter(|it| self.table.resolve(it).is_some()).count();
        Masked::of_treated(text, label.clone(), known as u64)
    }
}

/// Clients trim.
fn hash(shown: &str) -> [u8; 32] {
    Sha256::digest(shown.trim().as_bytes()).into()
}
