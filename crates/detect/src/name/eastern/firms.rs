//! Firms, departments and areas in Chinese and Japanese, which begin as names do.

use std::sync::LazyLock;

use boundary::{Kind, Layer};

use super::WORDS;
use crate::{
    lexicon::Words,
    resolve::{FORM, Sink},
};

/// Characters of a firm's own name before its trade.
const LONGEST: usize = 5;
/// What the names of workshops and traders end with.
static TRADES: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "製作所 商事 精機 電機 製薬 工務店 酒造 興業 物産 紡績 重工 鉄工所 商店 商会 印刷所 運送 水産 不動産 会計事務所 法律事務所 实业 商贸 置业 药业 重工 律师事务所 会计师事务所",
    )
});
/// Trades of China, which are firms only beside a word that joins: `与金龙物流的`.
static DEALERS: LazyLock<Words> =
    LazyLock::new(|| Words::new("物流 科技 贸易 电子 机械 食品 建材 化工 电器"));

/// `高橋製作所`, `与金龙物流的`: a firm by its trade, also where it is called after somebody.
pub(super) fn traders(start: usize, text: &str, sink: &mut Sink) {
    for (at, _) in text.char_indices() {
        let rest = text.get(at..).unwrap_or_default();
        let maker = TRADES.beginnings(rest).max_by_key(|it| it.len());
        let dealer = || DEALERS.beginnings(rest).max_by_key(|it| it.len());
        let Some(trade) = maker.or_else(dealer) else { continue };
        // No firm's own name is longer, and the whole text is not looked through for each trade in it.
        let head = text.get(..at).unwrap_or_default();
        let near = head.char_indices().rev().nth(LONGEST + 1).map_or(0, |(from, _)| from);
        let before = head.get(near..).unwrap_or_default();
        let own = after_small(before, 2);
        let from = near + own;
        let name = before.get(own..).unwrap_or_default();
        let led = before.get(..own).is_some_and(|it| it.ends_with(['与', '和', '跟', '给', '向']));
        let own = (2..=LONGEST).contains(&name.chars().count())
            && !WORDS.begin(name)
            && !DEPARTMENTS.begin(name);
        if own && (maker.is_some() || led) {
            sink.push((start + from, start + at + trade.len()), Kind::Org, Layer::Model, FORM);
        }
    }
}

/// Where the last word of a text begins, behind the small words that join. Such a word that would leave fewer than
/// `least` characters is the word's own, as in `和泉市` and `向井製作所`.
pub(super) fn after_small(text: &str, least: usize) -> usize {
    let small = |c: char| {
        matches!(
            c,
            '\u{3041}'
                ..='\u{3096}'
                    | '在'
                    | '与'
                    | '和'
                    | '把'
                    | '给'
                    | '跟'
                    | '向'
                    | '的'
                    | '是'
                    | '从'
                    | '由'
        )
    };
    let mut back = text.char_indices().rev().skip(least);
    back.find(|(_, c)| small(*c)).map_or(0, |(at, c)| at + c.len_utf8())
}

/// Departments and trades, before a title or by themselves.
pub(super) static DEPARTMENTS: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "営業 購買 総務 経理 人事 技術 製造 開発 品質 法務 財務 情報 企画 販売 物流 生産 資材 広報 研究 設計 工事 管理 業務 国際 海外 地域 関西 関東 東日本 西日本 销售 采购 财务 人事 法务 技术 生产 研发 市场 客户 运营 项目 区域 大区 行政 仓库 产品 质量 高级 资深 首席 部门 店长",
    )
});

/// Parts of a country, of a town or of a firm's sales, which are no towns.
pub(super) const AREAS: &[&str] =
    &["大区", "地区", "小区", "园区", "片区", "战区", "专区", "选区", "該当区"];

#[cfg(test)]
mod tests {
    use boundary::Kind;

    use crate::found;

    #[test]
    fn a_firm_called_after_somebody_is_a_firm() {
        for (text, firm) in [
            ("中村精機の見積", "中村精機"),
            ("本日、田中工務店へ訪問", "田中工務店"),
            ("与宏达贸易的合同", "宏达贸易"),
            ("由恒信实业付款", "恒信实业"),
            ("向井製作所の納期", "向井製作所"),
            ("由良製作所と契約", "由良製作所"),
        ] {
            assert_eq!(found::of(Kind::Org, text), [firm], "{text}");
            assert_eq!(found::of(Kind::Name, text), found::NOTHING, "{text}");
        }
    }

    #[test]
    fn words_beside_a_colon_and_offices_are_nobody() {
        for text in ["任务：整理", "方案: 待定", "采购经理审批", "平台：网页", "查询物流"]
        {
            assert_eq!(found::of(Kind::Name, text), found::NOTHING, "{text}");
            assert_eq!(found::of(Kind::Org, text), found::NOTHING, "{text}");
        }
        for (text, name) in [("请联系王经理", "王"), ("秦晓东总监来电", "秦晓东")]
        {
            assert!(found::of(Kind::Name, text).iter().any(|it| it.contains(name)), "{text}");
        }
    }

    #[test]
    fn a_part_of_a_country_is_no_town() {
        assert_eq!(found::of(Kind::Location, "华北大区"), found::NOTHING);
        for (text, town) in [
            ("納品先は松本市", "松本市"),
            ("在松本市", "松本市"),
            ("和泉市", "和泉市"),
            ("由布市", "由布市"),
        ] {
            assert_eq!(found::of(Kind::Location, text), [town], "{text}");
        }
    }
}
