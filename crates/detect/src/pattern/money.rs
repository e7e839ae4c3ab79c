//! Sums of money.

use std::sync::LazyLock;

use boundary::Kind;

use super::number::Run;
use crate::{
    lexicon::{CURRENCY, Hashes},
    resolve::{FORM, PROOF, Sink},
    text::{Doc, Gap, Shape, Token},
};

/// Whether the run is a sum, or a share in percent.
pub(super) fn detect(doc: &Doc<'_>, run: &Run, sink: &mut Sink) -> bool {
    let Some(group) = run.groups.first() else { return false };
    at(doc, run.index, group.start, sink)
}

/// A sum that begins at byte `start`, word `index`, with the time or the thing that it is paid for.
pub(super) fn at(doc: &Doc<'_>, index: usize, start: usize, sink: &mut Sink) -> bool {
    let before = sink.candidates.len();
    let found = sum_at(doc, index, start, sink);
    if let Some(sum) = sink.candidates.get_mut(before..).and_then(<[_]>::last_mut) {
        sum.end += rate(doc.text.get(sum.end..).unwrap_or_default());
    }
    found
}

/// Length of ` per hour`, `/h`, ` pro Stunde` at the beginning of a text.
fn rate(rest: &str) -> usize {
    const PER: [&str; 20] = [
        " per ", " pro ", " par ", " por ", " al ", " all'", " im ", " each ", " je ", " na ",
        " za ", "/", " / ", " per. ", " om ", " i ", " l'", " à l'", " de l'", " ao ",
    ];
    const TIMES: [&str; 16] = [
        "hour", "hr", "h", "Stunde", "Std", "heure", "hora", "ora", "uur", "timme", "time",
        "godzinę", "hodinu", "saat", "night", "person",
    ];
    let per = PER.iter().filter_map(|per| rest.strip_prefix(per));
    let ends = |tail: &&str| !tail.starts_with(char::is_alphanumeric);
    let tails = per.flat_map(|tail| TIMES.iter().filter_map(move |time| tail.strip_prefix(time)));
    tails.filter(ends).map(|tail| rest.len() - tail.len()).max().unwrap_or(0)
}

fn sum_at(doc: &Doc<'_>, index: usize, start: usize, sink: &mut Sink) -> bool {
    let mut end = number_end(doc, start);
    let before = doc.text.get(..start).unwrap_or_default();
    let unit_start = before.trim_end_matches([' ', '\u{a0}', '-', '+']);
    let symbol = unit_start.chars().next_back().filter(|c| is_symbol(*c));
    if let Some(symbol) = symbol
        && before.len() - unit_start.len() <= 2
    {
        // `US$`, `CA$`: the letters belong to the sum.
        let mut from = unit_start.len() - symbol.len_utf8();
        from -= doc
            .span(from.saturating_sub(2), from)
            .bytes()
            .rev()
            .take_while(u8::is_ascii_uppercase)
            .count();
        sink.pattern((from, end), Kind::Amount, PROOF);
        return true;
    }
    // `S/ 1.849`, `Rp 500.000`, `KSh 1,200`
    let signs = ["S/", "S/.", "Rp", "Rp.", "KSh", "KShs", "Ksh", "B/.", "GH₵"];
    let may_be = unit_start.ends_with(['/', '.', 'p', 'h', 's', '₵']);
    let sign = signs.iter().filter(|_| may_be).find(|sign| {
        unit_start.strip_suffix(**sign).is_some_and(|head| !head.ends_with(char::is_alphanumeric))
    });
    if let Some(sign) = sign.filter(|_| before.len() - unit_start.len() <= 2) {
        sink.pattern((unit_start.len() - sign.len(), end), Kind::Amount, PROOF);
        return true;
    }
    let code_before = index.checked_sub(1).and_then(|i| doc.token(i)).filter(|t| {
        t.class.any(CURRENCY)
            && t.len() == 3
            && doc.word(t).bytes().all(|b| b.is_ascii_uppercase())
            && start - t.end <= 1
            // `kr 1 200`, `Rs. 5,000`, `RMB 800`.
            || start - t.end <= 2
                && matches!(doc.word(t), "kr" | "Kr" | "Rs" | "RM" | "RMB" | "TL" | "NGN" | "Fr" | "Ksh" | "KES" | "EGP" | "KWD" | "QAR" | "RSD" | "TWD")
                && doc.span(t.end, start).bytes().all(|b| b == b' ' || b == b'.')
    });
    if let Some(code) = code_before {
        sink.pattern((code.start, end), Kind::Amount, PROOF);
        return true;
    }
    let rest = doc.text.get(end..).unwrap_or_default();
    let unit = rest.trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    if rest.len() - unit.len() > 2 {
        return false;
    }
    if let Some(c) = unit.chars().next().filter(|c| is_symbol(*c)) {
        let stop = end + (rest.len() - unit.len()) + c.len_utf8();
        // `5 $10 bills`: the sign may belong to the next number.
        if !doc.char_at(stop).is_some_and(|c| c.is_ascii_digit()) {
            sink.pattern((start, stop), Kind::Amount, PROOF);
            return true;
        }
    }
    if let Some(stop) = abroad(rest).filter(|_| !is_postcode(doc, start, end)) {
        sink.pattern((start, end + stop), Kind::Amount, PROOF);
        return true;
    }
    // `3 millones de euros`, `2 millions d'euros`.
    if let Some(tail) = [" de ", " d'", " d’", " di "].iter().find_map(|it| rest.strip_prefix(it))
    {
        let linked = doc.text.len() - tail.len();
        let currency = doc
            .token(doc.index_at(linked))
            .is_some_and(|t| t.start == linked && t.class.any(CURRENCY));
        let worded = doc.span(start, end).ends_with(char::is_alphabetic);
        end = if currency && worded { linked } else { end };
    }
    let word = doc.index_at(end);
    if let Some(code) = doc.token(word).filter(|t| {
        t.class.any(CURRENCY) && matches!(t.gap, Gap::Space | Gap::None) && t.start <= end + 1
    }) {
        sink.pattern((start, code.end), Kind::Amount, PROOF);
        return true;
    }
    if paid(doc, index, start, end) {
        sink.pattern((start, end), Kind::Amount, PROOF);
        return true;
    }
    if unit.starts_with('%') {
        sink.veto(start, end);
        return true;
    }
    false
}

