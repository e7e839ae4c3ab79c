//! Firms whose legal form stands before their name: `(주) 한빛`, `UAB „Žalia“`, `PT Karya Abadi (Persero) Tbk`.

use boundary::{Kind, Layer};

use super::eastern::is_hangul;
use crate::{
    resolve::{FORM, Sink},
    text::{Doc, Gap, Shape, Token},
};

/// Forms of Korea.
const KOREAN: &[&str] = &["(주)", "(유)", "(재)", "(사)", "㈜", "주식회사", "유한회사"];
/// Forms of Indonesia, the Baltic states and Russia and its neighbours, which are seldom anything else.
const LATIN: &[&str] = &[
    "PT", "UD", "UAB", "SIA", "OÜ", "OOO", "TOV", "ZAO", "PAO", "ООО", "ОАО", "ЗАО", "ПАО", "ТОВ",
    "ИП", "АО", "ФОП",
];
/// Most letters of a firm's name beside a form of Korea.
const MOST_LETTERS: usize = 40;
/// Most words of a firm's name behind its form.
const LONGEST: usize = 5;

pub(super) fn detect(doc: &Doc<'_>, sink: &mut Sink) {
    for (index, token) in doc.tokens.iter().enumerate() {
        if token.shape == Shape::Upper && LATIN.contains(&doc.word(token)) {
            latin(doc, index, sink);
        }
    }
    if !doc.ideographs {
        return;
    }
    for form in KOREAN {
        for at in doc.all(form) {
            korean(doc.text, at, at + form.len(), sink);
        }
    }
}

/// The name on one side of a form: behind it, with or without a space, or right before it.
fn korean(text: &str, at: usize, end: usize, sink: &mut Sink) {
    // Forms may stand behind each other without an end: none has a longer name.
    let length = |letters: &mut dyn Iterator<Item = char>| -> usize {
        let name = |c: &char| is_hangul(*c) || c.is_ascii_alphanumeric();
        letters.take(MOST_LETTERS).take_while(name).map(char::len_utf8).sum()
    };
    let behind = text.get(end..).unwrap_or_default();
    let spaces = usize::from(behind.starts_with(' '));
    let name = length(&mut behind.chars().skip(spaces));
    if name > 0 {
        sink.push((at, end + spaces + name), Kind::Org, Layer::Model, FORM);
        return;
    }
    let length = length(&mut text.get(..at).unwrap_or_default().chars().rev());
    if length > 0 {
        sink.push((at - length, end), Kind::Org, Layer::Model, FORM);
    }
}

fn latin(doc: &Doc<'_>, index: usize, sink: &mut Sink) {
    let Some(form) = doc.token(index) else { return };
    let part = |at: usize, token: &Token| {
        let between = doc.token(at - 1).map_or("", |t| doc.span(t.end, token.start));
        let quoted = at == index + 1 && matches!(between, " \"" | " „" | " «" | " “" | " '");
        let state = matches!(between, " (" | ") ");
        token.capital()
            && (matches!(token.gap, Gap::Space | Gap::Hyphen | Gap::Apostrophe)
                || quoted
                || state && matches!(doc.word(token), "Persero" | "Tbk"))
    };
    let mut end = index + 1;
    while end - index <= LONGEST && doc.token(end).is_some_and(|t| part(end, t)) {
        end += 1;
    }
    let Some(last) = doc.token(end - 1).filter(|_| end > index + 1) else { return };
    sink.push((form.start, last.end), Kind::Org, Layer::Model, FORM);
}

#[cfg(test)]
mod tests {
    use boundary::Kind;

    use crate::found;

    #[test]
    fn a_form_before_a_name_makes_it_a_firm() {
        for (text, firm) in [
            ("the offer for (주) 누리소재 is due", "(주) 누리소재"),
            ("회신: 미래전선(주)", "미래전선(주)"),
            ("㈜가온물산과 계약", "㈜가온물산과"),
            ("wir liefern an UAB „Rytas“ ab Mai", "UAB „Rytas"),
            ("invoice to PT Karya Abadi (Persero) Tbk tomorrow", "PT Karya Abadi (Persero) Tbk"),
            ("договор с ООО «Ромашка» подписан", "ООО «Ромашка"),
        ] {
            assert_eq!(found::of(Kind::Org, text), [firm], "{text}");
        }
        for text in ["PT is 4 hours ahead", "set UD to 7", "서울 (주중) 출발"] {
            assert_eq!(found::of(Kind::Org, text), found::NOTHING, "{text}");
        }
    }
}
