//! Numbers that states give to persons, by their check digits.
//!
//! Sources: the published algorithms of each authority (python-stdnum lists them together).

mod checks;
mod written;

pub(super) use written::{Proof, bracketed, written};

use std::sync::LazyLock;

use boundary::Kind;

use super::number::Run;
use crate::{
    lexicon::{ACCOUNT_CUE, DOCUMENT_CUE, ID_CUE, NATIONALITY, PHONE_CUE, REFERENCE},
    resolve::{FORM, PROOF, Sink},
    text::{Doc, Endings, Token},
};

/// What a number needs besides its check digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    /// Nothing: the check is strong.
    Nothing,
    /// The official separators, or a word before it.
    Layout,
    /// A word before it.
    Word,
}

/// One country's number.
struct Scheme {
    digits: usize,
    layouts: &'static [&'static [usize]],
    needs: Needs,
    check: fn(&[u8]) -> bool,
}

const fn scheme(
    digits: usize,
    layouts: &'static [&'static [usize]],
    needs: Needs,
    check: fn(&[u8]) -> bool,
) -> Scheme {
    Scheme { digits, layouts, needs, check }
}

const SCHEMES: &[Scheme] = &[
    // United States: SSN and ITIN. No check digit, so the separators count.
    scheme(9, &[&[3, 2, 4]], Needs::Layout, checks::us_ssn),
    // United States: employer number.
    scheme(9, &[&[2, 7]], Needs::Word, checks::us_ein),
    // Canada: social insurance number.
    scheme(9, &[&[3, 3, 3]], Needs::Word, checks::canada_sin),
    // United Kingdom: NHS number.
    scheme(10, &[&[3, 3, 4]], Needs::Word, checks::nhs),
    // Brazil: CPF and CNPJ.
    scheme(11, &[&[3, 3, 3, 2]], Needs::Layout, checks::cpf),
    scheme(14, &[&[2, 3, 3, 4, 2]], Needs::Nothing, checks::cnpj),
    // Argentina: CUIT, CUIL.
    scheme(11, &[&[2, 8, 1]], Needs::Layout, checks::cuit),
    // France: NIR.
    scheme(15, &[&[1, 2, 2, 2, 3, 3, 2], &[13, 2]], Needs::Nothing, checks::nir),
    // France: SIREN, SIRET.
    scheme(9, &[], Needs::Word, super::card::luhn),
    scheme(14, &[&[3, 3, 3, 5]], Needs::Word, super::card::luhn),
    // Germany: tax identification number.
    scheme(11, &[&[2, 3, 3, 3]], Needs::Layout, checks::steuer_id),
    // Netherlands: BSN.
    scheme(9, &[&[4, 2, 3]], Needs::Word, checks::bsn),
    // Belgium: national register number.
    scheme(11, &[&[2, 2, 2, 3, 2], &[6, 3, 2]], Needs::Nothing, checks::belgium),
    // Poland: PESEL, NIP.
    scheme(11, &[], Needs::Nothing, checks::pesel),
    scheme(10, &[&[3, 3, 2, 2], &[3, 2, 2, 3]], Needs::Word, checks::nip),
    // Sweden: personal number, with and without the century.
    scheme(10, &[&[6, 4]], Needs::Layout, checks::sweden_short),
    scheme(12, &[&[8, 4]], Needs::Layout, checks::sweden_long),
    // Norway: fødselsnummer.
    scheme(11, &[&[6, 5]], Needs::Nothing, checks::norway),
    // Denmark: CPR; the check digit was given up in 2007, so date and separator count.
    scheme(10, &[&[6, 4]], Needs::Layout, checks::denmark),
    // Portugal: NIF.
    scheme(9, &[], Needs::Word, checks::portugal_nif),
    // Czechia and Slovakia: birth number.
    scheme(10, &[&[6, 4]], Needs::Layout, checks::rodne_cislo),
    // Romania: CNP.
    scheme(13, &[], Needs::Nothing, checks::cnp),
    // Bulgaria: EGN.
    scheme(10, &[], Needs::Word, checks::egn),
    // Estonia and Lithuania: personal code.
    scheme(11, &[], Needs::Nothing, checks::baltic),
    // Croatia: OIB.
    scheme(11, &[], Needs::Word, checks::iso7064_11_10),
    // Former Yugoslavia: JMBG, EMŠO.
    scheme(13, &[], Needs::Nothing, checks::jmbg),
    // Greece: AMKA, AFM.
    scheme(11, &[], Needs::Nothing, checks::amka),
    scheme(9, &[], Needs::Word, checks::afm),
    // Türkiye: kimlik number.
    scheme(11, &[], Needs::Nothing, checks::turkey),
    // Israel: identity number.
    scheme(9, &[], Needs::Word, super::card::luhn),
    // South Africa: identity number.
    scheme(13, &[&[6, 4, 3]], Needs::Nothing, checks::south_africa),
    // India: Aadhaar.
    scheme(12, &[&[4, 4, 4]], Needs::Layout, checks::aadhaar),
    // South Korea: resident registration number.
    scheme(13, &[&[6, 7]], Needs::Layout, checks::korea),
    // Japan: My Number.
    scheme(12, &[&[4, 4, 4]], Needs::Word, checks::my_number),
    // Thailand: identity number.
    scheme(13, &[&[1, 4, 5, 2, 1]], Needs::Layout, checks::thailand),
    // Malaysia: MyKad.
    scheme(12, &[&[6, 2, 4]], Needs::Layout, checks::mykad),
    // China: resident number written without the letter X.
    scheme(18, &[], Needs::Nothing, checks::china),
    // Australia: TFN, Medicare. New Zealand: IRD.
    scheme(9, &[&[3, 3, 3]], Needs::Word, checks::tfn),
    scheme(10, &[&[4, 5, 1]], Needs::Word, checks::medicare),
    scheme(9, &[&[3, 3, 3]], Needs::Word, checks::ird),
    // Switzerland: AHV number.
    scheme(13, &[&[3, 4, 4, 2]], Needs::Nothing, checks::ahv),
    // Austria: insurance number.
    scheme(10, &[&[4, 6]], Needs::Word, checks::austria),
    // Chile: RUT whose check digit is not K.
    scheme(9, &[&[2, 3, 3, 1], &[8, 1]], Needs::Layout, checks::rut_digits),
    scheme(8, &[&[1, 3, 3, 1], &[7, 1]], Needs::Layout, checks::rut_digits),
    // Latvia: personal code, old form.
    scheme(11, &[&[6, 5]], Needs::Layout, checks::latvia),
    // Russia: insurance number.
    scheme(11, &[&[3, 3, 3, 2]], Needs::Layout, checks::snils),
    // United Arab Emirates: identity card. Its check digit is not published, so prefix, year and layout count.
    scheme(15, &[&[3, 4, 7, 1]], Needs::Layout, checks::emirates),
    // Hungary: tax identification.
    scheme(10, &[], Needs::Word, checks::hungary_tax),
];

