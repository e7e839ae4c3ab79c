//! Towns and countries in Chinese, Japanese and Korean, and the peoples that are called after them.

use boundary::{Kind, Layer};

use super::japanese::PLACES;
use crate::{
    resolve::{FORM, GUESS, Sink},
    text::{Doc, Gap, Shape},
};

/// What stands right before a place to which somebody goes, or where they are.
const BEFORE: [char; 21] = [
    '是', '在', '到', '去', '从', '從', '往', '住', '赴', '飞', '飛', '回', '于', '於', '抵', '来',
    '來', '自', '离', '經', '经',
];
/// What stands behind a place and leaves it one.
const BEHIND: &[&str] = &[
    "市",
    "県",
    "省",
    "州",
    "在住",
    "出身",
    "行き",
    "行",
    "発",
    "着",
    "支店",
    "支社",
    "本社",
    "工場",
    "営業所",
    "出張",
    "駐在",
    "経由",
    "方面",
    "旅行",
    "地区",
    "分公司",
    "办事处",
    "辦事處",
    "出差",
    "工作",
    "工厂",
    "总部",
    "旅游",
    "旅遊",
    "人",
    "籍",
    "国籍",
    "國籍",
    "에서",
    "에",
    "으로",
    "로",
    "은",
    "는",
    "이",
    "가",
    "의",
    "을",
    "를",
    "도",
    "까지",
    "부터",
    "지사",
    "출신",
    "시",
    "사람",
    "인",
];
/// What says that a country is somebody's.
const PEOPLES: [&str; 4] = ["国籍", "國籍", "국적", "籍"];
/// The label of a nationality, before its colon.
const LABELS: [&str; 5] = ["国籍", "國籍", "국적", "国籍は", "國籍是"];

pub(super) fn detect(doc: &Doc<'_>, sink: &mut Sink) {
    for (index, token) in doc.tokens.iter().enumerate() {
        // A place begins where a run begins, or behind what leads to it.
        let first = token.shape == Shape::Ideograph
            && (token.gap != Gap::None
                || index
                    .checked_sub(1)
                    .and_then(|at| doc.token(at))
                    .is_some_and(|before| leads(doc.word(before), doc.word(token))));
        if first {
            place(doc, token.start, sink);
        }
    }
}

/// Whether what stands before a character parts it from another word: a small word, or another script.
fn leads(before: &str, here: &str) -> bool {
    let (Some(before), Some(here)) = (before.chars().next(), here.chars().next()) else {
        return true;
    };
    let kind = |c: char| match c {
        '\u{3041}'..='\u{309f}' => 1,
        '\u{30a0}'..='\u{30ff}' => 2,
        '\u{ac00}'..='\u{d7af}' => 3,
        _ => 0,
    };
    BEFORE.contains(&before) || kind(before) != kind(here)
}

fn place(doc: &Doc<'_>, start: usize, sink: &mut Sink) {
    let rest = doc.text.get(start..).unwrap_or_default();
    let Some(place) = PLACES.beginnings(rest).max_by_key(|place| place.len()) else { return };
    let end = start + place.len();
    let behind = rest.get(place.len()..).unwrap_or_default();
    let next = behind.chars().next();
    let syllable = |c: char| matches!(c, '\u{3041}'..='\u{309f}');
    let katakana = place.ends_with(|c| matches!(c, '\u{30a0}'..='\u{30ff}'));
    let bounded = next.is_none_or(|c| {
        !c.is_alphanumeric() && c != '・'
            || syllable(c)
            || katakana && !matches!(c, '\u{30a0}'..='\u{30ff}') && !c.is_ascii()
    });
    let before = doc.text.get(..start).unwrap_or_default();
    let led = before.ends_with(BEFORE);
    if !(bounded || led || BEHIND.iter().any(|it| behind.starts_with(it))) {
        return;
    }
    let label = before.trim_end_matches([' ', ':', '：']);
    let labelled = label.len() < before.len() && LABELS.iter().any(|it| label.ends_with(it));
    if labelled || PEOPLES.iter().any(|it| behind.starts_with(it)) {
        sink.push((start, end), Kind::Nationality, Layer::Model, FORM);
    } else if let Some(people) = ["人", "사람"].into_iter().find(|it| behind.starts_with(it)) {
        sink.push((start, end + people.len()), Kind::Nationality, Layer::Model, GUESS + 5);
    } else {
        sink.push((start, end), Kind::Location, Layer::Model, GUESS + 5);
    }
}

#[cfg(test)]
mod tests {
    use boundary::Kind;

    use crate::found;

    #[test]
    fn towns_and_countries_are_told_from_peoples() {
        for (text, kind, place) in [
            ("今は盛岡に住んでいます", Kind::Location, "盛岡"),
            ("フィリピンで入院した", Kind::Location, "フィリピン"),
            ("下周去杭州出差", Kind::Location, "杭州"),
            ("所在地:高雄", Kind::Location, "高雄"),
            ("내일 부산으로 갑니다", Kind::Location, "부산"),
            ("(フィリピン国籍)", Kind::Nationality, "フィリピン"),
            ("国籍:インド", Kind::Nationality, "インド"),
            ("他是韩国人", Kind::Nationality, "韩国人"),
        ] {
            assert!(found::of(kind, text).contains(&place), "{text}: {:?}", found::all(text));
        }
        for text in ["インドカレーを注文", "パリッと仕上げる", "大连接器"] {
            assert_eq!(found::of(Kind::Location, text), found::NOTHING, "{text}");
        }
    }
}
