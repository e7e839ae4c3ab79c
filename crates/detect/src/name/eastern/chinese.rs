//! Chinese names by the words that lead to them and by what somebody does: `客户郝建国要求`, `苗雨：订单没收到`.
//!
//! A line of Japanese without a syllable, `出席者：江藤、八木`, looks like Chinese, and is read here.

mod told;
mod words;

use boundary::{Kind, Layer};

use super::{is_hangul, is_script, is_word, japanese, surnames};
use crate::{
    resolve::{GUESS, Sink},
    text::{Bytes, Doc, Gap, Shape},
};
use words::{ACTS, CALLED, FOLLOW, GREETED, LEADS, NAMES, NOT_GIVEN, SMALL_LEADS, TITLES};

/// Sure enough to stand against a recogniser that was taught Latin letters.
const LED: u8 = GUESS + 20;

/// Reads a text that is not Japanese.
pub(super) fn detect(doc: &Doc<'_>, sink: &mut Sink) {
    if japanese::is_japanese(doc) {
        return;
    }
    let mut index = 0;
    let mut listing = false;
    while let Some(token) = doc.token(index) {
        if token.shape != Shape::Ideograph {
            listing = false;
            index += 1;
            continue;
        }
        let mut end = index + 1;
        while doc.token(end).is_some_and(|t| t.shape == Shape::Ideograph && t.gap == Gap::None) {
            end += 1;
        }
        let (Some(first), Some(last)) = (doc.token(index), doc.token(end - 1)) else { return };
        let text = doc.span(first.start, last.end);
        if !text.starts_with(is_hangul) {
            listing = listing && matches!(first.gap, Gap::Comma | Gap::Space)
                || first.gap == Gap::Colon && led(doc, index);
            if listing {
                item(doc, (index, end), text, sink);
            }
            within(first.start, text, sink);
            told::row(doc, (index, end), text, sink);
            speaks(doc, (index, end), text, sink);
        }
        index = end;
    }
}

/// Whether a word that leads to a person stands before the colon before word `index`.
fn led(doc: &Doc<'_>, index: usize) -> bool {
    let before = index.checked_sub(1).and_then(|i| doc.token(i)).map_or(0, |t| t.end);
    let head = doc.text.get(..before).unwrap_or_default();
    LEADS.iter().any(|lead| head.ends_with(lead))
}

/// One of a row of people: ideographs alone, which are no department.
fn item(doc: &Doc<'_>, (from, to): (usize, usize), text: &str, sink: &mut Sink) {
    let Some(first) = doc.token(from) else { return };
    let name: String = text.chars().take_while(|c| is_script(*c)).collect();
    let title = CALLED.iter().chain(TITLES).find_map(|title| name.strip_suffix(title));
    let name = title.filter(|it| it.chars().count() > 1).map_or(name.clone(), str::to_owned);
    let length = name.chars().count();
    let whole = name.len() == text.len();
    // Behind the role of who speaks stands what they say.
    let before = doc.text.get(..first.start).unwrap_or_default().trim_end_matches([':', '：', ' ']);
    let labelled = NAMES.iter().any(|label| before.ends_with(label));
    let mut signs = name.chars();
    let family = signs.next().is_some_and(surnames::is_single) || surnames::is_double(&name);
    let likely =
        labelled || surnames::is_japanese(&name) || family && !signs.any(|c| NOT_GIVEN.contains(c));
    if !likely || GREETED.iter().any(|it| name.starts_with(it)) {
        return;
    }
    // `小笠原 美咲`: the given name behind a space is the next run.
    let department = name.ends_with([
        '部', '課', '室', '局', '班', '組', '社', '会', '店', '者', '員', '件', '科', '处', '司',
        '门', '组', '队', '算', '期', '中', '無', '无', '未',
    ]);
    let spaced = first.gap == Gap::Space && length <= 3;
    if (2..=4).contains(&length) && (whole || length <= 3) && !department && !is_word(&name)
        || whole && spaced && length == 1
    {
        let end = first.start + name.len();
        sink.push((first.start, end), Kind::Name, Layer::Model, LED);
        if let Some(given) =
            doc.token(to).filter(|t| whole && t.gap == Gap::Space && t.shape == Shape::Ideograph)
        {
            let rest = doc.text.get(given.start..).unwrap_or_default();
            let given_name: String = rest.chars().take(4).take_while(|c| is_script(*c)).collect();
            if given_name.chars().count() <= 3 {
                sink.push(
                    (first.start, given.start + given_name.len()),
                    Kind::Name,
                    Layer::Model,
                    LED + 1,
                );
            }
        }
    }
}