/// `W7 1TL`: a digit and two letters behind the first half of a British postcode are the second.
fn is_postcode(doc: &Doc<'_>, start: usize, end: usize) -> bool {
    let before = doc.text.get(..start).and_then(|it| it.strip_suffix(' ')).unwrap_or_default();
    let half = before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    end == start + 1
        && doc.char_at(end).is_some_and(|c| c.is_ascii_uppercase())
        && (2..=4).contains(&half.len())
        && half.starts_with(|c: char| c.is_ascii_uppercase())
        && half.contains(|c: char| c.is_ascii_digit())
}

/// `asking 80k`, `budżet 5 mln`, `two and a half grand`: no currency, but thousands, and a word of pay before them.
fn paid(doc: &Doc<'_>, index: usize, start: usize, end: usize) -> bool {
    static PAY: LazyLock<Hashes> = LazyLock::new(|| {
        Hashes::new(
            "salary pay paid pays paying payment wage wages earn earns earning earned income budget asking ask base comp compensation offer offered offers offering price priced quote quoted cost costs worth deal value valued volume revenue turnover settlement settle settled fee fees bonus commission donation donated pledge pledged loan mortgage credit discount refund gehalt gehaltswunsch lohn einkommen umsatz budget volumen angebot preis wert kredit spende rabatt salaire budget prix devis offre revenu montant don sueldo salario presupuesto precio oferta importe valor donación stipendio prezzo offerta importo valore donazione salário orçamento preço proposta doação loon salaris omzet prijs bedrag budget lön budget pris belopp omsättning gåva løn pris beløb lønn palkka budjetti hinta pensja budżet cena wartość kwota plat rozpočet hodnota částka maaş bütçe fiyat teklif tutar",
        )
    });
    let number = doc.span(start, end);
    let thousands = number.ends_with(|c: char| c.is_alphabetic())
        && !number.ends_with([' ', 't', 'T', 'L', 'B', 'b']);
    thousands
        && (1..=4)
            .filter_map(|back| index.checked_sub(back))
            .any(|at| doc.token(at).is_some_and(|t| PAY.has(t)))
}

