//! Telephone numbers, international and national, as people write them.
//!
//! A number is read from its digits and separators; without a `+` it needs a form that little else has,
//! a word such as "call" near it, or the country of the reader.

use std::sync::LazyLock;

use boundary::Kind;

use super::{Hints, number::Run, plans};
use crate::{
    lexicon::{
        ACCOUNT_CUE, DOCUMENT_CUE, Hashes, ID_CUE, PHONE_CUE, POSTCODE_CUE, REFERENCE, VERSION_CUE,
    },
    resolve::{FORM, PROOF, Sink},
    text::{Doc, Gap, Shape, is_ideograph},
};

/// How many words before a number are searched for "call" and its like.
const REACH: usize = 5;

/// Telephone numbers of a run; answers the first word after the last of them.
pub(super) fn detect(doc: &Doc<'_>, run: &Run, hints: &Hints, sink: &mut Sink) -> Option<usize> {
    if let Some(next) = row(doc, run, hints, sink) {
        return Some(next);
    }
    let (reading, weight) = best(doc, run, hints)?;
    let end = extension(doc, &reading);
    sink.pattern((reading.start, end), Kind::Phone, weight);
    // `040 123 456 / 040 123 457`: the second number stands in the same run.
    let rest = rest(run, &reading).filter(|rest| !(run.cut && rest.len() < 9));
    rest.and_then(|rest| detect(doc, &rest, hints, sink)).or(Some(reading.next))
}

/// `020 7946 0001 020 7946 0002 ..`: numbers that are all grouped alike. The first word after the last whole one.
fn row(doc: &Doc<'_>, run: &Run, hints: &Hints, sink: &mut Sink) -> Option<usize> {
    let layout = &run.layout;
    // `06 12 34 56 78 ..` could begin anew at any pair.
    if layout.windows(2).all(|pair| pair.first() == pair.last()) {
        return None;
    }
    let alike = |size: &usize| layout.iter().zip(layout.iter().skip(*size)).all(|(a, b)| a == b);
    let size = (2..=layout.len() / 2).find(alike)?;
    let mut whole = (0..layout.len() / size).map_while(|n| run.part(n * size, (n + 1) * size));
    let first = whole.next()?;
    let weight = judge(doc, &first, hints).filter(|_| first.len() >= 8)?;
    let mut next = first.next;
    for number in std::iter::once(first).chain(whole) {
        sink.pattern(number.range(), Kind::Phone, weight);
        next = number.next;
    }
    Some(if run.cut { next } else { run.next })
}

fn rest(run: &Run, reading: &Run) -> Option<Run> {
    let used = reading.groups.len();
    (used < run.groups.len())
        .then(|| run.part(used, run.groups.len()))?
        .filter(|rest| rest.len() >= 7)
}

fn best(doc: &Doc<'_>, run: &Run, hints: &Hints) -> Option<(Run, u8)> {
    if let Some(weight) = judge(doc, run, hints) {
        return Some((run.clone(), weight));
    }
    // What follows the number may be another number: a time, a room, a second telephone.
    for count in (1..run.groups.len()).rev() {
        let part = run.part(0, count)?;
        let boundary = run.separators.get(count - 1).is_some_and(|s| matches!(s, ' ' | '/'));
        if boundary && let Some(weight) = judge(doc, &part, hints) {
            return Some((part, weight));
        }
    }
    None
}

