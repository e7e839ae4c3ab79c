//! Dates, and dates of birth where a word says so.

use boundary::Kind;

use super::number::Run;
use crate::{
    lexicon::{AMBIGUOUS, BIRTH_CUE, DAY, MONTH},
    resolve::{FORM, GUESS, PROOF, Sink},
    text::{Doc, Gap, Shape, Token},
};

/// How many words before a date are searched for a word such as `born`.
const REACH: usize = 6;

/// Whether the run is a date; the date is then in the sink.
pub(super) fn detect(doc: &Doc<'_>, run: &Run, sink: &mut Sink) -> bool {
    if let Some(range) = numeric(doc, run) {
        report(doc, run.index, range, sink, FORM);
        return true;
    }
    if let Some(range) = worded(doc, run) {
        report(doc, run.index, range, sink, FORM);
        return true;
    }
    if let Some(range) = ideographic(doc, run) {
        report(doc, run.index, range, sink, FORM);
        return true;
    }
    if is_time(doc, run) {
        sink.veto(run.start, run.end);
        return true;
    }
    if run.len() == 4 && run.groups.len() == 1 && year_in_prose(doc, run) {
        report(doc, run.index, run.range(), sink, GUESS);
        return true;
    }
    false
}

/// Weekdays, and months with a year or a day but no run of digits before them.
pub(super) fn weekday(token: &Token, sink: &mut Sink) {
    if token.class.any(DAY) && token.capital() && token.len() > 4 && token.shape == Shape::Title {
        sink.pattern((token.start, token.end), Kind::Date, GUESS);
    }
}

fn report(doc: &Doc<'_>, index: usize, range: (usize, usize), sink: &mut Sink, weight: u8) {
    if is_born(doc, index, range.0) {
        sink.pattern(range, Kind::DateOfBirth, PROOF);
    } else {
        sink.pattern(range, Kind::Date, weight);
    }
}

/// Whether a word before the date at byte `start`, word `index`, says that it is one of birth.
fn is_born(doc: &Doc<'_>, index: usize, start: usize) -> bool {
    const WRITTEN: &[&str] =
        &["生年月日", "出生日期", "出生", "生日", "생년월일", "d.o.b.", "D.O.B.", "D.o.b."];
    let before = doc.text.get(..start).unwrap_or_default().trim_end_matches([' ', ':', '：']);
    WRITTEN.iter().any(|cue| before.ends_with(cue)) || doc.cue_before(index, REACH, BIRTH_CUE)
}

fn numeric(doc: &Doc<'_>, run: &Run) -> Option<(usize, usize)> {
    let separator = *run.separators.first()?;
    let same = run.separators.get(1).is_some_and(|s| *s == separator);
    let layout = &run.layout;
    let (a, b, c) = (run.value(0)?, run.value(1)?, run.value(2)?);
    if !same || run.plus || !matches!(separator, '-' | '/' | '.') {
        return None;
    }
    let year_first = matches!(layout.as_slice(), [4, 1..=2, 1..=2, ..]) && plausible(a, b, c);
    let four = matches!(layout.as_slice(), [1..=2, 1..=2, 4, ..]) && either(c, a, b);
    let two = matches!(layout.as_slice(), [1..=2, 1..=2, 2])
        && separator != '-'
        && either(2000 + c, a, b)
        && !doc.span(run.start, run.end).contains(' ');
    if !(year_first || four || two) {
        return None;
    }
    let end = run.groups.get(2)?.end;
    Some((run.groups.first()?.start, time_after(doc, end)))
}

fn either(year: u32, a: u32, b: u32) -> bool {
    plausible(year, a, b) || plausible(year, b, a)
}

/// Whether a year, month and day can be a date someone writes about.
pub(super) fn plausible(year: u32, month: u32, day: u32) -> bool {
    let longest = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => return false,
    };
    (1850..=2199).contains(&year) && (1..=longest).contains(&day)
}

/// Takes in ` 14:05:33.120` or `T14:05Z` after a date.
fn time_after(doc: &Doc<'_>, end: usize) -> usize {
    let rest = doc.text.get(end..).unwrap_or_default();
    let Some(time) = rest.strip_prefix(['T', ' ']) else { return end };
    let bytes = time.as_bytes();
    if !(bytes.first().is_some_and(u8::is_ascii_digit) && bytes.get(2) == Some(&b':')) {
        return end;
    }
    let length = bytes
        .iter()
        .take(24)
        .take_while(|b| b.is_ascii_digit() || matches!(b, b':' | b'.' | b'Z' | b'+'))
        .count();
    let time = time.get(..length).unwrap_or_default().trim_end_matches([':', '.', '+']);
    end + 1 + time.len()
}