/// One past the number from `start`: digits, thousands in groups of three, a fraction, `K`, `M`, `bn`, `million`.
fn number_end(doc: &Doc<'_>, start: usize) -> usize {
    let bytes = doc.text.as_bytes();
    let mut end = start;
    let digits =
        |from: usize| bytes.iter().skip(from).take(20).take_while(|b| b.is_ascii_digit()).count();
    end += digits(end);
    for _ in 0..6 {
        let separator = doc
            .char_at(end)
            .filter(|c| matches!(c, ',' | '.' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}'));
        let Some(separator) = separator else { break };
        let next = end + separator.len_utf8();
        let count = digits(next);
        let whole = separator == ',' || separator == '.';
        if count == 3 || (whole && (1..=3).contains(&count)) {
            end = next + count;
        } else {
            break;
        }
    }
    let rest = doc.text.get(end..).unwrap_or_default();
    let (suffixes, tail) = match rest.strip_prefix(' ') {
        Some(tail) => (SPACED, tail),
        None => (GLUED, rest),
    };
    if let Some(suffix) = begun(tail, suffixes, char::is_alphanumeric) {
        return doc.text.len() - tail.len() + suffix.len();
    }
    // The sign of the currency follows without a space.
    let myriads = rest.starts_with(['万', '億', '亿', '千']);
    end + if myriads { '万'.len_utf8() } else { 0 }
}

/// What multiplies a number right before it.
const GLUED: &[&str] = &["k", "K", "m", "M", "mn", "mm", "MM", "bn", "B", "b", "tn", "L"];

/// And behind a space.
const SPACED: &[&str] = &[
    "million",
    "billion",
    "thousand",
    "Mio.",
    "Mrd.",
    "Mio",
    "Mrd",
    "k",
    "mln",
    "mld",
    "tys.",
    "mil.",
    "tis.",
    "mio.",
    "mio",
    "millions",
    "milliards",
    "millones",
    "milioni",
    "milhões",
    "mil",
    "Millionen",
    "Milliarden",
    "miljoen",
    "miljoner",
    "miljarder",
    "milionów",
    "miliony",
    "milionů",
    "milyon",
    "milyar",
    "bin",
    "lakhs",
    "lakh",
    "lacs",
    "lac",
    "crores",
    "crore",
    "Cr",
    "cr",
    "Tsd.",
    "Tsd",
    "tsd",
    "T",
    "t",
    "tusen",
    "mille",
    "mila",
    "miljonen",
    "miljard",
    "bilhões",
    "tysięcy",
    "tisíc",
    "ribu",
    "juta",
    "grand",
];

/// The first of some words that a text begins with, and that does not go on as a longer one would.
fn begun<'w>(text: &str, words: &[&'w str], goes_on: impl Fn(char) -> bool) -> Option<&'w str> {
    let first = text.bytes().next().filter(|it| it.is_ascii_alphabetic() || !it.is_ascii())?;
    // Most begin with another letter: that is seen without a comparison of words.
    let mut near = words.iter().filter(|word| word.bytes().next() == Some(first));
    near.find(|word| text.strip_prefix(**word).is_some_and(|tail| !tail.starts_with(&goes_on)))
        .copied()
}

/// Signs for money behind a sum, and what they may not be followed by: `元旦`, `円形` are other words.
const SIGNS: &[(&str, &str)] = &[
    ("人民币", ""),
    ("日元", ""),
    ("美元", ""),
    ("欧元", ""),
    ("円", "形盤滑高安"),
    ("元", "旦年素月件"),
    ("圆", "形满"),
    ("원", "칙래본"),
    ("块钱", ""),
];

/// Words for money behind a sum.
const WORDS: &[&str] = &[
    "kr", "TL", "RMB", "Ft", "lei", "NGN", "KES", "Rs", "RM", "mkr", "tkr", "naira", "Kč", "лв",
    "руб", "грн", "dirhams", "riyals", "ringgit", "liras", "lira",
];

/// Signs and short words for money behind a sum: how far they reach.
fn abroad(rest: &str) -> Option<usize> {
    let unit = rest.trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    let gap = rest.len() - unit.len();
    if unit.starts_with(|c: char| !c.is_ascii())
        && let Some((sign, _)) = SIGNS.iter().find(|(sign, not)| {
            unit.strip_prefix(sign).is_some_and(|tail| !tail.starts_with(|c| not.contains(c)))
        })
    {
        return Some(gap + sign.len());
    }
    let goes_on = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '\'' | '’');
    let word = begun(unit, WORDS, goes_on)?;
    (gap <= 2 && (gap > 0 || word != "Rs")).then_some(gap + word.len())
}

