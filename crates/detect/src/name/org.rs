//! Organisations by their legal form, or by a word that only organisations have.

use std::{collections::HashMap, hash::BuildHasherDefault, sync::LazyLock};

use boundary::{Kind, Layer};

use crate::{
    cues,
    lexicon::{
        BRAND, ByHash, DAY, Entries, FIRM_FORM, FUNCTION, GREETING, Hashed, MONTH, NAME, ORG_WORD,
        SURNAME, WORD, Words,
    },
    resolve::{FORM, GUESS, Sink},
    text::{Doc, Gap, Shape, Token, words},
};

/// Legal forms as written after a name, longest first among those that begin alike.
const FORMS: &[&str] = &[
    "Incorporated",
    "Inc",
    "Corporation",
    "Corp",
    "Company",
    "Co.Ltd",
    "Co., Ltd",
    "Co. Ltd",
    "Co",
    "Limited",
    "Ltd",
    "LLC",
    "L.L.C",
    "LLP",
    "LP",
    "PLC",
    "plc",
    "P.L.C",
    "GmbH & Co. KGaA",
    "GmbH & Co. KG",
    "GmbH & Co. OHG",
    "GmbH",
    "gGmbH",
    "AG & Co. KGaA",
    "AG & Co. KG",
    "AG",
    "KGaA",
    "KG",
    "OHG",
    "e.V",
    "eG",
    "UG",
    "SE",
    "S.A.S",
    "SASU",
    "SAS",
    "S.A.R.L",
    "SARL",
    "EURL",
    "SNC",
    "S.A",
    "SA",
    "S/A",
    "S.p.A",
    "SpA",
    "SPA",
    "S.r.l.s",
    "S.r.l",
    "SRL",
    "s.r.l",
    "s.n.c",
    "S.L.N.E",
    "S.L.L",
    "S.L.U",
    "S.L",
    "SL",
    "S.Coop",
    "S.Com",
    "S.C.P",
    "C.B",
    "B.V",
    "BV",
    "N.V",
    "NV",
    "V.O.F",
    "VOF",
    "AB",
    "HB",
    "KB",
    "Oyj",
    "Oy",
    "ASA",
    "A/S",
    "AS",
    "ApS",
    "Sp. z o.o. Sp.k",
    "Sp. z o.o",
    "sp. z o.o",
    "Sp.k",
    "Sp.j",
    "S.K.A",
    "s.c",
    "s.r.o",
    "spol. s r.o",
    "a.s",
    "v.o.s",
    "k.s",
    "o.s",
    "o.p.s",
    "Zrt",
    "Kft",
    "Bt",
    "s.p",
    "As Oy",
    "Công ty Cổ phần",
    "Công ty TNHH",
    "Doanh nghiệp tư nhân",
    "Nyrt",
    "j.d.o.o",
    "d.o.o",
    "d.d",
    "EOOD",
    "OOD",
    "AD",
    "A.Ş",
    "AŞ",
    "Ltd. Şti",
    "Şti",
    "San. ve Tic",
    "Tic",
    "San",
    "İnşaat",
    "Pty Ltd",
    "Pty. Ltd",
    "Pte Ltd",
    "Pte. Ltd",
    "Pvt Ltd",
    "Pvt. Ltd",
    "Private Limited",
    "Sdn Bhd",
    "Sdn. Bhd",
    "Berhad",
    "Bhd",
    "Tbk",
    "K.K",
    "KK",
    "G.K",
    "Ltda",
    "LTDA",
    "Lda",
    "EIRELI",
    "EPP",
    "ME",
    "- ME",
    "- EI",
    "e Filhos",
    "e figli",
    "y asociados",
    "et Fils",
    "and Sons",
    "& Sons",
    "& Co",
    "Holdings",
    "Group",
    "Groep",
    "Groupe",
    "Gruppe",
    "SIA",
    "UAB",
    "OÜ",
    "TOV",
    "OOO",
    "ZAO",
    "PAO",
    "SAL",
    "SAOG",
    "P.J.S.C",
    "PJSC",
    "FZE",
    "FZCO",
    "Co. WLL",
    "W.L.L",
    "NPC",
    "(Pty) Ltd",
    "DAC",
    "CLG",
    "CIC",
    "Ft",
    "Partners",
    "N.A",
    "Trust",
    "Fund",
    "Foundation",
];

/// Most words of an organisation's name.
const LONGEST: usize = 8;