/// Longest number that a word before it can make a personal one without a known check digit.
const UNCHECKED: std::ops::RangeInclusive<usize> = 5..=16;

/// Whether the run is a national number; it is then in the sink.
pub(super) fn detect(doc: &Doc<'_>, run: &Run, sink: &mut Sink) -> bool {
    let cued = doc.cue_before(run.index, 4, ID_CUE) && !nearer(doc, run, PHONE_CUE.or(ACCOUNT_CUE))
        || doc.cue_before(run.index, 3, NATIONALITY)
        || named(doc, run.start)
        || somebodys(doc, run.index);
    let reference = is_reference(doc, run.index);
    let layout = &run.layout;
    let grouped = !run.parens && !run.plus;
    let word = |n: usize| run.index.checked_sub(n).and_then(|i| doc.token(i));
    let id = (1..=3).filter_map(word).any(|t| doc.word(t).eq_ignore_ascii_case("id"));
    let telephone = !cued && !id && doc.cue_before(run.index, 2, PHONE_CUE);
    // `02079460958`: no birthday that a check digit of its own would make likelier than a telephone.
    let dialled = !cued
        && layout.as_slice() == [11]
        && run.digit(0) == 0
        && matches!(run.digit(1), 1 | 2 | 7 | 8)
        && !checks::norway(&run.digits);
    for scheme in SCHEMES.iter().filter(|s| s.digits == run.len() && !dialled) {
        let laid_out = scheme.layouts.contains(&layout.as_slice()) && grouped;
        let whole = layout.len() == 1;
        let written = laid_out || (whole && grouped);
        let enough = match scheme.needs {
            Needs::Nothing => !reference && !telephone || cued,
            Needs::Layout => laid_out && layout.len() > 1 && !reference || cued,
            Needs::Word => cued,
        };
        if written && enough && (scheme.check)(&run.digits) {
            sink.pattern(run.range(), Kind::NationalId, PROOF);
            return true;
        }
    }
    if grouped
        && UNCHECKED.contains(&run.len())
        && doc.cue_before(run.index, 3, DOCUMENT_CUE)
        && layout.len() <= 3
    {
        sink.pattern(run.range(), Kind::NationalId, PROOF);
        return true;
    }
    // "SSN 123-45-678" is mistyped, not harmless.
    if cued && UNCHECKED.contains(&run.len()) && run.len() >= 7 && explicit(doc, run) {
        sink.pattern(run.range(), Kind::NationalId, FORM);
        return true;
    }
    false
}

