//! What belongs to an address on either side of it: the flat before, the landmark, the state and the code behind.

use std::sync::LazyLock;

use boundary::Kind;
use regex::Regex;

use super::forms::regex;
use crate::resolve::Candidate;

/// How many bytes on either side are looked at.
const REACH: usize = 90;

/// Ends where the address begins.
static HEAD: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?:",
        // `Unit 4,`, `Flat B, Marlow House,`, `H.No. 12-3-45/A,`, `Lot 7`.
        r"(?:(?:Flat|Unit|Apt\.?|Apartment|Suite|Ste\.?|Shop|Lot|Level|Floor|Villa|Studio|Penthouse|Townhouse|Door|Plot|Block|Blk\.?|Tower|[HDSFP]\. ?)",
        r"(?: ?No\.?)?[: ] ?#?(?:[A-Z]?-?[0-9]{1,5}[A-Za-z]?(?:[/-][0-9]{1,4}[A-Za-z]?){0,4}(?:[/-][A-Z])?|[A-Z])(?:, ?| / ?| - ?| )",
        r"(?:[A-Z](?:[A-Za-z'.]|’)*(?: [A-Z0-9](?:[A-Za-z'.]|’)*){0,4}, ?)?)",
        // `B-12,`, `3rd Floor,`
        r"|[A-Z]{1,2}-|[A-Z]-[0-9]{1,4}(?:/[0-9]{1,4})?, ?|[0-9]{1,4}/[A-Z], ?|[0-9]{1,2}(?:st|nd|rd|th) [Ff]loor, ?",
        // `12 bis`, `1200 NW`, `5/12`.
        r"|[0-9]{1,4} ?(?:bis|ter|quater)(?-u:\b),? ?",
        r"|[0-9]{1,5}[A-Za-z]? (?:[NSEW]|N\.?E|N\.?W|S\.?E|S\.?W|North|South|East|West)\.? ",
        r")\z",
    ))
});

/// Begins where the address ends.
static TAIL: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"\A(?:",
        // `Opp. City Mall`, `near St Mary's Church`, `(behind the Post Office)`.
        r",? ?\(?(?:[Oo]pp(?:osite|\.)?|[Nn]ear|[Nn]r\.|[Bb]ehind|[Bb]eside|[Bb]eh\.|[Nn]ext to|[Aa]bove|[Oo]ff|[Aa]dj\.?|[Aa]djacent to|[Ii]n front of) (?:the |to |to the )?",
        r"(?:[A-Z](?:[A-Za-z.'&-]|’)*|[0-9]{1,4}(?:st|nd|rd|th))(?: (?:of |the |& |and )?(?:[A-Z](?:[A-Za-z'&-]|’)*|[0-9]{1,4}(?:st|nd|rd|th))){0,4}\)?",
        // `, Sector 12`, `, Phase II`, `, 4th Cross`, `, HSR Layout`.
        r"|,? (?:Sector|Sec\.|Phase|Block|Pocket|Stage|Ward)[- ](?:[0-9]{1,3}[A-Z]?|[IVX]{1,4}|[A-Z])(?-u:\b)",
        // Romania: `, Bl. 12, Sc. B, Et. 3, Ap. 41`.
        r"|,? {1,2}(?:[Bb]l|[Ss]c|[Ee]t|[Aa]p)\.? ?(?:[0-9]{1,4}[A-Z]?|[A-Z][0-9]{0,2})(?-u:\b)",
        r"|, ?[0-9]{1,2}(?:st|nd|rd|th) (?:Cross|Main|Block|Stage|Phase|Floor|A Main|B Main|A Cross)(?: Road)?",
        r"|, ?(?:[A-Z][A-Za-z.]* ){0,3}(?:Layout|Nagar|Colony|Enclave|Vihar|Extension|Extn\.?|Puram|Bagh|Chowk|Marg|Road|Society|Complex|Estate|Village|Taluk|Mandal|Dist\.?|District)",
        // `- 560034`, `, Pune - 411 038`, `, Tamil Nadu 600 041`.
        r"|(?:, ?[A-Z][A-Za-z.]+(?: [A-Z][A-Za-z.]+){0,2}){0,3}(?: ?[-–—] ?|, ?| )(?:PIN ?[:-]? ?)?[1-8][0-9]{2} ?[0-9]{3}(?-u:\b)",
        // States and their codes.
        r"|(?:, ?| )(?:[A-Z][A-Za-z']+ ){0,2}(?:NSW|VIC|QLD|TAS|ACT|WA|SA|NT),? [0-9]{4}(?-u:\b)",
        r"|(?:, ?| )[A-Z]{2},? [0-9]{5}(?:-[0-9]{4})?(?-u:\b)",
        r"|(?:, ?| )(?:[A-Z]{2},? )?[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9](?-u:\b)",
        r"|(?:, ?| )(?:[AC-FHKNPRTV-Y][0-9][0-9]|D6W) ?[0-9AC-FHKNPRTV-Y]{4}(?-u:\b)",
        r")",
    ))
});