pub(super) fn detect(doc: &Doc<'_>, sink: &mut Sink) {
    for (index, token) in doc.tokens.iter().enumerate() {
        if let Some(end) = form_at(doc, index)
            && let Some(from) = name_before(doc, index)
            && let Some(first) = doc.token(from)
        {
            let dot = usize::from(doc.byte(end) == b'.' && doc.byte(end + 1) != b'.');
            sink.push((first.start, end + dot), Kind::Org, Layer::Model, FORM);
        } else if token.class.any(ORG_WORD) && token.capital() && token.gap == Gap::Space {
            worded(doc, index, sink);
        }
        if token.capital() && token.gap != Gap::Comma {
            firm_of_names(doc, index, sink);
        }
    }
}

/// The legal forms by the hash of their first word.
fn forms() -> &'static ByHash<Vec<&'static str>> {
    type Forms = HashMap<u64, Vec<&'static str>, BuildHasherDefault<Hashed>>;
    static BY_WORD: LazyLock<ByHash<Vec<&str>>> = LazyLock::new(|| {
        let mut forms = Forms::default();
        let mut tokens = Vec::new();
        for form in FORMS {
            words(form, &mut tokens);
            if let Some(first) = tokens.first() {
                forms.entry(first.hash).or_default().push(form);
            }
        }
        forms.into()
    });
    &BY_WORD
}

pub(super) fn enter_lists(entries: &mut Entries) {
    entries.add(FIRM_FORM, forms().hashes());
}

/// Where the legal form at word `index` ends.
fn form_at(doc: &Doc<'_>, index: usize) -> Option<usize> {
    let token = doc.token(index).filter(|t| t.listed.any(FIRM_FORM))?;
    let placed = matches!(
        token.gap,
        Gap::Space | Gap::Comma | Gap::Hyphen | Gap::Other | Gap::Dot | Gap::DotSpace
    );
    if !placed || index == 0 {
        return None;
    }
    let mut best = None;
    for form in forms().get(token.hash).into_iter().flatten() {
        // "- ME": the sign before the word belongs to the form.
        let skipped = form.find(char::is_alphanumeric)?;
        let Some(start) = token.start.checked_sub(skipped) else { continue };
        let Some(rest) = doc.text.get(start..) else { continue };
        let fits = rest.get(..form.len()).is_some_and(|head| {
            head == *form || form.len() > 3 && head.eq_ignore_ascii_case(form) && token.capital()
        });
        let mut tail = rest.get(form.len()..).unwrap_or_default().chars();
        let next = tail.next();
        // `Code AB-1180` has a number behind.
        let code = next == Some('-') && tail.next().is_some_and(|c| c.is_ascii_digit());
        let ends = !code && !next.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let end = start + form.len();
        if fits && ends && best.is_none_or(|best| end > best) {
            best = Some(end);
        }
    }
    // Two letters that are words or states elsewhere need a name in one piece before them.
    best.filter(|end| {
        end - token.start > 2
            || token.shape == Shape::Upper && matches!(token.gap, Gap::Space | Gap::Other)
            || doc.byte(*end) == b'.'
    })
}

/// The first word of the capitalised run before word `index`.
fn name_before(doc: &Doc<'_>, index: usize) -> Option<usize> {
    let mut from = index;
    let mut named = false;
    while from > 0 && index - from < LONGEST {
        let (token, before) = (doc.token(from)?, doc.token(from - 1)?);
        let between = doc.span(before.end, token.start);
        let joined = matches!(
            token.gap,
            Gap::Space | Gap::Hyphen | Gap::Apostrophe | Gap::Slash | Gap::Dot | Gap::DotSpace
        ) || between == " & "
            || between == "&"
            || from == index
                && (matches!(token.gap, Gap::Comma) || between == " - " || between == " & ")
            || between == ", " && continues_firm(doc, from, index);
        let part = before.capital()
            || before.shape == Shape::Alnum && named
            || before.shape == Shape::Digits && named && before.len() < 5
            || matches!(
                doc.word(before),
                "and"
                    | "und"
                    | "et"
                    | "e"
                    | "y"
                    | "i"
                    | "de"
                    | "of"
                    | "the"
                    | "van"
                    | "der"
                    | "ve"
                    | "a"
            ) && named
                && from > 1
                && doc.token(from - 2).is_some_and(Token::capital);
        let sentence_end = matches!(token.gap, Gap::DotSpace)
            && !before.class.any(crate::lexicon::ABBREVIATION)
            && before.shape != Shape::Initial
            && from != index;
        if !joined
            || !part
            || sentence_end
            || before.class.any(GREETING.or(DAY)) && !before.class.any(NAME)
        {
            break;
        }
        if before.opens
            && before.class.any(FUNCTION.or(WORD))
            && !before.class.any(NAME)
            && named
            && (before.class.any(FUNCTION) && !doc.word(before).eq_ignore_ascii_case("the")
                || verb_like(doc, from - 1))
        {
            break;
        }
        named |= before.capital() && before.len() > 1;
        from -= 1;
    }
    while doc.token(from).is_some_and(|t| t.shape == Shape::Lower) && from < index {
        from += 1;
    }
    (named && from < index).then_some(from)
}