/// What the number that begins at byte `start` is called, in scripts without spaces or by words that are no cue alone.
fn named(doc: &Doc<'_>, start: usize) -> bool {
    static WRITTEN: LazyLock<Endings> = LazyLock::new(|| Endings::of(WORDS.iter().copied()));
    const WORDS: &[&str] = &[
        "マイナンバー",
        "個人番号",
        "身份证",
        "身份证号",
        "身份证号码",
        "身分證",
        "身分證字號",
        "주민등록번호",
        "תעודת זהות",
        "ת.ז.",
        "my number",
        "personas kods",
        "adóazonosító jel",
        "adóazonosító",
        "снилс",
    ];
    let before = doc.text.get(..start).unwrap_or_default();
    let before = before.trim_end_matches([' ', ':', '：', '(', '#']);
    let longest = before.ceil_char_boundary(before.len().saturating_sub(40));
    let before = before.get(longest..).unwrap_or_default();
    WRITTEN.fit(before, 0)
}

/// `her ID number`, `the citizen's ID`, `ID card`: the id of a person, not of a case.
fn somebodys(doc: &Doc<'_>, index: usize) -> bool {
    let is = |n: usize, words: &[&str]| {
        let token = index.checked_sub(n).and_then(|i| doc.token(i));
        let is = |t: &Token, it: &str| t.len() == it.len() && doc.word(t).eq_ignore_ascii_case(it);
        token.is_some_and(|t| words.iter().any(|it| is(t, it)))
    };
    let at = (1..=3).find(|n| is(*n, &["id", "ids", "idnr"]));
    let Some(at) = at else { return false };
    let between = ["number", "no", "nr", "card", "is", "code", "document"];
    let filled = (1..at).all(|n| is(n, &between));
    let card = (1..at).any(|n| is(n, &["card"]));
    let whose = ["his", "her", "my", "their", "your", "photo", "personal", "government", "state"];
    filled && (card || is(at, &["idnr"]) || is(at + 1, &whose))
}

/// Whether a word before says that the number is of a case or an order. "ID" alone says nothing.
fn is_reference(doc: &Doc<'_>, index: usize) -> bool {
    (1..=2).any(|n| {
        // INVARIANT: `cue_before` stops at the ends of lines, so the word is looked at only where it counted.
        doc.cue_before(index, n, REFERENCE)
            && index
                .checked_sub(n)
                .and_then(|i| doc.token(i))
                .is_some_and(|t| t.class.any(REFERENCE) && !doc.word(t).eq_ignore_ascii_case("id"))
    })
}

/// Whether one of the two words right before the run is of `class`: `tax account 123` is an account.
fn nearer(doc: &Doc<'_>, run: &Run, class: crate::lexicon::Class) -> bool {
    run.index.checked_sub(1).and_then(|i| doc.token(i)).is_some_and(|t| {
        let plain = matches!(doc.word(t), "number" | "no" | "Number" | "No" | "nr");
        t.class.any(class) && !t.class.any(ID_CUE) && !plain
    })
}

/// Whether a word that names a national number, not merely "id", stands before the run.
fn explicit(doc: &Doc<'_>, run: &Run) -> bool {
    (1..=3).filter_map(|n| run.index.checked_sub(n).and_then(|i| doc.token(i))).any(|t| {
        t.class.any(ID_CUE)
            && !matches!(
                doc.word(t).to_ascii_lowercase().as_str(),
                "id" | "ids"
                    | "social"
                    | "security"
                    | "personal"
                    | "resident"
                    | "citizen"
                    | "insurance"
                    | "identification"
                    | "pan"
                    | "fin"
                    | "sin"
                    | "run"
                    | "rut"
                    | "tax"
                    | "tva"
                    | "iva"
                    | "vat"
                    | "cf"
                    | "nit"
                    | "tin"
                    | "avs"
            )
    }) || doc.cue_before(run.index, 3, ID_CUE) && {
        let words: Vec<String> = (1..=4)
            .filter_map(|n| run.index.checked_sub(n).and_then(|i| doc.token(i)))
            .map(|t| doc.word(t).to_lowercase())
            .collect();
        let has = |a: &str| words.iter().any(|w| w == a);
        has("social") && has("security")
            || has("national")
            || has("tax") && (has("id") || has("number"))
            || has("identity")
            || has("tin")
            || has("identification")
    }
}