/// Widens each address among `found` by what stands right beside it.
pub(super) fn widen(text: &str, found: &mut [Candidate]) {
    for it in found.iter_mut().filter(|it| it.kind == Kind::Address) {
        for _ in 0..2 {
            let Some(start) = head(text, it.start) else { break };
            it.start = start;
        }
        it.end = landmark(text, it.end);
        for _ in 0..5 {
            let Some(end) = tail(text, it.end) else { break };
            it.end = end;
        }
    }
}

/// `14, Elm Road, Opp` was read as far as the landmark's first word: where that word begins, if it leads to one.
fn landmark(text: &str, end: usize) -> usize {
    let Some(read) = text.get(..end) else { return end };
    let word = ["Opp", "Opposite", "Near", "Nr", "Behind", "Beside", "Above", "Off", "Adj"]
        .into_iter()
        .find_map(|it| read.strip_suffix(it))
        .map(|it| it.trim_end_matches([' ', ',']).len());
    word.filter(|at| tail(text, *at).is_some_and(|found| found > end)).unwrap_or(end)
}

fn head(text: &str, start: usize) -> Option<usize> {
    let from = text.ceil_char_boundary(start.saturating_sub(REACH));
    let before = text.get(from..start)?;
    // Most addresses begin a line or follow a small word.
    if !before.ends_with([' ', ',', '/', '-']) {
        return None;
    }
    let mut at = 0;
    // The search takes the first that reaches the end, which may begin inside a word.
    while let Some(found) = HEAD.find_at(before, at) {
        let begins = from + found.start();
        let inside = text
            .get(..begins)
            .and_then(|it| it.chars().next_back())
            .is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '/' | '.' | '_' | '#'));
        if !inside {
            return Some(begins);
        }
        at = found.start() + before.get(found.start()..)?.chars().next()?.len_utf8();
    }
    None
}

fn tail(text: &str, end: usize) -> Option<usize> {
    let rest = text.get(end..)?;
    if !rest.starts_with([' ', ',', '-', '–', '—']) {
        return None;
    }
    let near = rest.get(..rest.floor_char_boundary(REACH))?;
    let found = TAIL.find(near)?;
    let over = !rest.get(found.end()..)?.starts_with(|c: char| c.is_alphanumeric());
    over.then_some(end + found.end())
}

#[cfg(test)]
mod tests {
    use super::{head, tail};

    #[test]
    fn what_stands_before_a_house_belongs_to_it() {
        for (before, street) in [
            ("ship to |Unit 4, ", "18 Wattle Rd"),
            ("at |Flat B, Marlow House, ", "7 Elm Road"),
            ("to |H.No. 12-3-45/A, ", "Gandhi Nagar"),
            ("on |Lot 31 ", "Banksia Road"),
            ("at |1200 NW ", "Quarry Ave"),
            ("au |12 bis, ", "rue Haute"),
            ("to |B-12, ", "Nehru Road"),
            ("at |S-", "14, Green Park Road"),
            ("at |Apt 14, The Foundry, ", "22 Castle Street"),
        ] {
            let (lead, prefix) = before.split_once('|').unwrap();
            let text = format!("{lead}{prefix}{street}");
            assert_eq!(head(&text, lead.len() + prefix.len()), Some(lead.len()), "{text}");
        }
        for before in ["SubUnit 4, ", "We have 12 ", "the lot is 4, ", "see AB-12, ", "the low-"] {
            assert_eq!(head(&format!("{before}Elm Road"), before.len()), None, "{before}");
        }
    }

    #[test]
    fn landmarks_and_codes_behind_it_too() {
        for (tail_text, then) in [
            (", Opp. City Mall", ", Thane"),
            (" near St Mary's Church", " and"),
            (", Sector 12", ", Noida"),
            (", 4th Cross", ", Jayanagar"),
            (", Pune - 411 038", "."),
            (" - 560034", "."),
            (", Fresno NSW 2000", "."),
            (", IL 62704", " is"),
            (" D02 X285", ","),
            (" Bl. 12, sc. B, ap. 41", ", Cluj"),
            (", ON K1A 0B1", " or"),
        ] {
            let text = format!("9 Elm Road{tail_text}{then}");
            let mut end = "9 Elm Road".len();
            while let Some(next) = tail(&text, end) {
                end = next;
            }
            assert_eq!(end, "9 Elm Road".len() + tail_text.len(), "{text}");
        }
        for rest in
            [" near the end of May", ", 12 people", " - 56 rows", ", IL is next", " off we go"]
        {
            let text = format!("9 Elm Road{rest}");
            assert_eq!(tail(&text, "9 Elm Road".len()), None, "{text}");
        }
    }
}
