//! Whoever a Chinese text tells by part, by surname or by given name alone: `财务林晓峰担心`, `我姓黃`, `我是客服雅婷`,
//! `和杨帆、徐静`.

use boundary::{Kind, Layer};

use super::{FOLLOW, LED, NOT_GIVEN, chinese, is_word, surnames};
use crate::{
    resolve::Sink,
    text::{Doc, Gap, Shape},
};

/// Parts and departments right behind which whoever has them is named, when a person acts there.
pub(super) const ROLES: &[&str] = &[
    "财务",
    "財務",
    "采购",
    "採購",
    "销售",
    "銷售",
    "人事",
    "法务",
    "法務",
    "行政",
    "售后",
    "售後",
    "前台",
    "客服",
    "助理",
    "秘书",
    "秘書",
    "老板",
    "老闆",
    "店长",
    "店長",
    "厂长",
    "廠長",
    "院长",
    "校长",
    "队长",
    "组长",
    "班长",
    "师傅",
    "師傅",
    "出纳",
    "经理",
    "經理",
    "总监",
    "總監",
    "主任",
    "顾问",
    "顧問",
    "专员",
    "專員",
    "代表",
    "先生",
    "太太",
    "老公",
    "老婆",
    "妈妈",
    "爸爸",
    "哥哥",
    "姐姐",
    "弟弟",
    "妹妹",
    "朋友",
    "邻居",
    "负责人",
    "負責人",
    "设计师",
    "技师",
    "仓管",
    "库管",
];

/// What somebody says before the own surname, or is asked and told behind it.
const SURNAMED: &[&str] = &["我姓", "免贵姓", "免貴姓", "敝姓", "他姓", "她姓", "对方姓", "對方姓"];

/// Who says who speaks, with a role of the house or none between.
const SELF: &[&str] = &["我是", "我叫", "這裡是", "这里是", "这边是", "這邊是"];
const SERVING: &[&str] = &[
    "您的",
    "客服",
    "客服专员",
    "客服專員",
    "专员",
    "專員",
    "顾问",
    "顧問",
    "助理",
    "销售",
    "业务",
    "業務",
    "小",
];

/// Characters that given names are made of; two of them are no word.
const GIVEN: &str = "婷君怡雅芳玲娟敏静靜丽麗娜婉瑜琪欣萱佳雯慧淑芬惠珍秀燕霞伟偉强磊洋杰傑涛濤斌浩宇轩軒志建俊豪宏博晓曉梦夢雪梅琳颖穎蓉菲薇妍嘉思雨晨涵梓诗詩韵鹏鵬辉輝峰鑫凯凱彬祥瑞宜姿筱彥彦柏翰哲承冠廷宥庭佩玟珊蕙馨";

/// Adds those inside a run of ideographs that begins at byte `start`.
pub(super) fn detect(start: usize, text: &str, sink: &mut Sink) {
    let mut found = |at: usize, length: usize| {
        sink.push((start + at, start + at + length), Kind::Name, Layer::Model, LED);
    };
    for lead in SURNAMED {
        for (at, _) in text.match_indices(lead) {
            let at = at + lead.len();
            if let Some(length) = text.get(at..).and_then(surname) {
                found(at, length);
            }
        }
    }
    for lead in SELF {
        for (at, _) in text.match_indices(lead) {
            let behind = text.get(at + lead.len()..).unwrap_or_default();
            let role = SERVING.iter().filter(|role| behind.starts_with(**role));
            let role = role.map(|role| role.len()).max().unwrap_or(0);
            let at = at + lead.len() + role;
            if let Some(length) = text.get(at..).and_then(given) {
                found(at, length);
            }
        }
    }
}

/// Length of the surname that stands alone at the head of `text`.
fn surname(text: &str) -> Option<usize> {
    if surnames::is_double(text) {
        return Some(text.chars().take(2).map(char::len_utf8).sum());
    }
    text.chars().next().filter(|c| surnames::is_single(*c)).map(char::len_utf8)
}

/// Length of the two characters of a given name at the head of `text`, with nothing or a small word behind.
fn given(text: &str) -> Option<usize> {
    let mut signs = text.chars();
    let (first, second) = (signs.next()?, signs.next()?);
    let named = GIVEN.contains(first) && GIVEN.contains(second);
    let ends = signs.next().is_none_or(|c| FOLLOW.contains(c) || "很为為".contains(c));
    (named && ends).then_some(first.len_utf8() + second.len_utf8())
}

/// `和杨帆、徐静开了会`: a row of people, of whom names of two characters say nothing by themselves.
pub(super) fn row(doc: &Doc<'_>, (from, to): (usize, usize), text: &str, sink: &mut Sink) {
    let (Some(first), Some(next)) = (doc.token(from), doc.token(to)) else { return };
    let listed = next.gap == Gap::Comma
        && next.shape == Shape::Ideograph
        && doc.text.get(next.start..).is_some_and(|_| {
            doc.span(next.start.saturating_sub('、'.len_utf8()), next.start) == "、"
        });
    if !listed {
        return;
    }
    // The last two or three characters before the sign, behind a word that joins.
    let joins = text.rfind(['和', '与', '與', '跟', '给', '給', '请', '請', '由', '找']);
    let at = joins.map_or(0, |at| at + '和'.len_utf8());
    let name = text.get(at..).unwrap_or_default();
    let length = name.chars().count();
    let person = (2..=3).contains(&length)
        && surname(name).is_some()
        && !is_word(name)
        && !name.chars().skip(1).any(|c| NOT_GIVEN.contains(c));
    let rest = doc.text.get(next.start..).unwrap_or_default();
    if let Some(second) = chinese(rest, false).filter(|_| person) {
        sink.push((first.start + at, first.start + text.len()), Kind::Name, Layer::Model, LED);
        sink.push((next.start, next.start + second), Kind::Name, Layer::Model, LED);
    }
}

#[cfg(test)]
mod tests {
    use boundary::{Detector as _, Kind};

    use crate::Detectors;

    fn names(text: &str) -> Vec<&str> {
        let found = Detectors::standard(&[]).detect(text).unwrap();
        let found = found.iter().filter(|it| it.kind == Kind::Name);
        found.map(|it| &text[it.start..it.end]).collect()
    }

    #[test]
    fn parts_surnames_and_given_names_alone_tell_people() {
        for (text, people) in [
            ("财务沈玉兰担心费用。", &["沈玉兰"][..]),
            ("采购钱卫东说预算已经批了。", &["钱卫东"]),
            ("销售经理何伟负责跟进。", &["何伟"]),
            ("已转给孙磊处理，请跟进。", &["孙磊"]),
            ("今天联系了赵雪，下周付款。", &["赵雪"]),
            ("我姓黃，訂單還沒到。", &["黃"]),
            ("您好，我是客服雅婷，請問怎麼稱呼？", &["雅婷"]),
            ("和杨帆、徐静开了会。", &["杨帆", "徐静"]),
        ] {
            assert_eq!(names(text), people, "{text}");
        }
    }

    #[test]
    fn departments_customers_and_goods_are_nobody() {
        for text in [
            "财务处理完成，采购明天下单。",
            "我是老客户，我是会员，我是学生。",
            "女士们先生们，请注意安全。",
            "销售经理方案、采购计划和库存、价格一起发。",
            "客服：请问您贵姓？",
            "先生您好，小姐請稍等，老師辛苦了。",
        ] {
            assert_eq!(names(text), Vec::<&str>::new(), "{text}");
        }
    }
}
