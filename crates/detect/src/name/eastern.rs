//! Chinese and Japanese names by the words that lead to them: `客户郝建国要求`, `出席者：江藤、八木`, `三枝と申します`.

use boundary::{Kind, Layer};

use super::{
    ideographs::{self, is_hangul, is_script},
    japanese, surnames,
};
use crate::{
    resolve::{GUESS, Sink},
    text::{Doc, Gap, Shape},
};

/// Sure enough to stand against a recogniser that was taught Latin letters.
const LED: u8 = GUESS + 20;

/// Words behind which, or behind whose colon, a person is named.
const LEADS: &[&str] = &[
    "客户",
    "联系人",
    "联系",
    "我是",
    "我叫",
    "转给",
    "交给",
    "员工",
    "主管",
    "同事",
    "经办人",
    "负责人",
    "参会人",
    "参会人员",
    "出席人",
    "出席",
    "缺席",
    "主持人",
    "记录人",
    "姓名",
    "客戶",
    "聯絡",
    "出席者",
    "参加者",
    "担当者",
    "担当",
    "社員",
    "上司",
    "部下",
    "氏名",
    "同席",
    "欠席者",
    "欠席",
    "司会",
    "議長",
    "書記",
    "記録",
    "報告者",
    "申請者",
    "依頼者",
];
/// The same, when a person acts behind them.
const SMALL_LEADS: &[&str] = &["跟", "与", "和", "找", "由", "给", "请", "向"];
/// Given names end before these.
const FOLLOW: &str = "要负負想说說请請提希介申同表已将將会會来來女先经經总總的是和与在确今明下开開对對也都让讓把被问問回打发發签簽认認告觉覺反询詢需不没沒因就通于完再等接休参參，、。";
/// How people are called in China behind one character.
const CALLED: &[&str] = &[
    "经理",
    "女士",
    "先生",
    "小姐",
    "总",
    "老师",
    "主任",
    "主管",
    "老板",
    "部长",
    "工程师",
    "医生",
    "律师",
];
/// The same in Japan, behind whole surnames.
const TITLES: &[&str] = &["部長", "課長", "係長", "社長", "専務", "主任", "室長", "様", "氏", "殿"];

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
    // `小笠原 美咲`: the given name behind a space is the next run.
    let department = name.ends_with([
        '部', '課', '室', '局', '班', '組', '社', '会', '店', '者', '員', '件', '科', '处', '司',
        '门', '组', '队', '算', '期', '中', '無', '无', '未',
    ]);
    let spaced = first.gap == Gap::Space && length <= 3;
    if (2..=4).contains(&length)
        && (whole || length <= 3)
        && !department
        && !ideographs::is_word(&name)
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
    for lead in LEADS {
        for (at, _) in text.match_indices(lead) {
            let at = at + lead.len();
            if let Some(length) = text.get(at..).and_then(|rest| chinese(rest, false)) {
                sink.push((start + at, start + at + length), Kind::Name, Layer::Model, LED);
            }
        }
    }
    for lead in SMALL_LEADS {
        for (at, _) in text.match_indices(lead) {
            let at = at + lead.len();
            if let Some(length) = text.get(at..).and_then(|rest| chinese(rest, true)) {
                sink.push((start + at, start + at + length), Kind::Name, Layer::Model, LED);
            }
        }
    }
    if let Some(length) = chinese(text, true).filter(|length| *length > 6) {
        sink.push((start, start + length), Kind::Name, Layer::Model, GUESS + 1);
    }
    for called in CALLED {
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
    if family == 0 || ideographs::is_word(text) {
        return None;
    }
    let whole = family + 2;
    if chars.len() >= whole
        && ends(whole)
        && !chars.get(family..whole)?.iter().any(|c| "的是和与在，、。".contains(*c))
    {
        return Some(size(whole));
    }
    if chars.len() > family && !acts && ends(family + 1) {
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
            && !ideographs::is_word(text);
    if heads && colon && chinese && !LEADS.contains(&text) {
        sink.push((first.start, first.start + text.len()), Kind::Name, Layer::Model, LED);
    }
}