/// Names inside a run of ideographs.
fn within(start: usize, text: &str, sink: &mut Sink) {
    let bytes = Bytes::of(text);
    let may_hold = |part: &&&str| bytes.may_hold(part);
    for lead in LEADS.iter().filter(may_hold) {
        for (at, _) in text.match_indices(lead) {
            // `联系了赵雪`
            let at = at + lead.len();
            let rest = text.get(at..).unwrap_or_default();
            let at = at
                + if rest.starts_with(['了', '过', '過', '到']) { '了'.len_utf8() } else { 0 };
            if let Some(length) = text.get(at..).and_then(|rest| chinese(rest, false)) {
                sink.push((start + at, start + at + length), Kind::Name, Layer::Model, LED);
            }
        }
    }
    for lead in SMALL_LEADS.iter().chain(told::ROLES).filter(may_hold) {
        for (at, _) in text.match_indices(lead) {
            let at = at + lead.len();
            if let Some(length) = text.get(at..).and_then(|rest| chinese(rest, true)) {
                sink.push((start + at, start + at + length), Kind::Name, Layer::Model, LED);
            }
        }
    }
    told::detect(start, text, sink);
    if let Some(length) = chinese(text, true).filter(|length| *length > 6 || acts(text, *length)) {
        sink.push((start, start + length), Kind::Name, Layer::Model, GUESS + 1);
    }
    for called in CALLED.iter().filter(may_hold) {
        for (at, _) in text.match_indices(called) {
            let before = text.get(..at).unwrap_or_default();
            let mut back = before.char_indices().rev();
            if let Some((from, c)) = back.next()
                && surnames::is_single(c)
                && !back.next().is_some_and(|(_, c)| surnames::is_single(c))
            {
                sink.push((start + from, start + at), Kind::Name, Layer::Model, LED + 40);
            }
        }
    }
}

/// Length of the Chinese name that `text` begins with. `acts`: only with somebody's act, or nothing, behind it.
fn chinese(text: &str, acts: bool) -> Option<usize> {
    if text.chars().take(4).any(|c| matches!(c, '\u{3040}'..='\u{30ff}')) {
        return None;
    }
    let chars: Vec<char> = text.chars().take(6).collect();
    let size = |count: usize| chars.iter().take(count).map(|c| c.len_utf8()).sum::<usize>();
    let first = *chars.first()?;
    let ends = |at: usize| chars.get(at).is_none_or(|c| FOLLOW.contains(*c));
    // `小田`, `老王`
    if matches!(first, '小' | '老')
        && chars.get(1).is_some_and(|c| surnames::is_single(*c))
        && ends(2)
    {
        return Some(size(2));
    }
    let family =
        if surnames::is_double(text) { 2 } else { usize::from(surnames::is_single(first)) };
    if family == 0 || is_word(text) {
        return None;
    }
    // `司徒先生`, `祝经理`: a title is none of the name.
    let behind = text.get(size(family)..).unwrap_or_default();
    if CALLED.iter().any(|title| behind.starts_with(title)) {
        return None;
    }
    let given = |from: usize, to: usize| {
        chars.get(from..to).is_some_and(|given| !given.iter().any(|c| NOT_GIVEN.contains(*c)))
    };
    let whole = family + 2;
    if chars.len() >= whole && ends(whole) && given(family, whole) {
        return Some(size(whole));
    }
    if chars.len() > family && !acts && ends(family + 1) && given(family, family + 1) {
        return Some(size(family + 1));
    }
    // `李雷说`, `王芳打电话来`: whoever says or does something.
    let acted = behind.get(chars.get(family)?.len_utf8()..).unwrap_or_default();
    if given(family, family + 1) && ACTS.iter().any(|act| acted.starts_with(act)) {
        return Some(size(family + 1));
    }
    None
}

/// `苗雨：订单没收到`: who speaks at the head of a line.
fn speaks(doc: &Doc<'_>, (from, to): (usize, usize), text: &str, sink: &mut Sink) {
    let Some(first) = doc.token(from) else { return };
    let heads = matches!(first.gap, Gap::Start | Gap::Line);
    let colon = doc.token(to).is_some_and(|t| t.gap == Gap::Colon && t.shape == Shape::Ideograph);
    let chinese = chinese(text, true) == Some(text.len())
        || text.chars().count() == 2
            && text.chars().next().is_some_and(surnames::is_single)
            && !text.chars().skip(1).any(|c| NOT_GIVEN.contains(c))
            && !is_word(text);
    // `文静你好`: whoever is greeted at the head of a line.
    let greeted = GREETED.iter().find_map(|it| text.find(it)).filter(|at| *at > 0);
    if let Some(name) = greeted.and_then(|at| text.get(..at)).filter(|_| heads) {
        let name = name.strip_prefix("亲爱的").or(name.strip_prefix("尊敬的")).unwrap_or(name);
        let from = first.start + text.find(name).unwrap_or(0);
        let titled = CALLED.iter().find_map(|title| name.strip_suffix(title)).unwrap_or(name);
        let people = [
            "大家", "各位", "领导", "客服", "同事", "朋友", "老师", "同学", "亲", "客户", "先生",
            "女士", "您", "你", "们",
        ];
        if (1..=4).contains(&titled.chars().count())
            && !people.iter().any(|it| titled.ends_with(it))
        {
            sink.push((from, from + titled.len()), Kind::Name, Layer::Model, LED + 40);
        }
    }
    if heads && colon && chinese && !LEADS.contains(&text) {
        sink.push((first.start, first.start + text.len()), Kind::Name, Layer::Model, LED);
    }
}

/// Whether somebody's act stands behind so many bytes.
fn acts(text: &str, length: usize) -> bool {
    text.get(length..).is_some_and(|behind| ACTS.iter().any(|act| behind.starts_with(act)))
}

#[cfg(test)]
mod tests;
