//! Puts known words right that are one slip away, without touching what looks like a name.

use super::{Kind, Word, within_one_edit};
use crate::lexicon::{CORRECTABLE, FILLERS, PERIODS, STOPPERS};

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
    flatten(words);
    let capitals =
        words.iter().skip(1).filter(|w| w.kind == Kind::Word && w.is_capitalised()).count();
    let letters = words.iter().filter(|w| w.kind == Kind::Word).count();
    // In a sentence all in capitals or in title case a capital says nothing.
    let capital_is_name = letters > 2 && capitals * 2 < letters;
    let mut before = String::new();
    for (i, word) in words.iter_mut().enumerate() {
        let previous = std::mem::replace(&mut before, word.lower.clone());
        if word.kind == Kind::Word
            && let Some(fixed) = misspelt(&word.lower)
        {
            fixed.clone_into(&mut word.lower);
            continue;
        }
        if word.kind != Kind::Word
            || word.lower.chars().count() < 4
            || LEAVE.contains(&word.lower.as_str())
        {
            continue;
        }
        if i > 0 && capital_is_name && word.is_capitalised() {
            continue;
        }
        let said = word.lower.as_str();
        if PERIODS.contains(said)
            || CORRECTABLE.contains(said)
            || FILLERS.contains(said)
            || STOPPERS.contains(said)
        {
            continue;
        }
        let name_next = BEFORE_NAMES.contains(&previous.as_str());
        if let Some(keyword) = nearest(said, !name_next) {
            keyword.clone_into(&mut word.lower);
        }
    }
}

/// A sentence all in capitals or in title case says nothing about names with its capitals, so they are dropped.
fn flatten(words: &mut [Word]) {
    let letters = |w: &&Word| w.kind == Kind::Word && w.text.chars().count() > 1;
    let all = words.iter().filter(letters).count();
    let capital = words.iter().filter(letters).filter(|w| w.is_capitalised()).count();
    let small = words.iter().skip(1).filter(|w| {
        w.is_capitalised()
            && matches!(
                w.lower.as_str(),
                "me" | "my"
                    | "all"
                    | "the"
                    | "over"
                    | "in"
                    | "for"
                    | "and"
                    | "by"
                    | "with"
                    | "to"
                    | "this"
                    | "open"
                    | "is"
                    | "are"
            )
    });
    if all >= 3 && capital * 5 >= all * 4 && small.count() > 0 {
        for word in words.iter_mut().filter(|w| w.kind == Kind::Word) {
            word.text = word.text.to_lowercase();
        }
    }
}

/// The only keyword one slip away, or among several the only one with the same length and first letter.
fn nearest(said: &str, any: bool) -> Option<&'static str> {
    let lists = PERIODS.iter().chain(CORRECTABLE.iter().filter(|_| any));
    let near: Vec<&'static str> =
        lists.copied().filter(|k| k.len() >= 5 && within_one_edit(said, k)).collect();
    let alike = |k: &&&str| k.len() == said.len() && k.chars().next() == said.chars().next();
    let mut close = near.iter().filter(alike);
    match (near.as_slice(), close.next(), close.next()) {
        ([only], ..) | (_, Some(only), None) => Some(only),
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
        "whats" => "what's",
        "whos" => "who's",
        "wheres" => "where's",
        "hows" => "how's",
        "whens" => "when's",
        "im" => "i'm",
        "ive" => "i've",
        "lets" => "let's",
        "dont" => "don't",
        "shwo" | "sohw" | "hsow" | "shw" => "show",
        "lsit" | "lst" => "list",
        "fidn" | "fnid" => "find",
        "delas" | "dela" => "deals",
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
