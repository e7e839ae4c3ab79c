//! Firms by the trade that stands before their name, and by the sign that joins two names: `Menuiserie Lafont`,
//! `Hartwell & Price`.

use boundary::{Kind, Layer};

use super::evidence;
use crate::{
    lexicon::{
        BRAND, COUNTRY, DAY, FUNCTION, GIVEN, GREETING, JOB, MONTH, NAME, ORG_WORD, PARTICLE,
        PRODUCT, TRADE, WORD,
    },
    resolve::{GUESS, Sink},
    text::{Doc, Gap, Shape, Token},
};

/// Surer than a recogniser can be that the name in it is a person's.
const SURE: u8 = GUESS + 35;
/// Most words of the name behind a trade.
const LONGEST: usize = 3;

pub(super) fn detect(doc: &Doc<'_>, sink: &mut Sink) {
    for (index, token) in doc.tokens.iter().enumerate() {
        if token.class.any(TRADE)
            && token.capital()
            && !token.class.any(NAME)
            && let Some(end) = traded(doc, index)
            && let Some(last) = doc.token(end - 1)
        {
            sink.push((token.start, last.end), Kind::Org, Layer::Model, SURE);
        }
        joined(doc, index, sink);
    }
}

/// One past the last word of the name behind the trade at `index`.
fn traded(doc: &Doc<'_>, index: usize) -> Option<usize> {
    let mut end = index + 1;
    let mut at = end;
    while at - index <= LONGEST {
        let Some(token) = doc.token(at).filter(|t| matches!(t.gap, Gap::Space | Gap::Hyphen))
        else {
            break;
        };
        let small = token.shape == Shape::Lower && token.class.any(PARTICLE) && token.len() <= 3;
        if own(doc, token) {
            end = at + 1;
        } else if !small {
            break;
        }
        at += 1;
    }
    (end > index + 1).then_some(end)
}

/// Whether a word may be a firm's own name: a capital, and no everyday word.
fn own(doc: &Doc<'_>, token: &Token) -> bool {
    token.shape == Shape::Title
        && (token.class.any(NAME)
            || !token.class.any(WORD.or(FUNCTION).or(MONTH).or(DAY).or(JOB).or(GREETING))
                && !evidence::is_noun(doc, token))
}

/// `Hartwell & Price`: two names and the sign of merchants, of which not both are given names.
fn joined(doc: &Doc<'_>, index: usize, sink: &mut Sink) {
    let (Some(first), Some(last)) = (doc.token(index), doc.token(index + 1)) else { return };
    if last.gap != Gap::Other || doc.span(first.end, last.start) != " & " {
        return;
    }
    let thing = PRODUCT.or(BRAND).or(ORG_WORD).or(COUNTRY);
    let name = |t: &Token| own(doc, t) && t.len() > 2 && !t.class.any(thing);
    let goes_on = doc.token(index + 2).is_some_and(|t| t.gap == Gap::Space && t.capital());
    let couple = first.class.any(GIVEN) || last.class.any(GIVEN);
    let alone = index
        .checked_sub(1)
        .and_then(|i| doc.token(i))
        .is_none_or(|t| first.gap != Gap::Space || !t.capital() || t.opens);
    if name(first) && name(last) && !goes_on && !couple && alone {
        sink.push((first.start, last.end), Kind::Org, Layer::Model, SURE);
    }
}

#[cfg(test)]
mod tests {
    use boundary::Kind;

    use crate::found;

    #[test]
    fn a_trade_and_a_name_are_a_firm() {
        for (text, firm) in [
            ("Angebot an Tischlerei Wendlandt geschickt", "Tischlerei Wendlandt"),
            ("Facture Boulangerie Kerdoncuff payée", "Boulangerie Kerdoncuff"),
            ("umowa z Drukarnia Szczygielska podpisana", "Drukarnia Szczygielska"),
            ("offerte voor Bakkerij van Oosten", "Bakkerij van Oosten"),
            ("call Dunsmore Cabinetry back", "Dunsmore Cabinetry"),
            ("we met Brathay & Coniston on site", "Brathay & Coniston"),
        ] {
            assert!(
                found::of(Kind::Org, text).contains(&firm),
                "{text}: {:?}",
                found::of(Kind::Org, text)
            );
        }
    }

    #[test]
    fn a_label_says_that_a_firm_follows() {
        for (text, firm) in [
            ("Azienda: Luminara\nStato: attivo", "Luminara"),
            ("Bedrijf: De Zonnebloem", "De Zonnebloem"),
            ("会社名：光陽", "光陽"),
            ("Company - Godwin Feeds\nName - Ada\nRemarks - none", "Godwin Feeds"),
            ("empresa: barbearia da praça\ncidade: x", "barbearia da praça"),
        ] {
            assert_eq!(found::of(Kind::Org, text), [firm], "{text}");
        }
    }

    #[test]
    fn a_small_word_before_a_department_makes_no_firm_of_it() {
        for text in ["Can Finance approve this?", "May Consulting decide?"] {
            assert_eq!(found::of(Kind::Org, text), found::NOTHING, "{text}");
        }
    }

    #[test]
    fn a_trade_alone_a_couple_and_words_are_none() {
        for text in [
            "Die Druckerei liefert am Montag.",
            "Transportes y Muebles Nuevos",
            "lunch with Emma & Oliver",
            "Terms & Conditions apply",
        ] {
            assert_eq!(found::of(Kind::Org, text), found::NOTHING, "{text}");
        }
    }
}
