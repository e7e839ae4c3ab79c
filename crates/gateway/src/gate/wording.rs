//! What somebody else reads of the words that led to a proposal.
//!
//! Whoever asked may have named more than the write touches: another person, an address, a number that the
//! approver may not see. So the words are masked like any text, by detectors and by what the CRM knows, and only
//! what stands open on the card before the approver stays.

use std::collections::BTreeSet;

use boundary::{Conversation, Label, Proposal, Raw, Replaced, ShownProposal};

use super::Inner;
use crate::error::GateError;

impl Inner {
    /// The words for an approver who sees every value of the proposal. Words that cannot be masked are left out.
    pub(super) async fn words_for_others(
        &self,
        proposal: &Proposal,
        card: &ShownProposal,
    ) -> Result<String, GateError> {
        let said = proposal.said().to_owned();
        if said.is_empty() {
            return Ok(said);
        }
        // Nobody reads a protected passage here either, and without what the CRM knows its values would not be found.
        if self.detector.forbids(&said).is_some() || self.knowledge.ready().await.is_err() {
            return Ok(String::new());
        }
        let text = Raw::new(said.clone(), Label::typed_by(proposal.owner()));
        // Nobody goes on in it: its tokens stand for nothing anywhere else.
        let mut aside = Conversation::new("words".to_owned(), proposal.owner().clone());
        match aside.mask_spans(&text, self.detector.as_ref(), false) {
            Ok((_, replaced)) => Ok(uncovered(&said, &replaced, &open_on(card))),
            Err(_) => Ok(String::new()),
        }
    }
}

/// The values that the card shows this approver, whatever their case.
fn open_on(card: &ShownProposal) -> BTreeSet<String> {
    let values = card.changes.iter().flat_map(|it| [it.old.as_ref(), Some(&it.new)]);
    let values = values.flatten().chain(card.name.as_ref());
    values.map(|it| plain(&it.text())).filter(|it| !it.is_empty()).collect()
}

fn plain(text: &str) -> String {
    text.trim().to_lowercase()
}

/// The words with a token in the place of each value but those that are open.
fn uncovered(said: &str, replaced: &[Replaced], open: &BTreeSet<String>) -> String {
    let mut out = String::with_capacity(said.len());
    let mut at = 0;
    for it in replaced {
        let (Some(between), Some(value)) = (said.get(at..it.start), said.get(it.start..it.end))
        else {
            // A range that is none hides the rest.
            return out;
        };
        out.push_str(between);
        out.push_str(if open.contains(&plain(value)) { value } else { &it.token });
        at = it.end;
    }
    out.push_str(said.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use boundary::{Kind, Layer};

    use super::*;

    fn range(said: &str, value: &str, token: &str) -> Replaced {
        let start = said.find(value).unwrap();
        let (kind, layer) = (Kind::Email, Layer::Pattern);
        Replaced { start, end: start + value.len(), kind, layer, token: token.to_owned() }
    }

    #[test]
    fn only_what_the_card_shows_stays_open() {
        let said = "Set Zoë's phone to 555-0100, as ana@example.com wants";
        let replaced =
            [range(said, "555-0100", "{PHONE_1}"), range(said, "ana@example.com", "{EMAIL_1}")];
        let open: BTreeSet<String> = ["555-0100".to_owned()].into();
        assert_eq!(
            uncovered(said, &replaced, &open),
            "Set Zoë's phone to 555-0100, as {EMAIL_1} wants"
        );
        assert_eq!(
            uncovered(said, &replaced, &BTreeSet::new()),
            "Set Zoë's phone to {PHONE_1}, as {EMAIL_1} wants"
        );
        // A range within a letter hides the rest.
        let broken = Replaced { start: 7, end: 7, ..replaced[0].clone() };
        assert_eq!(uncovered(said, &[broken], &open), "");
    }
}