/// A capitalised opener followed by a capital could be "Update Acme Ltd".
fn verb_like(doc: &Doc<'_>, index: usize) -> bool {
    static VERBS: LazyLock<Words> = LazyLock::new(|| {
        Words::new(
            "update call contact email ask tell find show create add delete merge open close send write draft summarize compare prepare remind check list get is did has does was will who what when where why how customer account company vendor meeting move please visit review note",
        )
    });
    doc.token(index).is_some_and(|t| VERBS.has(&doc.word(t).to_ascii_lowercase()))
}

/// `Bennett, Jones and Bray Ltd`: the comma belongs to the firm.
fn continues_firm(doc: &Doc<'_>, from: usize, index: usize) -> bool {
    doc.tokens
        .get(from..index)
        .unwrap_or_default()
        .iter()
        .any(|t| matches!(doc.word(t), "and" | "und" | "et" | "e" | "y"))
        && doc.token(from).is_some_and(|t| t.class.any(SURNAME) || !t.class.any(WORD))
}

/// `Rivet Software`, `University of Padua`, `Banco Montero`.
fn worded(doc: &Doc<'_>, index: usize, sink: &mut Sink) {
    let mut to = index + 1;
    while let Some(next) = doc.token(to) {
        let of = matches!(doc.word(next), "of" | "de" | "für" | "for" | "di" | "der")
            && doc.token(to + 1).is_some_and(|t| t.gap == Gap::Space && t.capital());
        if to - index > 4
            || next.gap != Gap::Space
            || !(next.capital() && next.class.any(ORG_WORD)
                || of
                || next.capital() && doc.token(to - 1).is_some_and(|t| t.shape == Shape::Lower))
        {
            break;
        }
        to += 1;
    }
    let Some(from) = name_before(doc, index) else { return };
    let words = doc.tokens.get(from..index).unwrap_or_default();
    // "Sales Group", "Can Finance approve": everyday words, products and the small word that opens make no firm.
    let own = words.iter().any(|t| {
        (!t.class.any(WORD.or(BRAND).or(MONTH)) || t.class.any(NAME))
            && !(t.opens && t.class.any(FUNCTION) && words.len() == 1)
    });
    if let (true, Some(first), Some(last)) = (own, words.first(), doc.token(to - 1)) {
        sink.push((first.start, last.end), Kind::Org, Layer::Model, GUESS + 15);
    }
}

/// `Carroll, Rodriguez and Edwards`: three surnames make a firm, two given names do not.
fn firm_of_names(doc: &Doc<'_>, index: usize, sink: &mut Sink) {
    let surname = |n: usize, gap: Gap| {
        doc.token(index + n).filter(|t| {
            t.gap == gap
                && t.capital()
                && t.len() > 1
                && (t.class.any(SURNAME) || !t.class.any(WORD.or(crate::lexicon::GIVEN)))
        })
    };
    let Some(first) = doc.token(index).filter(|t| {
        (t.class.any(SURNAME) || !t.class.any(WORD.or(crate::lexicon::GIVEN)))
            && !t.class.any(GREETING)
            && t.len() > 2
    }) else {
        return;
    };
    if surname(1, Gap::Comma).is_none() {
        return;
    }
    let joined =
        doc.token(index + 2).is_some_and(|t| t.gap == Gap::Space && cues::joins(doc.word(t)));
    let prior_capital = index
        .checked_sub(1)
        .and_then(|i| doc.token(i))
        .is_some_and(|t| t.capital() && first.gap == Gap::Space && !t.class.any(WORD));
    let Some(last) = surname(3, Gap::Space).filter(|_| joined && !prior_capital) else { return };
    // "Smith, Jones and Ada Byron" goes on: a list of people.
    let goes_on = doc
        .token(index + 4)
        .is_some_and(|t| t.gap == Gap::Space && t.capital() && !t.class.any(ORG_WORD));
    if !goes_on {
        sink.push((first.start, last.end), Kind::Org, Layer::Model, GUESS + 20);
    }
}