fn judge(doc: &Doc<'_>, run: &Run, hints: &Hints) -> Option<u8> {
    let length = run.len();
    let short =
        length < 8 && hints.iter().any(|it| plans::of(*it).is_some_and(|plan| plan.short(length)));
    let least = if short { 5 } else { 6 };
    if !(least..=17).contains(&length) || foreign(doc, run) {
        return None;
    }
    if run.plus {
        return plans::international(&run.digits).map(|_| PROOF).or((length >= 7).then_some(FORM));
    }
    let cued = cue(doc, run);
    if !cued && doc.cue_before(run.index, 2, ACCOUNT_CUE.or(REFERENCE)) {
        return None;
    }
    let stated = cued && length <= 15;
    if run.digit(0) == 0 && run.digit(1) == 0 && length >= 9 {
        let exit = run.digits.get(2..).unwrap_or_default();
        if run.digits.get(2).is_some_and(|d| *d != 0)
            && plans::international(exit).is_some()
            && (run.groups.len() > 1 || cued || length >= 12)
        {
            return Some(if run.groups.len() > 1 { PROOF } else { FORM });
        }
    }
    if stated && length >= 7 && shaped(run) {
        return Some(PROOF);
    }
    if stated && short && shaped(run) {
        return Some(FORM);
    }
    if stated && length == 6 && run.groups.len() > 1 && doc.cue_before(run.index, 1, PHONE_CUE) {
        return Some(FORM);
    }
    if doc.cue_before(run.index, 1, POSTCODE_CUE.or(ACCOUNT_CUE).or(VERSION_CUE)) {
        return None;
    }
    telling(run, hints).then_some(FORM)
}

/// Signs that the digits belong to something else.
fn foreign(doc: &Doc<'_>, run: &Run) -> bool {
    let glued = doc.token(run.index).is_some_and(|t| {
        matches!(t.gap, Gap::Hyphen | Gap::Underscore | Gap::Dot)
            && !run.plus
            && !run.parens
            && run.index > 0
    }) && !doc.char_before(run.start).is_some_and(char::is_whitespace);
    let ends_in = doc.char_at(run.end);
    glued
        || ends_in.is_some_and(|c| c == '%' || c == '_')
        || run.separators.contains(&':')
        || matches!(doc.byte_before(run.start), b'#' | b'_')
        // `&phone=07700900123` is one, `&id=07700900123` is not.
        || doc.byte_before(run.start) == b'=' && !doc.cue_before(run.index, 1, PHONE_CUE)
        || numbered_thing(doc, run)
        || !run.groups.iter().any(|g| g.digits >= 2)
}

/// `订单号 12345678`, `注文番号：12345678`, `Sipariş No 12345678`: whose number it is stands before it.
fn numbered_thing(doc: &Doc<'_>, run: &Run) -> bool {
    let before = doc
        .text
        .get(..run.start)
        .unwrap_or_default()
        .trim_end_matches([' ', ':', '：', '#', '(', '（', '为', '是', 'は']);
    let ideograph = before.chars().next_back().is_some_and(is_ideograph);
    if ideograph {
        const THINGS: &[&str] = &[
            "订单号",
            "订单编号",
            "订单号码",
            "訂單編號",
            "訂單號",
            "单号",
            "單號",
            "编号",
            "編號",
            "发票号",
            "发票号码",
            "工单号",
            "流水号",
            "合同号",
            "注文番号",
            "伝票番号",
            "受注番号",
            "請求書番号",
            "管理番号",
            "案件番号",
            "受付番号",
            "問い合わせ番号",
            "お問い合わせ番号",
            "契約番号",
            "商品番号",
            "追跡番号",
            "品番",
            "型番",
            "订单",
            "注文",
            "주문번호",
            "송장번호",
        ];
        return THINGS.iter().any(|it| before.ends_with(it));
    }
    // `no`, `nº` and their like after a noun say the number of that.
    let Some(sign) = run.index.checked_sub(1).and_then(|i| doc.token(i)) else { return false };
    let word = doc.word(sign).to_lowercase();
    let at = match word.as_str() {
        "no" | "nº" | "nr" | "nro" | "num" | "núm" | "numarası" | "n" => {
            run.index.checked_sub(2)
        }
        "º" | "o" => run.index.checked_sub(3),
        _ => return false,
    };
    let Some(noun) = at.and_then(|i| doc.token(i)) else { return false };
    sign.gap == Gap::Space
        && noun.len() > 3
        && noun.class.any(REFERENCE)
        && !noun.class.any(PHONE_CUE)
        && !run.plus
}

/// Groups as people read numbers out: not one digit after another, not a thousand groups.
fn shaped(run: &Run) -> bool {
    run.groups.len() <= 7 && run.groups.iter().filter(|g| g.digits == 1).count() <= 2
}

