//! Addresses in Chinese and Japanese.

use super::{Found, is_number};
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
    (marks >= 2 && (numbers >= 1 || street)).then_some(Found {
        from: index,
        to: last,
        weight: FORM,
    })
}
