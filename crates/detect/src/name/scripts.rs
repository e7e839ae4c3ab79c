//! Names in letters of another script than the text's: `Move فوزي الزرقان's meeting`, `cc Лаврентий`.
//!
//! A CRM keeps people under the names that they write themselves, in texts of another language. What stands there in
//! Greek, Cyrillic, Hebrew, Arabic or Indian letters is nearly always somebody's name, or a firm's.

use boundary::{Kind, Layer};

use crate::{
    resolve::{GUESS, Sink},
    text::{Doc, Gap, Shape, Token},
};

/// Most words of a name: more are a quotation.
const LONGEST: usize = 5;
/// Fewest letters of one: `µm`, `Ω`, `β` are units and signs.
const FEWEST: usize = 3;

pub(super) fn detect(doc: &Doc<'_>, sink: &mut Sink) {
    // What letters of these scripts begin with in UTF-8, from U+0370 to U+1FFF.
    if !(0xcd..=0xe1).any(|byte| doc.bytes.has(byte)) {
        return;
    }
    let mut foreign = 0;
    let mut latin = 0;
    for token in doc.tokens.iter().filter(|t| !matches!(t.shape, Shape::Digits | Shape::Ideograph))
    {
        let counted = if is_foreign(doc, token) { &mut foreign } else { &mut latin };
        *counted += 1;
    }
    if foreign == 0 || foreign > latin {
        return;
    }
    let mut index = 0;
    while index < doc.tokens.len() {
        let end = run(doc, index);
        if let Some([first, .., last] | [first @ last]) = doc.tokens.get(index..end) {
            let letters = doc.span(first.start, last.end).chars().filter(|c| c.is_alphabetic());
            if end - index <= LONGEST && letters.take(FEWEST).count() == FEWEST {
                sink.push((first.start, last.end), Kind::Name, Layer::Model, GUESS + 10);
            }
        }
        index = end.max(index + 1);
    }
}

/// One past the last word of a run of another script that begins at `from`.
fn run(doc: &Doc<'_>, from: usize) -> usize {
    let mut end = from;
    while let Some(token) = doc.token(end).filter(|token| is_foreign(doc, token)) {
        let joined = end == from
            || matches!(token.gap, Gap::Space | Gap::Hyphen | Gap::Apostrophe | Gap::None)
            || matches!(token.gap, Gap::Dot | Gap::DotSpace)
                && doc.token(end - 1).is_some_and(|t| doc.word(t).chars().take(3).count() < 3);
        if !joined {
            break;
        }
        end += 1;
    }
    end
}

/// Whether a word is written in an alphabet other than Latin. Chinese, Japanese and Korean have rules of their own.
fn is_foreign(doc: &Doc<'_>, token: &Token) -> bool {
    let foreign = |c| matches!(c, '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{52f}' | '\u{530}'..='\u{10ff}' | '\u{1f00}'..='\u{1fff}');
    !matches!(token.shape, Shape::Ideograph | Shape::Digits | Shape::Alnum)
        && doc.byte(token.start) > b'\x7f'
        && doc.word(token).chars().all(|c| foreign(c) || !c.is_alphabetic())
}

#[cfg(test)]
mod tests {
    use boundary::Kind;

    use crate::found;

    #[test]
    fn a_name_in_other_letters_than_the_text_is_somebody() {
        for (text, name) in [
            ("Please move فريدة منصور to Tuesday", "فريدة منصور"),
            ("cc Глеб Самойлов on the offer", "Глеб Самойлов"),
            ("Gesprochen mit नवीन त्रिपाठी über den Preis", "नवीन त्रिपाठी"),
            ("ask נועם אברהמי for the plan", "נועם אברהמי"),
            ("Signed by Σταύρος Μελάς", "Σταύρος Μελάς"),
            ("login of მარიამ failed twice", "მარიამ"),
        ] {
            assert_eq!(found::of(Kind::Name, text), [name], "{text}");
        }
    }

    #[test]
    fn units_quotations_and_texts_in_that_script_are_not() {
        for text in [
            "The gap is 40 µm wide at 5 Ω, angle β",
            "The sign reads \"мы закрыты по техническим причинам сегодня\" all week long",
            "Счёт оплачен, отправьте товар в понедельник",
        ] {
            assert_eq!(found::of(Kind::Name, text), found::NOTHING, "{text}");
        }
    }
}