/// Words that speak of telephones only right before a number.
static WEAK: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "number numbers home work office contact message messages line lines alt desk \
    direct reach text numero numéro nummer extension ring handy signal",
    )
});

/// Whether a word near the run speaks of telephones.
fn cue(doc: &Doc<'_>, run: &Run) -> bool {
    let strong = (1..=REACH).any(|n| {
        let Some(i) = run.index.checked_sub(n) else { return false };
        let Some(token) = doc.token(i) else { return false };
        // One-letter labels and weak words count only right before the number.
        let weak = token.len() <= 2 || token.shape == Shape::Initial || WEAK.has(token);
        // "case number", "account no": the word before says whose number.
        let owned = weak
            && i.checked_sub(1).and_then(|i| doc.token(i)).is_some_and(|t| {
                t.class.any(REFERENCE.or(ACCOUNT_CUE).or(ID_CUE).or(DOCUMENT_CUE))
                    && !t.class.any(PHONE_CUE)
            });
        token.class.any(PHONE_CUE) && (!weak || n <= 2 && !owned)
    });
    let dialled = doc.cue_before(run.index, 1, crate::lexicon::FUNCTION) && {
        let before = run
            .index
            .checked_sub(1)
            .and_then(|i| doc.token(i))
            .map(|t| doc.word(t).to_ascii_lowercase());
        matches!(
            before.as_deref(),
            Some(
                "on" | "at"
                    | "under"
                    | "to"
                    | "op"
                    | "unter"
                    | "au"
                    | "al"
                    | "no"
                    | "på"
                    | "pod"
                    | "na"
            )
        ) && doc.cue_before(run.index, 7, PHONE_CUE)
    };
    let after = doc.token(run.next).is_some_and(|t| {
        t.gap != Gap::Line
            && matches!(
                doc.word(t).to_ascii_lowercase().as_str(),
                "mobile" | "cell" | "phone" | "tel" | "fax"
            )
    });
    (strong || dialled || after)
        && !doc.cue_before(run.index, 1, REFERENCE.or(POSTCODE_CUE).or(ACCOUNT_CUE).or(VERSION_CUE))
        || {
            // "Alt no. 883 501 906" and "number is 040...": the weak word may itself be a reference word.
            doc.cue_before(run.index, 2, PHONE_CUE)
                && !doc.cue_before(run.index, 3, REFERENCE.or(ACCOUNT_CUE))
        }
}

/// Groups in which national numbers of the Romance, Nordic, Slavic and Asian plans are written.
const PAIRS: &[&[usize]] = &[
    &[2, 2, 2, 2],
    &[3, 2, 2, 2],
    &[2, 3, 2, 2],
    &[2, 3, 3],
    &[1, 2, 2, 2, 2],
    &[3, 2, 2],
    &[3, 2, 3],
    &[2, 3, 4],
    &[3, 3, 2, 2],
    &[3, 4, 4],
    &[2, 4, 4],
    &[2, 5, 4],
];

/// Whether the form alone says telephone.
fn telling(run: &Run, hints: &Hints) -> bool {
    let layout = &run.layout;
    let length = run.len();
    let groups = layout.len();
    if !shaped(run) {
        return false;
    }
    // `SW1 (12`, `80331 (12`: the bracket opens after no code of a country.
    let opened = run.digits_before_parenthesis() <= 4;
    if run.parens && opened && (7..=15).contains(&length) && (2..=6).contains(&groups) {
        return true;
    }
    let uniform = run.separators.windows(2).all(|pair| pair.first() == pair.last());
    // North America: 3-3-4 with area and exchange codes from 2.
    let north_american = matches!(layout.as_slice(), [3, 3, 4]) && !run.separators.contains(&'/')
        || matches!(layout.as_slice(), [1, 3, 3, 4]) && run.digit(0) == 1;
    if north_american {
        return true;
    }
    // A trunk zero, in groups.
    if run.digit(0) == 0 && groups > 1 && (8..=12).contains(&length) {
        if layout.first().is_some_and(|first| (2..=6).contains(first)) {
            return !(groups == 2 && layout.as_slice() == [4, 4] && run.separated_by('/'));
        }
        return hints.iter().any(|country| hinted(run, *country));
    }
    if run.digit(0) == 0 && groups == 1 && (10..=11).contains(&length) {
        return run.digit(1) != 0;
    }
    // Pairs and triples of the French, Polish, Spanish, Danish, Norwegian kind.
    if uniform && run.separated_by(' ') || run.separated_by('.') || run.separated_by('-') {
        let polish =
            matches!(layout.as_slice(), [3, 3, 3]) && length == 9 && !run.separated_by('.');
        let pairs = PAIRS.contains(&layout.as_slice());
        if polish || pairs && length >= 8 || pairs && run.separated_by('-') && length >= 7 {
            return true;
        }
    }
    // China: mobile numbers are eleven digits from 13 to 19.
    if groups == 1 && length == 11 && run.digit(0) == 1 && (3..=9).contains(&run.digit(1)) {
        return true;
    }
    hints.iter().any(|country| hinted(run, *country))
}

