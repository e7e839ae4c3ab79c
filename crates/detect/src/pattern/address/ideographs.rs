//! Addresses in Chinese and Japanese.

use super::{Found, words::is_number};
use crate::{
    resolve::FORM,
    text::{Doc, Gap, Shape},
};

/// `重庆市李路b座`, `東京都中野区本町1丁目2番3号`: units from large to small.
pub(super) fn read(doc: &Doc<'_>, index: usize) -> Option<Found> {
    let first = doc.token(index)?;
    if first.gap == Gap::None && index > 0 {
        return None;
    }
    let mut at = index;
    let mut marks = 0;
    let mut numbers = 0;
    let mut last = index;
    while let Some(token) = doc.token(at) {
        let ideograph = token.shape == Shape::Ideograph;
        let joined = at == index
            || token.gap == Gap::None
            || matches!(token.gap, Gap::Hyphen | Gap::Space) && !ideograph && numbers > 0;
        if at - index >= 40 || !joined || !(ideograph || is_number(doc, token) || token.len() == 1)
        {
            break;
        }
        let word = doc.word(token);
        if at > index
            && !counts_otherwise(doc, at)
            && matches!(
                word,
                "省" | "市"
                    | "县"
                    | "縣"
                    | "区"
                    | "區"
                    | "路"
                    | "街"
                    | "道"
                    | "巷"
                    | "弄"
                    | "号"
                    | "號"
                    | "座"
                    | "室"
                    | "楼"
                    | "樓"
                    | "都"
                    | "府"
                    | "県"
                    | "町"
                    | "村"
                    | "丁"
                    | "目"
                    | "番"
                    | "地"
                    | "郡"
                    | "시"
                    | "구"
                    | "동"
                    | "로"
                    | "길"
            )
        {
            marks += 1;
            last = at + 1;
        }
        if !ideograph {
            numbers += 1;
            last = at + 1;
        }
        at += 1;
    }
    let street = doc.tokens.get(index..last)?.iter().any(|t| {
        matches!(doc.word(t), "路" | "街" | "道" | "号" | "號" | "丁" | "番" | "座" | "로" | "길")
    });
    // Without a number, two such signs are as often words: `市场路线`.
    (marks >= 2 && numbers >= 1 || marks >= 3 && street).then_some(Found {
        from: index,
        to: last,
        weight: FORM,
    })
}

/// Signs of places that are part of a word here: `番号`, `号码`, `市场`, `路线`.
fn counts_otherwise(doc: &Doc<'_>, at: usize) -> bool {
    const WORDS: &[&str] = &[
        "番号", "号码", "號碼", "市场", "市場", "市值", "市况", "路线", "路線", "路演", "路径",
        "路由", "区块", "区别", "区间", "区分", "道具", "道理", "道德", "都是", "都有", "都要",
        "都会", "都不", "目标", "目標", "目前", "目的", "目录", "地方", "地点", "地图", "室内",
        "座谈", "府上", "村上", "村田", "村井",
    ];
    let (Some(token), Some(next)) = (doc.token(at), doc.token(at + 1)) else { return false };
    let before = at.checked_sub(1).and_then(|i| doc.token(i)).map(|t| doc.word(t));
    let pair = doc.span(token.start, next.end);
    next.gap == Gap::None && WORDS.contains(&pair)
        || doc.word(token) == "号"
            && matches!(before, Some("番" | "单" | "型" | "账" | "帐" | "编" | "订" | "信"))
        || doc.word(token) == "目" && before == Some("项")
        || doc.word(token) == "道" && matches!(before, Some("知" | "渠" | "报"))
        || doc.word(token) == "地" && matches!(before, Some("基" | "场" | "本" | "当"))
}
