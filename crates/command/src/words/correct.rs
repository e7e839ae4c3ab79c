//! Puts known words right that are one slip away, without touching what looks like a name.

use super::{Kind, Word, within_one_edit};
use crate::lexicon::{CORRECTABLE, PERIODS};

/// After these a name or a place is likely, so only words of time are put right.
const BEFORE_NAMES: &[&str] = &[
    "in", "at", "for", "from", "of", "with", "named", "called", "to", "as", "by", "contains",
    "like", "contact", "lead", "account", "company", "customer",
];

/// Common words that are one letter from a keyword and mean something else.
const LEAVE: &[&str] = &[
    "meals", "seals", "heads", "loads", "leans", "least", "cares", "caves", "bases", "votes",
    "mouth", "court", "mount", "house", "stale", "state", "those", "these", "there", "their",
    "where", "while", "which", "whose", "would", "could", "about", "above", "after", "again",
    "being", "every", "other", "under", "until", "still", "since", "leads", "dates", "close",
    "closes", "closed", "count", "country", "county", "order", "older", "start", "stage", "sales",
    "sale", "owned", "phone", "names", "named", "party", "store", "great", "place", "plate",
    "price", "prices", "prize", "front", "found", "fined", "shown", "shows", "short", "sport",
    "think", "thing", "things", "thank", "thanks",
];

/// Corrects `lower` of keywords in place; `text` stays as the person wrote it.
pub(crate) fn correct(words: &mut [Word]) {
    let capitals =
        words.iter().skip(1).filter(|w| w.kind == Kind::Word && w.is_capitalised()).count();
    let letters = words.iter().filter(|w| w.kind == Kind::Word).count();
    // In a sentence all in capitals or in title case a capital says nothing.
    let capital_is_name = letters > 2 && capitals * 2 < letters;
    let mut before = String::new();
    for (i, word) in words.iter_mut().enumerate() {
        let previous = std::mem::replace(&mut before, word.lower.clone());
        if word.kind != Kind::Word
            || word.lower.chars().count() < 4
            || LEAVE.contains(&word.lower.as_str())
        {
            continue;
        }
        if let Some(fixed) = misspelt(&word.lower) {
            fixed.clone_into(&mut word.lower);
            continue;
        }
        if i > 0 && capital_is_name && word.is_capitalised() {
            continue;
        }
        let lists: &[&[&str]] = if BEFORE_NAMES.contains(&previous.as_str()) {
            &[PERIODS]
        } else {
            &[CORRECTABLE, PERIODS]
        };
        if lists.iter().any(|list| list.contains(&word.lower.as_str())) {
            continue;
        }
        let mut near = lists
            .iter()
            .flat_map(|list| list.iter())
            .filter(|k| k.len() >= 5 && within_one_edit(&word.lower, k));
        if let (Some(keyword), None) = (near.next(), near.next()) {
            (*keyword).clone_into(&mut word.lower);
        } else if let Some(keyword) = closest_by_first_letter(lists, &word.lower) {
            keyword.clone_into(&mut word.lower);
        }
    }
}

/// Among several keywords one slip away, the only one with the same length and first letter.
fn closest_by_first_letter(lists: &[&[&'static str]], word: &str) -> Option<&'static str> {
    let mut near = lists.iter().flat_map(|list| list.iter()).filter(|k| {
        k.len() >= 5
            && k.len() == word.len()
            && k.chars().next() == word.chars().next()
            && within_one_edit(word, k)
    });
    match (near.next(), near.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// Frequent misspellings that are further away than one slip.
fn misspelt(word: &str) -> Option<&'static str> {
    Some(match word {
        "oppertunity" | "oportunity" | "opportunty" | "oppurtunity" | "opprtunity"
        | "opertunity" | "opportunites'" => "opportunity",
        "oppertunities" | "oportunities" | "opportunites" | "oppurtunities" | "opportunitys"
        | "opertunities" => "opportunities",
        "acounts" | "acconts" | "accouns" => "accounts",
        "acount" | "accont" => "account",
        "contcats" | "conatcts" => "contacts",
        "negociation" | "negotation" | "negotiaton" => "negotiation",
        "calender" => "calendar",
        "yesturday" | "yesterdy" => "yesterday",
        "tommorow" | "tomorow" | "tommorrow" | "tmrw" | "tomorrw" | "tmr" => "tomorrow",
        "qaurter" | "quater" | "qtr" => "quarter",
        "ammount" | "amout" => "amount",
        "recieved" => "received",
        "calls'" => "calls",
        "febuary" | "feburary" => "february",
        _ => return None,
    })
}