/// Whether the run is a plain number of a country that the reader works in.
fn hinted(run: &Run, country: [u8; 2]) -> bool {
    let Some(plan) = plans::of(country) else { return false };
    let Some(trunk) = plan.national(&run.digits) else { return false };
    let number = run.len() - trunk;
    let grouped = run.groups.len() > 1;
    if number < 8 {
        return grouped && plan.short(number) && !sum(run) && !run.separators.contains(&'/');
    }
    // Longer ones are numbers of goods and parcels.
    if number > 12 {
        return false;
    }
    let american = plan.american();
    // `4000-120-00310`: a ledger's code begins with four digits and has hyphens; a telephone's number does not.
    let ledger = run.groups.len() > 2
        && run.separated_by('-')
        && run.digit(0) != 0
        && run.groups.first().is_some_and(|it| it.digits >= 4);
    !ledger
        && (!american || run.digit(trunk) >= 2 && run.digit(trunk + 3) >= 2)
        && (grouped
            || (trunk > 0 || run.digit(0) == 0 && plan.begins_with_zero()) && !american
            || american && run.len() == 10
            || matches!(&country, b"IN") && run.digit(0) >= 6)
}

/// `2 345 678`, `312.345`: thousands.
fn sum(run: &Run) -> bool {
    run.groups.iter().skip(1).all(|it| it.digits == 3) && !run.separators.contains(&'-')
}

/// Takes in `x4826`, `ext. 12`, `;ext=12`, and a closing parenthesis.
fn extension(doc: &Doc<'_>, run: &Run) -> usize {
    let mut end = run.end;
    if run.parens && doc.byte(end) == b')' {
        end += 1;
    }
    let rest = doc.text.get(end..).unwrap_or_default();
    for mark in [
        "x",
        " x",
        " x.",
        " ext. ",
        " ext ",
        "ext",
        " ext.",
        ";ext=",
        ", ext ",
        ", ext. ",
        " Ext. ",
        " Ext ",
        " extension ",
        "-x",
        "#",
        " #",
    ] {
        if let Some(tail) = rest.strip_prefix(mark) {
            let digits = tail.bytes().take(6).take_while(u8::is_ascii_digit).count();
            let next = tail.as_bytes().get(digits).copied().unwrap_or(0);
            if (1..=6).contains(&digits) && !next.is_ascii_alphanumeric() {
                return end + mark.len() + digits;
            }
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use boundary::Kind;

    use crate::found;

    #[test]
    fn who_is_called_or_reached_in_other_languages_has_a_telephone() {
        for text in [
            "Taak: de tandarts bellen op 6083662360",
            "Die Werkstatt meldet sich unter 6919289904.",
            "On peut le joindre au 6919289904",
            "puede llamar al 6919289904",
        ] {
            assert_eq!(found::of(Kind::Phone, text).len(), 1, "{text}");
        }
        let none = found::of(Kind::Phone, "Der Artikel liegt unter 6919289904.");
        assert_eq!(none, found::NOTHING);
    }
}
