//! Who a letter greets beside others, and who signs it without a word of farewell that a list has.

use super::joins;
use crate::{
    lexicon::GREETING,
    text::{Doc, Gap, Shape, Token},
};

/// Most steps from a name back to the greeting.
const STEPS: usize = 4;
/// Most words of a farewell.
const FAREWELL: usize = 5;

/// `Hi Emeka and Tobenna,`, `Dear Ewan, Morag & Isla`: whoever is greeted beside others.
pub(super) fn greeted_beside(doc: &Doc<'_>, from: usize) -> bool {
    let mut at = from;
    for step in 0..STEPS {
        let Some(here) = doc.token(at).filter(|t| t.capital()) else { return false };
        let Some(before) = at.checked_sub(1).and_then(|i| doc.token(i)) else { return false };
        if before.class.any(GREETING) && before.opens && here.gap == Gap::Space {
            return step > 0;
        }
        let and = here.gap == Gap::Space && before.shape == Shape::Lower && joins(doc.word(before));
        let back = match here.gap {
            _ if and => 2,
            Gap::Comma => 1,
            Gap::Other if doc.span(before.end, here.start) == " & " => 1,
            _ => return false,
        };
        let Some(next) = at.checked_sub(back) else { return false };
        at = next;
    }
    false
}

/// `Talk soon,` and a name on the line below; the last line of a letter, by itself.
pub(super) fn signed(doc: &Doc<'_>, from: usize, to: usize) -> bool {
    let Some([prior, first]) =
        from.checked_sub(1).and_then(|at| doc.tokens.get(at..=from)).and_then(|t| t.first_chunk())
    else {
        return false;
    };
    if to != from + 1 || first.gap != Gap::Line || first.shape != Shape::Title {
        return false;
    }
    let between = doc.span(prior.end, first.start);
    if between.starts_with(',') && prior.shape == Shape::Lower {
        // The farewell is a line of a few words: an address ends with a capital.
        let line = doc.tokens.get(from.saturating_sub(FAREWELL)..from).unwrap_or_default();
        return line.iter().any(|t| {
            t.opens && t.capital() && matches!(t.gap, Gap::Line | Gap::DotSpace | Gap::Other)
        });
    }
    let ends = doc.text.get(first.end..).is_some_and(|rest| rest.trim().is_empty());
    ends && between.starts_with(['.', '!', '?']) && between.contains("\n\n") && opens_letter(doc)
}

/// `Hi ..`, `Raymond, ..`, `Jeroen - ..`: whether a text begins as letters do.
fn opens_letter(doc: &Doc<'_>) -> bool {
    let greets = |t: &Token| t.class.any(GREETING);
    let called =
        |t: &Token| t.capital() && (doc.byte(t.end) == b',' || doc.span(t.end, t.end + 3) == " - ");
    doc.tokens.first().is_some_and(|t| greets(t) || called(t))
}

#[cfg(test)]
mod tests {
    use crate::{cues::person, text::Doc};

    fn points(text: &str, word: &str) -> i32 {
        let doc = Doc::new(text);
        let at = doc.index_at(text.rfind(word).unwrap());
        person(&doc, at, at + 1)
    }

    #[test]
    fn whoever_is_greeted_beside_others_is_a_person() {
        for (text, word, person) in [
            ("Hi Emeka and Tobechi,", "Tobechi", true),
            ("Dear Ewan, Morag & Isla,", "Isla", true),
            ("Bonjour Thibault et Maëlle,", "Maëlle", true),
            ("Hallo Piet en Fenna!", "Fenna", true),
            ("Setup and Tobechi", "Tobechi", false),
            ("Hi all, Setup and Tobechi", "Tobechi", false),
        ] {
            assert_eq!(points(text, word) >= 3, person, "{text}");
        }
    }

    #[test]
    fn the_last_line_of_a_letter_signs_it() {
        for (text, word, signs) in [
            ("The file is ready.\n\nTalk soon,\nDermot", "Dermot", true),
            ("Fatto.\n\nUn abbraccio,\nPeppe", "Peppe", true),
            ("Raymond,\n\nplease call me today.\n\nClive", "Clive", true),
            ("Hi Jo,\n\ncan you call?\n\nClive", "Clive", true),
            ("Two steps remain.\n\nLayouts", "Layouts", false),
            ("12 High Street,\nBarnet", "Barnet", false),
            ("Open the page.\nLayouts", "Layouts", false),
        ] {
            assert_eq!(points(text, word) >= 3, signs, "{text}");
        }
    }
}
