//! Chinese, Japanese and Korean surnames. Romanised ones stand among those of all other languages.

use std::sync::LazyLock;

use crate::lexicon::Words;

/// The most common Chinese and Korean surnames of one character.
const COMMON: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹關張劉陳楊趙黃吳孫馬羅鄭謝韓馮蕭鄧許呂蘇盧蔣賈葉閻鍾譚鄒陸湯龍萬錢賴龔龐顏嚴溫欧김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용";
/// Others of one character, which are words as often.
const RARE: &str = "森原東南北西岡堀関辻菅星島泉浜畑沢堤宮桂滝権权曲苗屈成宁解靳瞿阮慕封蓝艾柴蒲骆滕娄甘盛柏裴霍柯古池桑辜晏屠冷亓寇盖荆敖冉卓容岑计项尚穆仇仲应蔚蔺霞芮狄臧伏麻褚凌饶";
/// Surnames of two characters in China and Korea.
pub(super) const DOUBLE: &[&str] = &[
    "欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛", "东方", "皇甫", "尉迟", "公孙", "慕容",
    "令狐", "남궁", "황보", "제갈", "선우", "독고", "사공", "端木", "百里", "宇文", "夏侯", "长孙",
    "澹台", "公冶", "钟离", "司徒", "太史", "申屠", "轩辕", "闻人", "赫连", "呼延", "濮阳", "淳于",
    "南宫",
];
/// Common Japanese surnames of two characters or more.
static JAPANESE: LazyLock<Words> =
    LazyLock::new(|| Words::new(include_str!("../../../lists/surnames_japan.txt")));
/// Those that are towns or prefectures, too.
static PLACES: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "千葉 石川 宮崎 山口 福島 福井 長崎 岡山 秋田 富山 香川 徳島 高知 大分 熊本 滋賀 三重 奈良 広島 川崎 横浜 中野 渋谷 品川 豊田 松本 上野 大宮 浜松 高崎 大塚 長野 青山 神戸 栃木 奈良 熊本 福岡 青森 山形 徳島 島根 宮城 弘前 高松 松山 川越 深谷 八尾 明石 船橋 鎌倉 熊谷 高山 松江 松阪 立川 市川 柏原 伊丹 茨木 春日 日立 小倉 宇都宮 大津 草津 上田 飯田 富岡 館林 平塚 府中 町田 三鷹 藤沢 相模 清水 沼津 富士 住吉 梅田 日高 三沢 三島 三原 福山 下関 長岡 小松 大垣 大村 小山 大館 能代 石巻 古川 白石 野田 成田 佐倉 浦和 戸田 草加 和光 新座 朝霞 秩父 本庄 加須 羽生 桐生 太田 沼田 渋川 藤岡 中津 別府 都城 日向 延岡 小樽 江別 秋葉 品川 目黒 赤坂 新宿 大崎 五反田 神田 上野 浅草 葛西 小岩 亀戸 池袋 板橋 練馬 杉並 荻窪 吉祥寺 国分寺 小平 日野 多摩 稲城 狛江 青梅 米子 倉吉 倉敷 玉野 笠岡 井原 廿日市 岩国 宇部 丸亀 坂出 今治 西条 四日市 鈴鹿 桑名 伊勢 彦根 長浜 舞鶴 福知山 宇治 高槻 枚方 豊中 吹田 泉佐野 和泉 岸和田 尼崎 西宮 芦屋 加古川 姫路",
    )
});

/// Whether text begins with a common surname of one character.
pub(super) fn is_common(text: &str) -> bool {
    text.starts_with(is_common_sign)
}

/// Whether a character is a common surname.
pub(super) fn is_common_sign(c: char) -> bool {
    COMMON.contains(c)
}

/// Whether a character is a surname.
pub(super) fn is_single(c: char) -> bool {
    COMMON.contains(c) || RARE.contains(c)
}

/// Whether text begins with a surname of two characters.
pub(super) fn is_double(text: &str) -> bool {
    DOUBLE.iter().any(|name| text.starts_with(name))
}

/// Whether text begins with a Japanese surname.
pub(super) fn is_japanese(text: &str) -> bool {
    JAPANESE.begin(text)
}

/// The Japanese surnames that a text begins with.
pub(super) fn japanese(text: &str) -> impl Iterator<Item = &'static str> {
    JAPANESE.beginnings(text)
}

/// Whether text begins with a Japanese surname that is a town or a prefecture, too.
pub(super) fn is_place(text: &str) -> bool {
    PLACES.begin(text)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{COMMON, RARE};

    #[test]
    fn no_surname_is_listed_twice() {
        let mut seen = HashSet::new();
        assert!(COMMON.chars().chain(RARE.chars()).all(|c| seen.insert(c)));
    }
}