/// `20 April 1956`, `April 20, 1956`, `20. April 1956`, `Apr 1956`.
fn worded(doc: &Doc<'_>, run: &Run) -> Option<(usize, usize)> {
    let number = |i: usize| doc.token(i).is_some_and(|t| t.shape == Shape::Digits);
    // `14 mars 1978` is no verb.
    let between = |i: usize| i.checked_sub(1).is_some_and(number) && number(i + 1);
    let month = |i: usize| {
        let plain = |t: &&Token| !t.class.any(AMBIGUOUS) || t.capital() || between(i);
        doc.token(i).filter(|t| t.class.any(MONTH)).filter(plain)
    };
    let year = |i: usize| {
        doc.token(i).filter(|t| {
            t.shape == Shape::Digits
                && t.len() == 4
                && doc.word(t).parse().is_ok_and(|y| plausible(y, 1, 1))
        })
    };
    let day = |i: usize| {
        doc.token(i).filter(|t| {
            t.len() <= 2 && doc.word(t).parse().is_ok_and(|d: u32| (1..=31).contains(&d))
        })
    };
    let index = run.index;
    let first = doc.token(index)?;
    // Month before.
    if let Some(before) = index
        .checked_sub(1)
        .and_then(month)
        .filter(|_| matches!(first.gap, Gap::Space | Gap::DotSpace | Gap::Comma))
    {
        if day(index).is_some() && first.gap != Gap::Comma {
            let end = year(index + 1)
                .filter(|t| matches!(t.gap, Gap::Comma | Gap::Space))
                .map_or(first.end, |t| t.end);
            return Some((before.start, time_after(doc, end)));
        }
        let day = ordinal_before(doc, index - 1);
        if year(index).is_some() && (first.gap != Gap::Comma || day.is_some()) {
            return Some((day.map_or(before.start, |t| t.start), first.end));
        }
    }
    // `July 4th, 1976`.
    if let Some(month) = index.checked_sub(2).and_then(month)
        && year(index).is_some()
        && ordinal(doc, index - 1).is_some()
        && matches!(first.gap, Gap::Space | Gap::Comma)
    {
        return Some((month.start, first.end));
    }
    // Day before.
    day(index)?;
    let next = (1..=2).find_map(|n| {
        month(index + n)
            .filter(|_| {
                n == 1
                    || doc
                        .token(index + 1)
                        .is_some_and(|t| doc.word(t) == "de" || doc.word(t) == "of")
            })
            .map(|t| (index + n, t))
    });
    let (at, named) = next.filter(|(_, t)| {
        matches!(t.gap, Gap::Space | Gap::DotSpace | Gap::Hyphen | Gap::Slash | Gap::Dot)
    })?;
    let tail = (1..=2).find_map(|n| {
        year(at + n).filter(|_| n == 1 || doc.token(at + 1).is_some_and(|t| doc.word(t) == "de"))
    });
    // `born 7 Nov 91`: elsewhere two digits behind a month may be anything.
    let short = || {
        doc.token(at + 1).filter(|t| {
            t.shape == Shape::Digits
                && t.len() == 2
                && matches!(t.gap, Gap::Space | Gap::Comma | Gap::Hyphen | Gap::Slash | Gap::Dot)
                && is_born(doc, index, first.start)
        })
    };
    Some((first.start, tail.or_else(short).map_or(named.end, |t| t.end)))
}

/// The word at `index` when it is a day of the month as an ordinal: `4th`, `1er`.
fn ordinal<'d>(doc: &'d Doc<'_>, index: usize) -> Option<&'d Token> {
    let token = doc.token(index).filter(|t| t.shape == Shape::Alnum)?;
    let word = doc.word(token);
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let (number, ending) = word.split_at_checked(digits)?;
    let day = number.parse().is_ok_and(|day: u32| (1..=31).contains(&day));
    (day && matches!(ending, "st" | "nd" | "rd" | "th" | "er" | "e")).then_some(token)
}

/// `the 4th of July`, `1er janvier`: the ordinal before the month at word `month`.
fn ordinal_before<'d>(doc: &'d Doc<'_>, month: usize) -> Option<&'d Token> {
    let before = month.checked_sub(1)?;
    let linked = doc.token(before).is_some_and(|t| matches!(doc.word(t), "of" | "de"));
    ordinal(doc, if linked { before.checked_sub(1)? } else { before })
}

/// `1985年4月12日`, `1985년 4월 12일`.
fn ideographic(doc: &Doc<'_>, run: &Run) -> Option<(usize, usize)> {
    let start = run.groups.first()?.start;
    let rest = doc.text.get(start..)?;
    let year_end =
        Some(4).filter(|at| rest.get(*at..).is_some_and(|tail| tail.starts_with(['年', '년'])))?;
    let mut end = start + year_end + '年'.len_utf8();
    for mark in [['月', '월'], ['日', '일']] {
        let tail = doc.text.get(end..)?;
        // Korean writes spaces between.
        let tail = match tail.strip_prefix(' ') {
            Some(closer) if closer.starts_with(|c: char| c.is_ascii_digit()) => {
                end += 1;
                closer
            }
            _ => tail,
        };
        let near: String = tail.chars().take(3).collect();
        match near.find(mark) {
            Some(at)
                if (1..=2).contains(&at) && tail.get(..at)?.bytes().all(|b| b.is_ascii_digit()) =>
            {
                end += at + '月'.len_utf8();
            }
            _ => break,
        }
    }
    (run.len() == 4).then_some((start, end))
}

fn is_time(doc: &Doc<'_>, run: &Run) -> bool {
    let layout = &run.layout;
    run.separated_by(':') && matches!(layout.as_slice(), [1..=2, 2] | [1..=2, 2, 2]) || {
        let is =
            |word: &str| ["am", "pm", "h", "uhr"].iter().any(|it| word.eq_ignore_ascii_case(it));
        let unit = doc.token(run.next).filter(|t| t.start <= run.end + 1);
        run.len() <= 2 && unit.is_some_and(|t| is(doc.word(t)))
    }
}

fn year_in_prose(doc: &Doc<'_>, run: &Run) -> bool {
    let before =
        run.index.checked_sub(1).and_then(|i| doc.token(i)).map(|t| doc.word(t).to_lowercase());
    (1900..=2099).contains(&run.prefix(4))
        && matches!(
            before.as_deref(),
            Some(
                "in" | "since"
                    | "from"
                    | "until"
                    | "during"
                    | "by"
                    | "year"
                    | "is"
                    | "a"
                    | "the"
                    | "early"
                    | "late"
                    | "im"
                    | "seit"
                    | "en"
                    | "depuis"
                    | "nel"
                    | "de"
                    | "circa"
            )
        )
        && !doc.char_at(run.end).is_some_and(|c| c == '%' || c == '-')
}