fn is_symbol(c: char) -> bool {
    matches!(
        c,
        '$' | '€'
            | '£'
            | '¥'
            | '₹'
            | '₽'
            | '₺'
            | '₩'
            | '₪'
            | '₫'
            | '฿'
            | '₴'
            | '₦'
            | '₱'
            | '￥'
            | '￡'
    )
}

/// `R750 000`, `R12,500`, `R30k`: rands, whose letter stands right before the number. Without thousands it is a code.
pub(super) fn rands(doc: &Doc<'_>, token: &Token, sink: &mut Sink) {
    let word = doc.word(token);
    let Some(number) =
        word.strip_prefix('R').filter(|it| it.starts_with(|c: char| c.is_ascii_digit()))
    else {
        return;
    };
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 4 || matches!(doc.byte_before(token.start), b'-' | b'_' | b'/' | b'#') {
        return;
    }
    let end = number_end(doc, token.start + 1);
    let whole = !doc.text.get(end..).is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
    let thousands = doc.span(token.start + 1, end).len() > digits + 3
        || end == token.end && number.ends_with(['k', 'm']);
    if whole && thousands {
        sink.pattern((token.start, end), Kind::Amount, FORM);
    }
}

/// Sums told in words: `three grand`, `zweitausend Euro`.
pub(super) fn worded(doc: &Doc<'_>, index: usize, sink: &mut Sink) {
    static COUNTS: LazyLock<Hashes> = LazyLock::new(|| {
        Hashes::new(
            "two three four five six seven eight nine ten twelve fifteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million zwei drei vier fünf sechs sieben acht neun zehn zwanzig hundert tausend deux trois quatre cinq six sept huit neuf dix vingt cent mille dos tres cuatro cinco diez cien mil due tre quattro cinque dieci mila dois três quatro twee drie vier vijf tien honderd duizend två tre fyra fem tio hundra tusen",
        )
    });
    let Some(token) = doc.token(index).filter(|t| t.gap == Gap::Space && t.shape == Shape::Lower)
    else {
        return;
    };
    if !matches!(
        doc.word(token),
        "grand" | "euro" | "euros" | "dollars" | "pounds" | "kronor" | "pesos" | "reais"
    ) {
        return;
    }
    let mut from = index;
    while let Some(before) =
        from.checked_sub(1).and_then(|at| doc.token(at)).filter(|t| COUNTS.has(t))
    {
        from -= 1;
        let parted = !matches!(before.gap, Gap::Space | Gap::Hyphen);
        if parted || index - from >= 6 {
            break;
        }
    }
    if let Some(first) = doc.token(from).filter(|_| from < index) {
        sink.pattern((first.start, token.end), Kind::Amount, FORM);
    }
}

#[cfg(test)]
mod tests {
    use boundary::Kind;

    use crate::found;

    #[test]
    fn sums_are_read_with_their_thousands_and_the_time_they_pay_for() {
        for (text, sum) in [
            ("at a rate of $70 per hour", "$70 per hour"),
            ("Honorar 90 € pro Stunde", "90 € pro Stunde"),
            ("budget ₹45 lakh only", "₹45 lakh"),
            ("entscheidet bis 30 t€ selbst", "30 t€"),
            ("she is asking 85k", "85k"),
            ("lent him three grand", "three grand"),
            ("it costs 20 grand", "20 grand"),
            ("must stay under R750 000 for now", "R750 000"),
            ("they offered R30k", "R30k"),
            ("budget 35 mila euro", "35 mila euro"),
            ("la devolución de S/ 1.849", "S/ 1.849"),
            ("harga Rp 500.000 saja", "Rp 500.000"),
            ("harga Rp\u{a0}500.000 saja", "Rp\u{a0}500.000"),
            ("total S/\u{a0}1.849 hoy", "S/\u{a0}1.849"),
        ] {
            assert_eq!(found::of(Kind::Amount, text), [sum], "{text}");
        }
        for text in [
            "ran 10k on Sunday",
            "Leeds LS1 4TL",
            "a file of 80k rows",
            "a grand opening",
            "model R750 and R12 4711",
        ] {
            assert_eq!(found::of(Kind::Amount, text), found::NOTHING, "{text}");
        }
    }

    #[test]
    fn half_a_postcode_is_no_sum() {
        assert_eq!(found::of(Kind::Amount, "the flat in W7 1TL is let").len(), 0);
        assert_eq!(found::of(Kind::Amount, "kargo 1TL, kutu 450TL").len(), 2);
        assert_eq!(found::of(Kind::Amount, "model W7 450TL tutuyor").len(), 1);
    }
}
